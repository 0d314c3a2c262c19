package io.blobcache.node.config;

import io.blobcache.node.model.BlockSize;
import java.lang.reflect.RecordComponent;
import java.time.Duration;

/** The kinds of values that a setting can have, with the words for what the file must say. */
enum ValueType {
    BYTES("a number of bytes such as 4MiB, 64GiB or 4096"),
    PERCENT("a whole number of percent"),
    COUNT("a whole number"),
    DURATION("a duration such as 100ms, 5s, 10m, 2h or 7d"),
    FLAG("true or false"),
    CHOICE("one of a few words"),
    TEXT("text without control characters");

    private final String expectation;

    ValueType(String expectation) {
        this.expectation = expectation;
    }

    String expectation() {
        return expectation;
    }

    static ValueType of(RecordComponent component) {
        Class<?> type = component.getType();
        if (type == BlockSize.class || component.getName().endsWith("Bytes")) {
            return BYTES;
        } else if (component.getName().endsWith("Percent")) {
            return PERCENT;
        } else if (type == Duration.class) {
            return DURATION;
        } else if (type == boolean.class) {
            return FLAG;
        } else if (type.isEnum()) {
            return CHOICE;
        } else if (type == String.class) {
            return TEXT;
        } else if (type == int.class || type == long.class) {
            return COUNT;
        }
        throw new IllegalStateException("no value type for " + component);
    }
}
