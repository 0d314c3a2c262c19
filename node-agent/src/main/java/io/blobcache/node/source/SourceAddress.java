package io.blobcache.node.source;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a source is, as the user said it; never a credential. */
public sealed interface SourceAddress {

    /**
     * @param prefix without leading or trailing slash; empty for the whole bucket
     * @param endpoint another server than AWS's; {@code null} for AWS
     * @param region {@code null} for the default chain's
     */
    record S3(
            String bucket,
            String prefix,
            @Nullable URI endpoint,
            @Nullable String region,
            boolean pathStyle) implements SourceAddress {}

    /** One file, or a manifest. */
    record Http(URI uri) implements SourceAddress {}

    record Directory(Path path) implements SourceAddress {}
}
