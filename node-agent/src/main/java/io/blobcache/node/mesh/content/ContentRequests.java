package io.blobcache.node.mesh.content;

import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.proto.GetContentRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.regex.Pattern;

/** What a client asks for, checked before anything is done. */
final class ContentRequests {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private ContentRequests() {}

    /** @throws StatusException with field, rule and value */
    static void checkUnary(GetContentRequest request) throws StatusException {
        check(request);
        require(
                request.getLength() <= ContentMethods.MAX_UNARY_BYTES,
                "length must be at most %d in one response, was: %d: ask for less, or call GetContentStream"
                        .formatted(ContentMethods.MAX_UNARY_BYTES, request.getLength()));
    }

    static void check(GetContentRequest request) throws StatusException {
        digest(request.getHash());
        require(request.getOffset() >= 0, "offset must not be negative, was: " + request.getOffset());
        require(request.getLength() >= 0, "length must not be negative, was: " + request.getLength());
    }

    static String digest(String hash) throws StatusException {
        require(
                DIGEST.matcher(hash).matches(),
                "hash must be 64 lower-case hexadecimal digits, had %d characters".formatted(hash.length()));
        return hash;
    }

    static void require(boolean holds, String rule) throws StatusException {
        if (!holds) {
            throw Status.INVALID_ARGUMENT.withDescription(rule).asException();
        }
    }
}
