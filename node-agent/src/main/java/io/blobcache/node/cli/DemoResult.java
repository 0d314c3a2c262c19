package io.blobcache.node.cli;

import io.blobcache.node.admin.StatusText;
import java.util.List;
import java.util.Locale;

/**
 * What the demo found out. That there is a result means that every byte was right.
 *
 * @param seconds all of it, preparations included
 */
record DemoResult(long objects, long bytes, double seconds, List<Row> steps) {

    /**
     * @param seconds         of the reading that was timed
     * @param verified        objects whose SHA-256 was compared
     * @param sourceRequests  that the source saw during the step
     * @param passthroughOpens opens whose reads the kernel served from the local file
     */
    record Row(
            String what,
            String transport,
            double seconds,
            double megabytesPerSecond,
            long verified,
            long sourceRequests,
            long passthroughOpens) {

        String text() {
            return String.format(
                    Locale.ROOT,
                    "%-28s %7.2f s %9.0f MB/s %7d objects verified %6d source requests %6d passthrough opens",
                    what,
                    seconds,
                    megabytesPerSecond,
                    verified,
                    sourceRequests,
                    passthroughOpens);
        }
    }

    String summary() {
        return String.format(
                Locale.ROOT,
                "%d objects, %s: every byte right in every step, nothing left behind, %.1f s",
                objects,
                StatusText.bytes(bytes),
                seconds);
    }
}
