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
 * Reads a YAML file into nodes that know their line. Limits come before parsing: size, nesting, number of values, no
 * aliases (they can make a small file large), one document.
 */
public final class YamlReader {
    private static final YAMLFactory YAML = new YAMLFactory();

    private final String name;
    private final YamlForm form;
    private int values;

    private YamlReader(String name, YamlForm form) {
        this.name = name;
        this.form = form;
    }

    /**
     * The file's mapping; an empty file is an empty mapping.
     *
     * @throws InvalidConfigException if it is no YAML mapping within the limits
     * @throws IOException if it cannot be read
     */
    public static YamlNode.Mapping read(Path file, YamlForm form) throws IOException {
        byte[] bytes;
        try (var stream = Files.newInputStream(file)) {
            bytes = stream.readNBytes(form.maxBytes() + 1);
        }
        return read(file.toString(), bytes, form);
    }

    /**
     * The same for what has been read already.
     *
     * @param name of the file, for what is told
     */
    static YamlNode.Mapping read(String name, byte[] bytes, YamlForm form) throws IOException {
        return new YamlReader(name, form).read(bytes);
    }

    private YamlNode.Mapping read(byte[] bytes) throws IOException {
        if (bytes.length > form.maxBytes()) {
            throw refusal(0, "is larger than " + Quantity.bytes(form.maxBytes()) + ": this is not " + form.what());
        }
        return parse(text(bytes));
    }

    private YamlNode.Mapping parse(String text) throws IOException {
        try (YAMLParser parser = YAML.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null || first == JsonToken.VALUE_NULL) {
                return new YamlNode.Mapping(1, List.of());
            }
            if (first != JsonToken.START_OBJECT) {
                throw refusal(line(parser), "must be a mapping of keys to values, such as '" + form.example() + "'");
            }
            YamlNode.Mapping mapping = mapping(parser, 1);
            if (parser.nextToken() != null) {
                throw refusal(line(parser), "must hold one document: remove the second '---'");
            }
            return mapping;
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw refusal(line, "is not valid YAML: " + e.getOriginalMessage().replaceAll("\\s*\\R\\s*", " "));
        }
    }

    private YamlNode.Mapping mapping(YAMLParser parser, int depth) throws IOException {
        int line = line(parser);
        refuseDeeper(line, depth);
        List<YamlNode.Entry> entries = new ArrayList<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            int keyLine = line(parser);
            parser.nextToken();
            entries.add(new YamlNode.Entry(key, keyLine, value(parser, depth)));
        }
        return new YamlNode.Mapping(line, entries);
    }

    private YamlNode.Sequence sequence(YAMLParser parser, int depth) throws IOException {
        int line = line(parser);
        refuseDeeper(line, depth);
        List<YamlNode> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser, depth));
        }
        return new YamlNode.Sequence(line, items);
    }

    /** The value that the parser stands at. */
    private YamlNode value(YAMLParser parser, int depth) throws IOException {
        int line = line(parser);
        if (++values > form.maxValues()) {
            throw refusal(line, "holds more than " + form.maxValues() + " values: this is not " + form.what());
        }
        if (parser.isCurrentAlias()) {
            throw refusal(line, "uses an alias (*" + parser.getText() + "): write the value out");
        }
        return switch (parser.currentToken()) {
            case START_OBJECT -> mapping(parser, depth + 1);
            case START_ARRAY -> sequence(parser, depth + 1);
            case VALUE_NULL -> new YamlNode.Scalar(line, "", true);
            default -> new YamlNode.Scalar(line, parser.getText(), false);
        };
    }

    private void refuseDeeper(int line, int depth) {
        if (depth > form.maxDepth()) {
            throw refusal(line, "nests deeper than " + form.maxDepth() + " levels");
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException _) {
            throw refusal(0, "is not UTF-8 text");
        }
    }

    private InvalidConfigException refusal(int line, String remedy) {
        return new InvalidConfigException(List.of(new Problem(name, line, remedy, "")));
    }
}
