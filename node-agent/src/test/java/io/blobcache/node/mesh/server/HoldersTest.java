package io.blobcache.node.mesh.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockKey;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class HoldersTest {
    private final BlockKey key = new BlockKey(BlobId.of("blob"), 0, 1 << 20);
    private final AtomicLong now = new AtomicLong();
    private final Holders holders = new Holders(now::get);

    @Test
    void theLatestSixteenAreNamedInTurn() {
        for (int i = 0; i < 100; i++) {
            holders.gave(key, "node-" + i);
        }

        Set<String> named = new HashSet<>();
        for (int i = 0; i < 6; i++) {
            List<String> some = holders.of(key);
            assertThat(some).hasSize(3).doesNotHaveDuplicates();
            named.addAll(some);
        }

        assertThat(named).hasSize(16).contains("node-84", "node-99").doesNotContain("node-83");
    }

    @Test
    void oneThatComesTwiceIsOne() {
        holders.gave(key, "node-1");
        holders.gave(key, "node-1");

        assertThat(holders.of(key)).containsExactly("node-1");
    }

    @Test
    void whoSaysNoNameOrAnEndlessOneIsNotNamed() {
        holders.gave(key, "");
        holders.gave(key, "x".repeat(254));

        assertThat(holders.of(key)).isEmpty();
    }

    @Test
    void aMinuteLaterTheCrowdIsOver() {
        holders.gave(key, "node-1");
        now.addAndGet(Duration.ofSeconds(61).toNanos());

        assertThat(holders.of(key)).isEmpty();
    }
}
