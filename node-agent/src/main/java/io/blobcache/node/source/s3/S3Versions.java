package io.blobcache.node.source.s3;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The version of an S3 object: its ETag without the quotes, which some servers leave out; else what stands in for it. */
final class S3Versions {
    private S3Versions() {}

    static String of(@Nullable String eTag, @Nullable Instant modified, long lengthBytes) {
        String bare = bare(eTag);
        return bare.isEmpty() ? (modified == null ? 0 : modified.toEpochMilli()) + "-" + lengthBytes : bare;
    }

    static String bare(@Nullable String eTag) {
        String text = eTag == null ? "" : eTag;
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        return quoted ? text.substring(1, text.length() - 1) : text;
    }

    static String condition(String version) {
        return '"' + version + '"';
    }
}
