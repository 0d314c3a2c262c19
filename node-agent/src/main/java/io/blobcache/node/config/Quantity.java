package io.blobcache.node.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bytes and durations as people write them, both ways. Reading what was written gives the same value. */
public final class Quantity {
    /** 18 digits always fit into a long. */
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\s?([A-Za-z]*)");

    private static final String[] BYTE_UNITS = {"TiB", "GiB", "MiB", "KiB"};
    private static final int[] BYTE_SHIFTS = {40, 30, 20, 10};
    private static final String[] TIME_UNITS = {"d", "h", "m", "s", "ms"};
    private static final long[] TIME_MILLIS = {86_400_000, 3_600_000, 60_000, 1_000, 1};

    private Quantity() {}

    /**
     * Units are powers of 1024: {@code KiB} to {@code TiB}, or {@code Ki} to {@code Ti} as Kubernetes writes them.
     *
     * @throws NumberFormatException if the text is none
     */
    public static long parseBytes(String text) {
        Matcher form = match(text);
        long number = Long.parseLong(form.group(1));
        String unit = form.group(2);
        if (unit.isEmpty() || unit.equals("B")) {
            return number;
        }
        for (int i = 0; i < BYTE_UNITS.length; i++) {
            if (BYTE_UNITS[i].equals(unit) || BYTE_UNITS[i].equals(unit + "B")) {
                return times(number, 1L << BYTE_SHIFTS[i], text);
            }
        }
        throw new NumberFormatException(text);
    }

    /** The largest unit that leaves no rest. */
    public static String bytes(long bytes) {
        for (int i = 0; bytes != 0 && i < BYTE_UNITS.length; i++) {
            if (bytes % (1L << BYTE_SHIFTS[i]) == 0) {
                return (bytes >> BYTE_SHIFTS[i]) + BYTE_UNITS[i];
            }
        }
        return Long.toString(bytes);
    }

    /** @throws NumberFormatException if the text is no number with a unit of ms, s, m, h or d, or a bare 0 */
    public static Duration parseDuration(String text) {
        Matcher form = match(text);
        long number = Long.parseLong(form.group(1));
        String unit = form.group(2);
        for (int i = 0; i < TIME_UNITS.length; i++) {
            if (TIME_UNITS[i].equals(unit) || (number == 0 && unit.isEmpty())) {
                return Duration.ofMillis(times(number, TIME_MILLIS[i], text));
            }
        }
        throw new NumberFormatException(text);
    }

    public static String duration(Duration duration) {
        long millis = duration.toMillis();
        for (int i = 0; millis != 0 && i < TIME_UNITS.length; i++) {
            if (millis % TIME_MILLIS[i] == 0) {
                return millis / TIME_MILLIS[i] + TIME_UNITS[i];
            }
        }
        return "0s";
    }

    private static Matcher match(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new NumberFormatException(text);
        }
        return form;
    }

    private static long times(long number, long factor, String text) {
        if (number > Long.MAX_VALUE / factor) {
            throw new NumberFormatException(text + " is too large");
        }
        return number * factor;
    }
}
