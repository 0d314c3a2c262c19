package io.blobcache.node.mesh.content;

import io.blobcache.node.model.StoredPath;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceMount;
import io.blobcache.proto.CacheSource;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * What a client says of a source, compared with the one that this agent was given for the path. Bucket, region, endpoint and keys of a
 * client are never used: what differs is refused, and keys, which cannot be compared, are not looked at.
 */
final class DeclaredSource {
    private static final int MAX_PATH_CHARACTERS = 4096;

    private static final String NO_PATH =
            "source.path must name a file of the agent's source, in at most 4096 characters";

    private final List<SourceMount> mounts;

    DeclaredSource(List<SourceMount> mounts) {
        this.mounts = List.copyOf(mounts);
    }

    /** The path in this agent's mount. */
    static String path(CacheSource asked) {
        String path = asked.getPath();
        return path.startsWith("/") ? path.substring(1) : path;
    }

    /** Why it is refused, in one line; empty if it is the declared one. Nothing of the declared one is told. */
    Optional<String> refusal(CacheSource asked) {
        String path = path(asked);
        if (path.isEmpty() || path.length() > MAX_PATH_CHARACTERS || StoredPath.within(path)) {
            return Optional.of(NO_PATH);
        }
        for (SourceMount mount : mounts) {
            if (mount.path().isEmpty() || path.startsWith(mount.path() + "/")) {
                return refusal(asked, mount.address());
            }
        }
        return Optional.of(NO_PATH);
    }

    private static Optional<String> refusal(CacheSource asked, SourceAddress address) {
        return switch (address) {
            case SourceAddress.S3 s3 -> {
                if (differs(asked.getBucketName(), s3.bucket())) {
                    yield other("bucket_name");
                }
                if (differs(asked.getRegion(), s3.region() == null ? asked.getRegion() : s3.region())) {
                    yield other("region");
                }
                yield differs(asked.getEndpointUrl(), text(s3.endpoint())) ? other("endpoint_url") : Optional.empty();
            }
            case SourceAddress.Http _, SourceAddress.Directory _ ->
                differs(asked.getBucketName(), "")
                        ? other("bucket_name")
                        : differs(asked.getEndpointUrl(), "") ? other("endpoint_url") : Optional.empty();
        };
    }

    private static Optional<String> other(String field) {
        return Optional.of("source.%s is not that of the agent's source, and no other is ever read: leave it empty"
                .formatted(field));
    }

    private static boolean differs(String asked, String declared) {
        return !asked.isEmpty() && !trimmed(asked).equals(trimmed(declared));
    }

    private static String trimmed(String text) {
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static String text(@org.jspecify.annotations.Nullable URI uri) {
        return uri == null ? "" : uri.toString();
    }
}
