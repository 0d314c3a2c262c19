package io.blobcache.node.source.request;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import java.util.Locale;

/**
 * Whether a response is the range that was asked for. Servers and proxies in between ignore ranges, answer with other
 * ones, wrap them into multipart or compress them: taking such bytes would put wrong ones under a blob's name.
 */
final class RangeCheck {
    /** So much is read and dropped of a server that ignores ranges; beyond it a cache of blocks makes no sense. */
    private static final long MAX_SKIPPED_BYTES = 256 << 20;

    private RangeCheck() {}

    /**
     * @return bytes of the body that stand before the wanted ones: 0 for a 206
     * @throws AttemptFailure retryable, {@link BlobException.Corrupt} if they are not the bytes asked for
     */
    static long bytesToSkip(String what, Blob blob, long offset, int length, RangeResponse response)
            throws AttemptFailure {
        String type = response.contentType();
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/byteranges")) {
            throw corrupt(what, "multipart/byteranges for a single range");
        }
        return switch (response.status()) {
            case 206 -> checkPartial(what, blob, offset, length, response);
            case 200 -> checkWhole(what, blob, offset, response);
            default -> throw corrupt(what, "status " + response.status() + " for a range");
        };
    }

    /**
     * A coding named in the response is either how the blob is stored (S3 repeats what the uploader said) or the work
     * of a proxy. Only in the first case do total and length still fit exactly.
     */
    private static boolean encoded(RangeResponse response) {
        String encoding = response.contentEncoding();
        return encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity");
    }

    private static long checkPartial(String what, Blob blob, long offset, int length, RangeResponse response)
            throws AttemptFailure {
        String wanted = "bytes %d-%d/".formatted(offset, offset + length - 1);
        String exact = wanted + blob.lengthBytes();
        String range = response.contentRange();
        if (range == null || !(range.equals(exact) || range.equals(wanted + "*"))) {
            throw corrupt(what, "another range than asked for");
        }
        if (encoded(response) && !(range.equals(exact) && response.contentLength() == length)) {
            throw corrupt(what, "a content encoding other than identity");
        }
        if (response.contentLength() >= 0 && response.contentLength() != length) {
            throw corrupt(what, "a Content-Length of %d for %d bytes".formatted(response.contentLength(), length));
        }
        return 0;
    }

    private static long checkWhole(String what, Blob blob, long offset, RangeResponse response) throws AttemptFailure {
        if (encoded(response) || response.contentLength() != blob.lengthBytes()) {
            throw corrupt(what, "a whole of another length or encoding");
        }
        if (offset > MAX_SKIPPED_BYTES) {
            throw AttemptFailure.last(new BlobException.Corrupt(
                    what + ": the server ignores Range: serve this file from one that supports it"));
        }
        return offset;
    }

    private static AttemptFailure corrupt(String what, String answer) {
        return AttemptFailure.retryable(new BlobException.Corrupt(what + ": the source answered " + answer));
    }
}
