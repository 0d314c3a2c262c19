package io.blobcache.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.PrefetchConfig;
import io.blobcache.node.fs.BlobReader.OpenBlob;
import io.blobcache.node.fs.TieredBlobReader;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.prefetch.Prefetcher;
import io.blobcache.node.prefetch.Unread;
import io.blobcache.node.tier.LocalCopies;
import io.blobcache.node.tier.Peers;
import io.blobcache.node.tier.RefusedBlobs;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.Wanted;
import io.blobcache.node.tier.memory.MemoryTier;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whichever way an open file is read, the disk tier knows that it is open. */
class PassthroughSwitchTest {
    private static final long MIN_BYTES = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Copies copies = new Copies();
    private final PassthroughSwitch passthrough = new PassthroughSwitch(copies, MIN_BYTES);
    private final ReadCounters counters = new ReadCounters();
    private final Unread unread = new Unread(counters, System::nanoTime);
    private final BufferPool pool = new BufferPool(16 << 20);
    private final MemoryTier memory = new MemoryTier(0, new TierCounters(), Wanted.NOTHING);
    private final SingleFlight flights = new SingleFlight(
            List.of(memory),
            new ScriptedSource(new byte[0]),
            Peers.NONE,
            new RefusedBlobs(counters),
            pool,
            counters,
            Runnable::run,
            1,
            PATIENCE,
            PATIENCE,
            System::nanoTime);
    private final Prefetcher prefetcher =
            new Prefetcher(unread, flights, counters, () -> PrefetchConfig.DEFAULT, System::nanoTime);
    private final TieredBlobReader reader = new TieredBlobReader(
            new TieredReader(List.of(memory), flights, counters, PATIENCE),
            prefetcher,
            passthrough,
            counters,
            new BlockSize(1 << 20),
            () -> PrefetchConfig.DEFAULT);

    @AfterEach
    void close() {
        prefetcher.close();
        pool.close();
    }

    @Test
    void aBlobThatIsReadThroughTheTiersIsHeldUntilItIsClosed() throws BlobException {
        try (OpenBlob tooEarly = open(MIN_BYTES)) {
            assertThat(tooEarly.backingFd()).isEqualTo(-1);
            assertThat(copies.held).hasValue(1);
        }
        passthrough.set(true);
        try (OpenBlob tooShort = open(MIN_BYTES - 1)) {
            assertThat(tooShort.backingFd()).isEqualTo(-1);
            assertThat(copies.held).hasValue(1);
        }
        assertThat(copies.held).hasValue(0);
    }

    @Test
    void aBlobThatTheKernelReadsIsHeldByItsCopyAlone() throws BlobException {
        passthrough.set(true);
        try (OpenBlob backed = open(MIN_BYTES)) {
            assertThat(backed.backingFd()).isEqualTo(Copies.FD);
            assertThat(copies.held).hasValue(0);
            assertThat(copies.open).hasValue(1);
        }
        assertThat(copies.open).hasValue(0);
    }

    private OpenBlob open(long lengthBytes) throws BlobException {
        return Objects.requireNonNull(reader.open(Blob.ofSource("scripted", "p", "v", lengthBytes), Patience.WAIT));
    }

    /** Has a copy of everything. */
    private static final class Copies implements LocalCopies {
        static final int FD = 77;

        final AtomicInteger held = new AtomicInteger();
        final AtomicInteger open = new AtomicInteger();

        @Override
        public LocalCopy open(Blob blob) {
            open.incrementAndGet();
            return new LocalCopy() {
                @Override
                public int fd() {
                    return FD;
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }

        @Override
        public Hold hold(Blob blob) {
            held.incrementAndGet();
            return held::decrementAndGet;
        }
    }
}
