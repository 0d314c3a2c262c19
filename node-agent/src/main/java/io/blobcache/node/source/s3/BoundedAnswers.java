package io.blobcache.node.source.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;

/** Stops an XML answer that is longer than any honest one before it fills the heap. Bodies of blobs are not XML. */
final class BoundedAnswers implements ExecutionInterceptor {
    /** 1000 keys of 1024 bytes, three characters a byte when URL-encoded, and half a KiB of attributes: 3.6 MB. */
    static final int MAX_BYTES = 8 << 20;

    @Override
    public Optional<InputStream> modifyHttpResponseContent(
            Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        boolean blob = context.request() instanceof GetObjectRequest
                && context.httpResponse().isSuccessful();
        return blob ? context.responseBody() : context.responseBody().map(Bounded::new);
    }

    private static final class Bounded extends java.io.FilterInputStream {
        private int left = MAX_BYTES;

        Bounded(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            return count(1, super.read());
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            return count(read, read);
        }

        private int count(int bytes, int result) throws IOException {
            if (result >= 0) {
                left -= bytes;
            }
            if (left < 0) {
                throw new IOException("an answer of more than " + MAX_BYTES + " bytes");
            }
            return result;
        }
    }
}
