package io.blobcache.node;

import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.AgentCounters.SourceReading;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.MountedSources;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceMount;
import io.blobcache.node.source.Sources;
import io.blobcache.node.source.WatchedSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sources of an agent: each with its own connections, limits and counters, and all as one. */
final class SourceLayer {
    private static final Logger LOG = LoggerFactory.getLogger(SourceLayer.class);

    private final List<Part> parts;
    private final Source source;

    private record Part(SourceMount mount, WatchedSource source, SourceCounters counters) {
        String failure() {
            String failure = source.failure();
            return failure.isEmpty() || mount.path().isEmpty() ? failure : mount.path() + ": " + failure;
        }
    }

    private SourceLayer(List<Part> parts, Source source) {
        this.parts = parts;
        this.source = source;
    }

    /**
     * Returns when a source has answered; the others are asked again until they do.
     *
     * @param config asked at each call for what may change while they are open
     * @throws BlobException if none can be read
     */
    static SourceLayer open(List<SourceMount> mounts, Supplier<SourceConfig> config, Layers layers)
            throws BlobException {
        List<Part> parts = new ArrayList<>();
        for (SourceMount mount : mounts) {
            SourceCounters counters = new SourceCounters();
            WatchedSource source = layers.add(new WatchedSource(Sources.open(mount, config, counters)));
            parts.add(new Part(mount, source, counters));
        }
        SourceLayer layer = new SourceLayer(parts, whole(parts));
        layer.source.check();
        for (Part part : parts) {
            if (!part.source.failure().isEmpty()) {
                LOG.atWarn()
                        .addKeyValue("source", part.source.name())
                        .addKeyValue("failure", part.failure())
                        .log("source cannot be read, the others are mounted");
            }
        }
        layers.add(SourceProbes.start(parts.stream().map(Part::source).toList()));
        return layer;
    }

    private static Source whole(List<Part> parts) {
        Part first = parts.getFirst();
        return parts.size() == 1 && first.mount.path().isEmpty()
                ? first.source
                : new MountedSources(parts.stream()
                        .map(part -> new MountedSources.Mounted(part.mount.path(), part.source))
                        .toList());
    }

    Source source() {
        return source;
    }

    List<SourceMount> mounts() {
        return parts.stream().map(Part::mount).toList();
    }

    /**
     * Fetches of one source under way at once. Each holds a buffer until its bytes are here, or its tries are over: of
     * several sources none may hold so many that another, or the peers, are left without.
     */
    int maxRequests(AgentConfig config) {
        int wanted = config.source().maxRequests();
        if (parts.size() == 1) {
            return wanted;
        }
        long buffers = (config.memory().budgetBytes() - config.memory().tierBytes())
                / config.blockSize().bytes();
        return Math.clamp(buffers / (parts.size() + 1), 1, wanted);
    }

    /** In one line which sources do not answer, and why; empty if all do. */
    String failures() {
        return parts.stream()
                .map(Part::failure)
                .filter(failure -> !failure.isEmpty())
                .collect(Collectors.joining("; "));
    }

    Map<String, SourceReading> readings() {
        Map<String, SourceReading> readings = new LinkedHashMap<>();
        for (Part part : parts) {
            readings.put(
                    part.mount.label(),
                    new SourceReading(part.counters, () -> part.source.failure().isEmpty()));
        }
        return readings;
    }

    List<AgentStatus.Source> status() {
        return parts.stream()
                .map(part -> new AgentStatus.Source(
                        part.mount.path(),
                        part.source.name(),
                        part.source.failure().isEmpty() ? "ok" : part.source.failure(),
                        requests(part.counters),
                        part.counters.retries.sum(),
                        part.counters.readBytes.sum()))
                .toList();
    }

    private static long requests(SourceCounters counters) {
        return counters.requestsByCode().values().stream()
                .mapToLong(LongAdder::sum)
                .sum();
    }
}
