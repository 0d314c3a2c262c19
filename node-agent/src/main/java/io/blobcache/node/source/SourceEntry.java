package io.blobcache.node.source;

import java.time.Instant;

/** What a source has at a path: three kinds, and no fourth. */
public sealed interface SourceEntry {

    /** The full path in the source, as the source has it. */
    String path();

    /**
     * @param version changes whenever the content does: an ETag, or {@code mtime-size}
     */
    record File(String path, String version, long lengthBytes, Instant modified, boolean executable)
            implements SourceEntry {}

    record Directory(String path, Instant modified) implements SourceEntry {}

    /** @param target as the source has it, never followed by us */
    record Symlink(String path, String target, Instant modified) implements SourceEntry {}
}
