package io.blobcache.node.source.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * The version of what a URL names: its strong ETag with the quotes, or {@code mtime-size} of a server that has none. A
 * weak ETag promises equal meaning, not equal bytes, and is no version.
 */
final class HttpVersions {
    private HttpVersions() {}

    /** @return empty if the response says neither */
    static String of(SdkHttpResponse response, long lengthBytes) {
        String eTag = strongETag(response);
        if (!eTag.isEmpty()) {
            return eTag;
        }
        Instant modified = modified(response);
        return modified == null ? "" : modified.toEpochMilli() + "-" + lengthBytes;
    }

    static String strongETag(SdkHttpResponse response) {
        String eTag = response.firstMatchingHeader("ETag").orElse("");
        return eTag.length() > 2 && eTag.startsWith("\"") && eTag.endsWith("\"") ? eTag : "";
    }

    static boolean isETag(String version) {
        return version.startsWith("\"");
    }

    static @Nullable Instant modified(SdkHttpResponse response) {
        Optional<String> text = response.firstMatchingHeader("Last-Modified");
        if (text.isEmpty()) {
            return null;
        }
        try {
            return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text.get()));
        } catch (DateTimeException e) {
            // Not a date: as good as none.
            return null;
        }
    }
}
