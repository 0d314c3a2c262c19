package io.blobcache.node.source.http;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Which paths a manifest may hold: relative, normal, and such as a file system can show. */
final class ManifestPaths {
    /** PATH_MAX of Linux. */
    private static final int MAX_PATH_BYTES = 4096;

    /** NAME_MAX of Linux. */
    private static final int MAX_SEGMENT_BYTES = 255;

    private ManifestPaths() {}

    /** What is wrong with a path, as the end of a sentence; {@code null} if nothing is. */
    static @Nullable String wrong(String path) {
        if (path.isEmpty()) {
            return "must not be empty";
        }
        if (path.startsWith("/")) {
            return "must be relative";
        }
        if (path.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
            return "must not hold control characters";
        }
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(path)) {
            return "must be valid Unicode";
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
            return "must have at most 4096 bytes";
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return "must not hold '.', '..' or an empty segment";
            }
            if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
                return "must have segments of at most 255 bytes";
            }
        }
        return null;
    }
}
