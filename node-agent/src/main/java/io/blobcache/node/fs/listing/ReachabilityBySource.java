package io.blobcache.node.fs.listing;

import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.source.Source;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;

/** Which sources of a mount answer: one that does not says nothing of the names of another. Thread-safe. */
public final class ReachabilityBySource {
    private final Source source;
    private final InstantSource clock;
    private final NameCounters counters;

    /** As many as there are sources. */
    private final ConcurrentHashMap<Source, Reachability> known = new ConcurrentHashMap<>();

    public ReachabilityBySource(Source source, InstantSource clock, NameCounters counters) {
        this.source = source;
        this.clock = clock;
        this.counters = counters;
    }

    /** Of the source that is asked for what stands at a path. */
    public Reachability of(String path) {
        return known.computeIfAbsent(source.at(path), asked -> new Reachability(asked.name(), clock, counters));
    }

    /** Of the source that lists a directory. */
    public Reachability in(String directory) {
        return of(directory + "/");
    }

    /** Whether every source gave its last answer. */
    public boolean all() {
        return known.values().stream().allMatch(Reachability::reachable);
    }
}
