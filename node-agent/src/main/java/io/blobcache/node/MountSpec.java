package io.blobcache.node;

import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceMount;
import java.nio.file.Path;
import java.util.List;

/**
 * What one agent serves and where.
 *
 * @param sources   one that is the whole mount, or several below paths of their own
 * @param directory an existing empty directory to mount on
 * @param state     directory of this agent alone: disk tier, listings, log
 */
public record MountSpec(List<SourceMount> sources, Path directory, Path state) {

    public MountSpec {
        sources = List.copyOf(sources);
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("sources must not be empty");
        }
    }

    public MountSpec(SourceAddress source, Path directory, Path state) {
        this(List.of(SourceMount.whole(source)), directory, state);
    }

    /** What is mounted, as the table of mounts shows it: an address fits there, a list of them need not. */
    String name() {
        SourceMount first = sources.getFirst();
        return first.path().isEmpty() ? first.address().name() : "blobcache";
    }
}
