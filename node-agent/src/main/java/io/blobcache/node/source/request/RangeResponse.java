package io.blobcache.node.source.request;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;

/**
 * What came back for a ranged read, the version already checked by the source.
 *
 * @param contentLength -1 if the response does not say
 */
public record RangeResponse(
        int status,
        @Nullable String contentRange,
        long contentLength,
        @Nullable String contentEncoding,
        @Nullable String contentType,
        AbortableInputStream body) {}
