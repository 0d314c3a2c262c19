package io.blobcache.node.tier.disk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.DiskConfig;
import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.Offer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/** A disk tier with its world in the test's hands: clock, boot id, device, and when the periodic work is done. */
@NullMarked
final class DiskFixture implements AutoCloseable {
    static final BlockSize BLOCK = new BlockSize(1 << 20);
    static final int BLOCK_BYTES = BLOCK.bytes();

    /** Making a block takes 5 ms, which is most of what these tests would do. */
    private static final Cache<BlockKey, byte[]> KNOWN =
            Caffeine.newBuilder().maximumSize(64).build();

    final Path state;
    final TierCounters counters = new TierCounters();
    final BufferPool pool = new BufferPool(96L << 20);
    final AtomicLong nowMillis = new AtomicLong(1_800_000_000_000L);
    private final Arena arena = Arena.ofShared();
    private final MemorySegment into = arena.allocate(BLOCK_BYTES);
    /** Blobs found not to be what their digest says. */
    final Set<Blob> wrong = ConcurrentHashMap.newKeySet();

    private final ScheduledThreadPoolExecutor background = new ScheduledThreadPoolExecutor(1);
    String bootId = "first boot";
    DiskConfig config = config(0, Integrity.BOOT);
    ThreadFactory writers = Thread.ofPlatform().daemon().factory();
    ThreadFactory readers = Thread.ofPlatform().daemon().factory();

    /** A test that waits in vain for its disk says so by failing; one that wants a late answer sets less. */
    Duration patience = Duration.ofSeconds(20);

    DeviceReads reads = DeviceReads.SYSTEM;
    DeviceSpace device = space(1L << 40, 1L << 40);

    private boolean awaitWalk = true;
    private @Nullable DiskTier opened;

    DiskFixture(Path state) {
        this.state = state;
        background.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    static DiskConfig config(long quotaBytes, Integrity integrity) {
        return new DiskConfig(true, quotaBytes, 90, 80, 0, Duration.ZERO, integrity, Duration.ZERO, 2, true, 0);
    }

    static DeviceSpace space(long totalBytes, long usableBytes) {
        return new DeviceSpace() {
            @Override
            public long totalBytes() {
                return totalBytes;
            }

            @Override
            public long usableBytes() {
                return usableBytes;
            }
        };
    }

    DiskFixture open() throws IOException {
        InstantSource clock = new InstantSource() {
            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(millis());
            }

            @Override
            public long millis() {
                return nowMillis.get(); // As the system's clock does: without an Instant for each hit.
            }
        };
        DiskEnvironment environment = new DiskEnvironment(
                clock, bootId, new Random(), new ManualTicks(), background, writers, readers, patience, wrong::add);
        opened = DiskTier.open(state, config, BLOCK, pool, counters, environment, device, reads);
        if (awaitWalk) {
            awaitWalk();
        }
        return this;
    }

    void awaitWalk() {
        await("the walk ends", () -> tier().statistics().counted());
    }

    /** Background work begun from now on waits for {@code released}. */
    void holdBackground(CountDownLatch released) {
        awaitWalk = false;
        background.execute(() -> {
            try {
                released.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Ends the process, as it were, and starts it again. */
    DiskFixture reopen() throws IOException {
        tier().close();
        return open();
    }

    DiskTier tier() {
        return Objects.requireNonNull(opened);
    }

    void tick() {
        tier().upkeep().tick();
    }

    /** A blob with bytes that follow from its name: nobody needs to remember them. */
    static Blob blob(String name, long lengthBytes) {
        return new Blob(BlobId.of("test", name, "1"), name, "1", lengthBytes);
    }

    static byte[] bytesOf(BlockKey key) {
        return KNOWN.get(key, DiskFixture::makeBytes);
    }

    private static byte[] makeBytes(BlockKey key) {
        byte[] bytes = new byte[key.lengthBytes()];
        new Random(key.blobId().word1() + key.blockIndex()).nextBytes(bytes);
        return bytes;
    }

    boolean offer(Blob blob, int block) {
        BlockKey key = BLOCK.keyOf(blob, block);
        try (BlockLease lease = Objects.requireNonNull(pool.acquire(key.lengthBytes(), Duration.ofSeconds(10)))) {
            MemorySegment.copy(bytesOf(key), 0, lease.buffer(), JAVA_BYTE, 0, key.lengthBytes());
            return tier().offer(blob, key, lease) == Offer.TAKEN;
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    /** Offers every block until it is there. */
    DiskFixture fill(Blob blob) {
        for (int block = 0; block < BLOCK.countOf(blob.lengthBytes()); block++) {
            int offered = block;
            await("an offer is taken", () -> offer(blob, offered) || holds(blob, offered));
        }
        awaitIdle();
        return this;
    }

    void awaitIdle() {
        await("everything is written", () -> tier().idle());
    }

    boolean holds(Blob blob, int block) {
        return tier().holds(blob, BLOCK.keyOf(blob, block));
    }

    /** @return the bytes of the whole block; null on a miss */
    byte @Nullable [] read(Blob blob, int block) {
        BlockKey key = BLOCK.keyOf(blob, block);
        return read(blob, key, 0, key.lengthBytes());
    }

    byte @Nullable [] read(Blob blob, BlockKey key, int offset, int length) {
        into.fill((byte) 0);
        int read = tier().find(blob, key, offset, length, into, 0, true);
        if (read == BlockTier.MISS) {
            return null;
        }
        return into.asSlice(0, read).toArray(JAVA_BYTE);
    }

    boolean hits(Blob blob, int block) {
        byte[] bytes = read(blob, block);
        if (bytes == null) {
            return false;
        }
        if (!java.util.Arrays.equals(bytes, bytesOf(BLOCK.keyOf(blob, block)))) {
            throw new AssertionError("wrong bytes were served of block " + block);
        }
        return true;
    }

    int hitsOf(Blob blob) {
        int hits = 0;
        for (int block = 0; block < BLOCK.countOf(blob.lengthBytes()); block++) {
            hits += hits(blob, block) ? 1 : 0;
        }
        return hits;
    }

    Path data(Blob blob) {
        return path(blob, ".data");
    }

    Path sidecar(Blob blob) {
        return path(blob, ".meta");
    }

    private Path path(Blob blob, String suffix) {
        String hex = blob.id().hex();
        return state.resolve("blobs").resolve(hex.substring(0, 2)).resolve(hex + suffix);
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("waited in vain: " + what);
            }
            Thread.onSpinWait();
            try {
                Thread.sleep(1);
            } catch (InterruptedException e) {
                throw new AssertionError("nobody interrupts", e);
            }
        }
    }

    @Override
    public void close() {
        if (opened != null) {
            opened.close();
        }
        background.shutdownNow();
        arena.close();
        if (pool.openLeases() != 0) {
            throw new UncheckedIOException(new IOException(pool.openLeases() + " leases leaked"));
        }
        pool.close();
    }
}
