package io.blobcache.node.source.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.Utf8Order;
import java.io.IOException;
import java.io.InputStream;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads a manifest:
 *
 * <pre>{@code
 * {"files": [{"path": "model/weights.bin", "length": 4194304, "sha256": "9f86…", "executable": false}]}
 * }</pre>
 *
 * Fields that are not listed are skipped; {@code executable} may be left out. An error names the field and the value.
 */
final class ManifestParser {
    /** 64 MiB hold some 400,000 files with paths of 60 bytes. */
    static final int MAX_BYTES = 64 << 20;

    private static final int MAX_DEPTH = 16;
    private static final int MAX_STRING = 8192;
    private static final int MAX_SHOWN = 80;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxDocumentLength(MAX_BYTES)
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_STRING)
                    .maxNumberLength(20)
                    .build())
            .build();

    private final String what;
    private final NavigableMap<String, ManifestFile> files = new TreeMap<>(Utf8Order.COMPARATOR);

    private ManifestParser(String what) {
        this.what = what;
    }

    /**
     * @return the files by path, ordered by UTF-8 bytes
     * @throws BlobException.Corrupt if it is not a manifest
     * @throws IOException if the bytes cannot be read
     */
    static NavigableMap<String, ManifestFile> parse(String what, InputStream bytes) throws IOException {
        ManifestParser parser = new ManifestParser(what);
        try (JsonParser json = JSON.createParser(bytes)) {
            parser.document(json);
        } catch (JacksonException e) {
            // Its message quotes the document, which may be anybody's.
            throw parser.wrong("the manifest", "must be JSON of at most 64 MiB and 16 levels", "something else");
        }
        parser.checkDirectories();
        return parser.files;
    }

    private void document(JsonParser json) throws IOException {
        boolean found = false;
        if (json.nextToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean isFiles = json.currentName().equals("files");
                boolean isArray = json.nextToken() == JsonToken.START_ARRAY;
                if (isFiles && isArray) {
                    found = true;
                    array(json);
                } else {
                    json.skipChildren();
                }
            }
        }
        if (!found) {
            throw wrong("the manifest", "must be {\"files\": [{\"path\", \"length\", \"sha256\"}]}", "something else");
        }
    }

    private void array(JsonParser json) throws IOException {
        for (int index = 0; json.nextToken() != JsonToken.END_ARRAY; index++) {
            String field = "files[" + index + "]";
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw wrong(field, "must be an object", json.getText());
            }
            file(json, field);
        }
    }

    private void file(JsonParser json, String field) throws IOException {
        String path = "";
        String sha256 = "";
        long length = -1;
        boolean executable = false;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            switch (name) {
                case "path" -> path = text(json, field + ".path");
                case "sha256" -> sha256 = text(json, field + ".sha256");
                case "length" -> length = number(json, field + ".length");
                case "executable" -> executable = json.currentToken() == JsonToken.VALUE_TRUE;
                default -> json.skipChildren();
            }
        }
        add(field, path, new ManifestFile(length, sha256, executable));
    }

    private void add(String field, String path, ManifestFile file) throws BlobException {
        String wrong = ManifestPaths.wrong(path);
        if (wrong != null) {
            throw wrong(field + ".path", wrong, path);
        }
        if (file.lengthBytes() < 0) {
            throw wrong(field + ".length", "must be a number of bytes from 0", path);
        }
        if (!SHA256.matcher(file.sha256()).matches()) {
            throw wrong(field + ".sha256", "must be 64 lower-case hexadecimal digits", file.sha256());
        }
        if (files.put(path, file) != null) {
            throw wrong(field + ".path", "must not appear twice", path);
        }
    }

    /** No path may be a file and a directory. What begins with a path and a slash follows it, though not at once. */
    private void checkDirectories() throws BlobException {
        for (String path : files.keySet()) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                if (files.containsKey(path.substring(0, slash))) {
                    throw wrong("files", "must not hold a file and a directory of one name", path.substring(0, slash));
                }
            }
        }
    }

    private String text(JsonParser json, String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(field, "must be a string", String.valueOf(json.currentToken()));
        }
        return json.getText();
    }

    private long number(JsonParser json, String field) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
                || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw wrong(field, "must be a number of bytes from 0", json.getText());
        }
        return json.getLongValue();
    }

    private BlobException.Corrupt wrong(String field, String rule, String value) {
        String shown = value.length() <= MAX_SHOWN ? value : value.substring(0, MAX_SHOWN) + "…";
        return new BlobException.Corrupt(
                "%s: %s %s, was: %s".formatted(what, field, rule, shown.replaceAll("\\p{Cntrl}", "?")));
    }
}
