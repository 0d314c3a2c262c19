package io.blobcache.node;

import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.WatchedFile;
import io.blobcache.node.metrics.WarmupCounters;
import io.blobcache.node.source.Source;
import io.blobcache.node.tier.TierFill;
import io.blobcache.node.tier.disk.DiskTier;
import io.blobcache.node.warmup.WarmupParts;
import io.blobcache.node.warmup.WarmupProgress;
import io.blobcache.node.warmup.WarmupProgress.State;
import io.blobcache.node.warmup.Warmups;
import io.blobcache.node.warmup.WarmupsFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The warmups of an agent that is told of any. */
final class WarmupLayer {
    /** Taken after two looks: one that is no longer wanted ends a second after the file says so. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final @Nullable Warmups warmups;

    private WarmupLayer(@Nullable Warmups warmups) {
        this.warmups = warmups;
    }

    /**
     * Watches the list of warmups and carries them out.
     *
     * @param config what is in force, asked each time
     * @param source with stored content beside it
     */
    static WarmupLayer open(
            Supplier<AgentConfig> config,
            Source source,
            TierFill fill,
            @Nullable DiskTier disk,
            MeshLayer mesh,
            WarmupCounters counters,
            Layers layers) {
        if (config.get().mount().warmups().isEmpty()) {
            return new WarmupLayer(null);
        }
        WarmupParts parts = new WarmupParts(
                source,
                config.get().blockSize(),
                fill,
                mesh.share(),
                () -> disk == null ? 0 : disk.statistics().capacityBytes() / 100 * highWatermark(config.get()),
                System::nanoTime,
                counters);
        Warmups warmups = layers.add(new Warmups(parts, mesh.self()));
        Path file = Path.of(config.get().mount().warmups());
        WatchedFile watched = layers.add(new WatchedFile(
                file,
                "warmups",
                LoggerFactory.getLogger(WarmupLayer.class),
                LOOK,
                () -> warmups.take(WarmupsFile.read(file))));
        watched.start();
        return new WarmupLayer(warmups);
    }

    List<AgentStatus.Warmup> status() {
        return warmups == null
                ? List.of()
                : warmups.progress().stream().map(WarmupLayer::status).toList();
    }

    /** Those that are not through yet. */
    long running() {
        return warmups == null
                ? 0
                : warmups.progress().stream()
                        .filter(one -> one.state() == State.COUNTING || one.state() == State.WARMING)
                        .count();
    }

    private static AgentStatus.Warmup status(WarmupProgress progress) {
        return new AgentStatus.Warmup(
                progress.id(),
                progress.state().name().toLowerCase(Locale.ROOT),
                progress.files(),
                progress.warmedFiles(),
                progress.failedFiles(),
                progress.bytes(),
                progress.warmedBytes(),
                progress.fetchedBytes(),
                progress.failures().stream()
                        .map(failure -> new AgentStatus.Failure(failure.path(), failure.reason()))
                        .toList());
    }

    /** Above it blobs are evicted, perhaps those that were just warmed. */
    private static int highWatermark(AgentConfig config) {
        return config.disk().highWatermarkPercent();
    }
}
