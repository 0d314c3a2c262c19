package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Shell;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * What cannot be done to a cluster through its API: {@code BLOBCACHE_E2E_FAULT} is a command for it, which is given
 * {@code api-stop}, {@code api-start}, {@code node-stop NODE} or {@code node-start NODE}. A scenario that needs it is skipped
 * where there is none.
 */
final class Fault {
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private Fault() {}

    static void assumeKnown() {
        Assumptions.assumeTrue(
                System.getenv("BLOBCACHE_E2E_FAULT") != null,
                "no way to stop a node or the API server: set BLOBCACHE_E2E_FAULT to a command for it, see e2e/run --help");
    }

    static void run(String... what) {
        List<String> command = List.of("sh", "-c", System.getenv("BLOBCACHE_E2E_FAULT") + " " + String.join(" ", what));
        Shell.run(LIMIT, Map.of(), command).expectSuccess();
    }
}
