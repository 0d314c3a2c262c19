package io.blobcache.node.cli;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** How long a command has taken so far, as a person who waits for it counts. */
final class StartTime {
    private StartTime() {}

    /** Such as {@code 0.71 s}. */
    static String untilNow(Map<String, String> environment) {
        long millis = System.currentTimeMillis() - startedMillis(environment);
        return String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
    }

    /** From the launcher's first line if it has told, else from the start of this process. */
    private static long startedMillis(Map<String, String> environment) {
        String told = environment.getOrDefault("BLOBCACHE_STARTED_MILLIS", "");
        if (told.matches("\\d{1,15}")) {
            return Long.parseLong(told);
        }
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(Instant::toEpochMilli)
                .orElse(System.currentTimeMillis());
    }
}
