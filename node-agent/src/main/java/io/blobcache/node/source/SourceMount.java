package io.blobcache.node.source;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A source that an agent shows, and where.
 *
 * @param path        below the mount, segments joined by {@code /}; empty for the mount itself
 * @param credentials for S3: directory of the files that hold them; empty for those of the process
 */
public record SourceMount(String path, SourceAddress address, String credentials) {

    /** One source that is the whole mount. */
    public static SourceMount whole(SourceAddress address) {
        return new SourceMount("", address, "");
    }

    /** What it is called beside others: its path, or its kind if there are no others. */
    public String label() {
        if (!path.isEmpty()) {
            return path;
        }
        return switch (address) {
            case SourceAddress.S3 _ -> "s3";
            case SourceAddress.Http _ -> "http";
            case SourceAddress.Directory _ -> "directory";
        };
    }

    /** Tells what an agent shows from what others do. */
    public static String identity(List<SourceMount> mounts) {
        return mounts.stream()
                .map(mount ->
                        mount.path.isEmpty() ? mount.address.identity() : mount.path + ": " + mount.address.identity())
                .collect(Collectors.joining(", "));
    }
}
