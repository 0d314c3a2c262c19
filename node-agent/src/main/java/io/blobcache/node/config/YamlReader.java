package io.blobcache.node.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a YAML file into nodes that know their line. Limits come before parsing: size, nesting, no aliases (they can make
 * a small file large), one document.
 */
final class YamlReader {
    /** A complete file with all comments has 12 KiB. */
    static final int MAX_BYTES = 1 << 20;

    /** The configuration itself needs two levels. */
    static final int MAX_DEPTH = 8;

    private static final YAMLFactory YAML = new YAMLFactory();

    private YamlReader() {}

    /**
     * The file's mapping; an empty file is an empty mapping.
     *
     * @throws InvalidConfigException if it is no YAML mapping within the limits
     * @throws IOException if it cannot be read
     */
    static YamlNode.Mapping read(Path file) throws IOException {
        byte[] bytes;
        try (var stream = Files.newInputStream(file)) {
            bytes = stream.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw refusal(file, 0, "is larger than 1MiB: this is not a configuration of blobcache");
        }
        return parse(file, text(file, bytes));
    }

    private static YamlNode.Mapping parse(Path file, String text) throws IOException {
        try (YAMLParser parser = YAML.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return new YamlNode.Mapping(1, List.of());
            }
            if (first != JsonToken.START_OBJECT) {
                throw refusal(file, line(parser), "must be a mapping of keys to values, such as 'blockSize: 4MiB'");
            }
            YamlNode.Mapping mapping = mapping(file, parser, 1);
            if (parser.nextToken() != null) {
                throw refusal(file, line(parser), "must hold one document: remove the second '---'");
            }
            return mapping;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw refusal(
                    file, line, "is not valid YAML: " + e.getOriginalMessage().replaceAll("\\s*\\R\\s*", " "));
        }
    }

    private static YamlNode.Mapping mapping(Path file, YAMLParser parser, int depth) throws IOException {
        int line = line(parser);
        if (depth > MAX_DEPTH) {
            throw refusal(file, line, "nests deeper than " + MAX_DEPTH + " levels");
        }
        List<YamlNode.Entry> entries = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int keyLine = line(parser);
            parser.nextToken();
            entries.add(new YamlNode.Entry(key, keyLine, value(file, parser, depth)));
        }
        return new YamlNode.Mapping(line, entries);
    }

    private static YamlNode value(Path file, YAMLParser parser, int depth) throws IOException {
        int line = line(parser);
        if (parser.isCurrentAlias()) {
            throw refusal(file, line, "uses an alias (*" + parser.getText() + "): write the value out");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(file, parser, depth + 1);
            case START_ARRAY -> {
                skip(file, parser, depth + 1);
                yield new YamlNode.Sequence(line);
            }
            case VALUE_NULL -> new YamlNode.Scalar(line, "", true);
            default -> new YamlNode.Scalar(line, parser.getText(), false);
        };
    }

    private static void skip(Path file, YAMLParser parser, int depth) throws IOException {
        int open = 1;
        while (open > 0) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return;
            }
            open += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (depth + open > MAX_DEPTH) {
                throw refusal(file, line(parser), "nests deeper than " + MAX_DEPTH + " levels");
            }
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private static String text(Path file, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw refusal(file, 0, "is not UTF-8 text");
        }
    }

    private static InvalidConfigException refusal(Path file, int line, String remedy) {
        return new InvalidConfigException(List.of(new Problem(file.toString(), line, remedy, "")));
    }
}
