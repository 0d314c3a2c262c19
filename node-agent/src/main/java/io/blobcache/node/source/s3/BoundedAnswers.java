package io.blobcache.node.source.s3;

import io.blobcache.node.source.request.BoundedStream;
import io.blobcache.node.source.request.Deadline;
import io.blobcache.node.source.request.Time;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Stops an XML answer that is longer or slower than any honest one before it fills the heap. Bodies of blobs are not XML. */
final class BoundedAnswers implements ExecutionInterceptor {
    /** 1000 keys of 1024 bytes, three characters a byte when URL-encoded, and half a KiB of attributes: 3.6 MB. */
    static final int MAX_BYTES = 8 << 20;

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        boolean blob = context.request() instanceof GetObjectRequest
                && context.httpResponse().isSuccessful();
        if (blob) {
            return context.responseBody();
        }
        return context.responseBody().map(body -> new BoundedStream(body, MAX_BYTES, Deadline.of(Time.SYSTEM, 0)));
    }
}
