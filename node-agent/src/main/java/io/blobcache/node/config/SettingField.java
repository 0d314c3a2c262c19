package io.blobcache.node.config;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.blobcache.node.model.BlockSize;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One setting: its place in the file, its type and its text.
 *
 * @param key the path in the file, such as {@code disk.quotaBytes}
 */
record SettingField(String key, RecordComponent component, ValueType type, Setting setting) {

    /** The value, of the component's type. @throws IllegalArgumentException with what was expected */
    Object parse(String text) {
        try {
            return switch (type) {
                case BYTES -> bytes(text);
                case COUNT, PERCENT -> number(Long.parseLong(text));
                case DURATION -> Quantity.parseDuration(text);
                case FLAG -> flag(text);
                case CHOICE -> choice(text);
                case TEXT -> text(text);
            };
        } catch (NumberFormatException _) {
            throw new IllegalArgumentException("must be " + expectation());
        }
    }

    /** As the file would say it. */
    String format(Object value) {
        return switch (value) {
            case String text -> '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
            case BlockSize size -> Quantity.bytes(size.bytes());
            case Duration duration -> Quantity.duration(duration);
            case Enum<?> word -> word(word);
            case Number number when type == ValueType.BYTES -> Quantity.bytes(number.longValue());
            default -> value.toString();
        };
    }

    /** What the file may say, for messages and the reference. */
    String expectation() {
        if (type == ValueType.CHOICE) {
            return Arrays.stream(component.getType().getEnumConstants())
                    .map(word -> word((Enum<?>) word))
                    .collect(Collectors.joining(", ", "one of ", ""));
        }
        return component.getType() == BlockSize.class ? "1MiB, 4MiB or 16MiB" : type.expectation();
    }

    boolean bounded() {
        return !setting.min().isEmpty() || !setting.max().isEmpty();
    }

    /** The default as the file would say it. */
    String defaultText() {
        return type == ValueType.TEXT ? format(setting.value()) : setting.value();
    }

    /** The bounds in words; empty if there are none. */
    String range() {
        if (setting.min().isEmpty() || setting.max().isEmpty()) {
            return setting.max().isEmpty() ? prefixed("at least ", setting.min()) : "at most " + setting.max();
        }
        return "in [%s, %s]".formatted(setting.min(), setting.max());
    }

    boolean inRange(Object value) {
        return (setting.min().isEmpty() || compare(value, parse(setting.min())) >= 0)
                && (setting.max().isEmpty() || compare(value, parse(setting.max())) <= 0);
    }

    private Object bytes(String text) {
        if (text.equals("auto") && setting.value().equals("auto")) {
            return Setting.AUTO;
        }
        Object bytes = number(Quantity.parseBytes(text));
        return component.getType() == BlockSize.class ? new BlockSize((int) bytes) : bytes;
    }

    private Object number(long value) {
        if (component.getType() == long.class) {
            return value;
        }
        if (value != (int) value) {
            throw new IllegalArgumentException("must be " + (bounded() ? range() : expectation()));
        }
        return (int) value;
    }

    private static Object flag(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new NumberFormatException(text);
        }
        return text.equals("true");
    }

    private static Object text(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new NumberFormatException(text);
        }
        return text;
    }

    private Object choice(String text) {
        for (Object word : component.getType().getEnumConstants()) {
            if (word((Enum<?>) word).equals(text)) {
                return word;
            }
        }
        throw new NumberFormatException(text);
    }

    private static int compare(Object one, Object other) {
        if (one instanceof Duration duration) {
            return duration.compareTo((Duration) other);
        }
        return Long.compare(((Number) one).longValue(), ((Number) other).longValue());
    }

    /** EVERY_READ is everyRead in the file. */
    private static String word(Enum<?> constant) {
        StringBuilder word = new StringBuilder();
        for (String part : constant.name().toLowerCase(Locale.ROOT).split("_", -1)) {
            word.append(word.isEmpty() ? part : Character.toUpperCase(part.charAt(0)) + part.substring(1));
        }
        return word.toString();
    }

    private static String prefixed(String prefix, String text) {
        return text.isEmpty() ? "" : prefix + text;
    }
}
