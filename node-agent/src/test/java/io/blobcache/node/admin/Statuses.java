package io.blobcache.node.admin;

import java.time.Duration;
import java.util.List;

/** Statuses for tests. */
public final class Statuses {
    private Statuses() {}

    public static AgentStatus healthy() {
        return of(true, "ok", 0);
    }

    public static AgentStatus notReady(String health) {
        return of(false, health, 0);
    }

    /** Of an agent that serves peers. */
    public static AgentStatus withMesh(int port) {
        return of(true, "ok", port);
    }

    private static AgentStatus of(boolean ready, String health, int meshPort) {
        return new AgentStatus(
                "1.2.3",
                4711,
                Duration.ofMillis(90_500),
                "s3://models/llama",
                List.of(new AgentStatus.Source("", "s3://models/llama", "ok", 21, 1, 80L << 20)),
                "/mnt/models",
                "/var/cache/blobcache/models",
                ready,
                health,
                4242,
                "kernel",
                true,
                3,
                List.of(
                        new AgentStatus.Tier("memory", "ok", 256L << 20, 64L << 20, 1000, 10, 5L << 30, 0, 0),
                        new AgentStatus.Tier(
                                "disk", "bypassed: no space left", 10L << 30, 3L << 30, 100, 20, 1L << 30, 7, 2)),
                new AgentStatus.FromSource(20, 1, 21, 1, 80L << 20, 60L << 20, 12),
                new AgentStatus.Mesh(meshPort, 0, 0, 0, 0, 0, 0, 0, 0),
                new AgentStatus.Prefetch(64L << 20, 60L << 20, 4L << 20),
                new AgentStatus.Buffers(512L << 20, 128L << 20, 64L << 20),
                List.of());
    }
}
