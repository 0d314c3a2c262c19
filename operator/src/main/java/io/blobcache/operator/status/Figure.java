package io.blobcache.operator.status;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Locale;

/** Bytes as the status shows them: three digits, and the same text as before as long as it is nearly right. */
public final class Figure {
    private static final String[] UNITS = {"", "Ki", "Mi", "Gi", "Ti", "Pi"};

    /**
     * A change of less than this share of the capacity is not told: free space, and with it the capacity, moves all the time
     * with what others do on a disk, and each telling is a write to the API server.
     */
    private static final double TOLD = 0.01;

    private Figure() {}

    /** @param before the text that is there; empty for none */
    static String of(long bytes, long capacityBytes, String before) {
        if (!before.isEmpty()) {
            long told = Quantity.getAmountInBytes(new Quantity(before)).longValue();
            boolean emptied = bytes == 0 && told != 0;
            if (!emptied && Math.abs(bytes - told) <= capacityBytes * TOLD) {
                return before;
            }
        }
        return text(bytes);
    }

    /** Three digits and a unit. */
    public static String text(long bytes) {
        int unit = 0;
        double value = bytes;
        while (value >= 1000 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        int decimals = value >= 100 || unit == 0 ? 0 : value >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f%s", value, UNITS[unit]);
    }
}
