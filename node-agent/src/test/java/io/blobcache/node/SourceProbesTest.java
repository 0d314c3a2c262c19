package io.blobcache.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.SourceThatFails;
import io.blobcache.node.source.WatchedSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SourceProbesTest {
    private static final Duration SOON = Duration.ofMillis(1);

    @Test
    void aSourceThatComesBackIsKnownToBeBackThoughNobodyReadsIt() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        Semaphore asked = new Semaphore(0);
        WatchedSource source = new WatchedSource(new SourceThatFails("s", () -> {
            asked.release();
            return away.get() ? new BlobException.Unavailable("away", null) : null;
        }));
        try (SourceProbes _ = SourceProbes.start(List.of(source), SOON)) {
            asked.acquire(2);
            assertThat(source.failure()).isEqualTo("away");
            away.set(false);
            while (!source.failure().isEmpty()) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aSourceWhoseCredentialsAreRevokedWhileItIsReadFails() throws Exception {
        AtomicBoolean revoked = new AtomicBoolean();
        WatchedSource source = new WatchedSource(
                new SourceThatFails("s", () -> revoked.get() ? new BlobException.Denied("wrong key", null) : null));
        source.check();
        try (SourceProbes _ = SourceProbes.start(List.of(source), SOON)) {
            revoked.set(true);
            assertThatThrownBy(() -> source.stat("a")).isInstanceOf(BlobException.Denied.class);
            while (source.failure().isEmpty()) {
                Thread.onSpinWait();
            }
            assertThat(source.failure()).isEqualTo("wrong key");
        }
    }

    @Test
    void closingEndsAProbeThatWaits() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        WatchedSource source = new WatchedSource(new SourceThatFails("s", () -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
                return null;
            } finally {
                ended.countDown();
            }
        }));
        try (SourceProbes _ = SourceProbes.start(List.of(source), SOON)) {
            began.await();
        }
        ended.await();
        assertThat(source.failure()).isEqualTo("has not answered yet");
    }
}
