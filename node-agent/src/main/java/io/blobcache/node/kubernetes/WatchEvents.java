package io.blobcache.node.kubernetes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads a watch of a ConfigMap: of each event its kind and the text of one key. Not thread-safe. */
final class WatchEvents implements AutoCloseable {
    private static final JsonFactory JSON = new JsonFactory();

    private final JsonParser parser;
    private final String key;

    /** @param key of the ConfigMap's data, such as {@code members.yaml} */
    WatchEvents(InputStream events, String key) throws IOException {
        this.parser = JSON.createParser(events);
        this.key = key;
    }

    /**
     * @param type {@code ADDED}, {@code MODIFIED}, {@code DELETED}, {@code BOOKMARK} or {@code ERROR}
     * @param text empty if the object has no such key
     */
    record Event(String type, Optional<String> text) {}

    /** The next one; empty when the server has ended the watch. */
    Optional<Event> next() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            return Optional.empty();
        }
        String type = "";
        Optional<String> text = Optional.empty();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("type")) {
                type = parser.getText();
            } else if (field.equals("object")) {
                text = dataOf();
            } else {
                parser.skipChildren();
            }
        }
        return Optional.of(new Event(type, text));
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }

    private Optional<String> dataOf() throws IOException {
        Optional<String> text = Optional.empty();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean data = parser.currentName().equals("data");
            parser.nextToken();
            if (data && parser.currentToken() == JsonToken.START_OBJECT) {
                text = valueOfKey();
            } else {
                parser.skipChildren();
            }
        }
        return text;
    }

    private Optional<String> valueOfKey() throws IOException {
        Optional<String> text = Optional.empty();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = parser.currentName().equals(key);
            parser.nextToken();
            if (wanted) {
                text = Optional.of(parser.getText());
            }
        }
        return text;
    }
}
