package io.blobcache.node.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.metrics.WarmupCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.MountedSources;
import io.blobcache.node.source.Source;
import io.blobcache.node.tier.Peers;
import io.blobcache.node.tier.RefusedBlobs;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TierFill;
import io.blobcache.node.tier.Wanted;
import io.blobcache.node.tier.memory.MemoryTier;
import io.blobcache.node.warmup.WarmupProgress.Failure;
import io.blobcache.node.warmup.WarmupProgress.State;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WarmupsTest {
    private static final BlockSize BLOCK = new BlockSize(1 << 20);
    private static final int MIB = 1 << 20;

    /** Of an agent that is alone. */
    private static final Share ALL = new Share() {
        @Override
        public boolean owns(Blob blob, long offset) {
            return true;
        }

        @Override
        public Object version() {
            return "";
        }
    };

    private final WarmSource source = new WarmSource()
            .file("llama/8b/a.bin", "1", 3 * MIB + 5)
            .file("llama/8b/b.bin", "1", 10)
            .file("llama/empty", "1", 0)
            .file("llama/readme.md", "1", 100)
            .file("other/c.bin", "1", MIB);
    private final KeptTier disk = new KeptTier();
    private final BufferPool pool = new BufferPool(64 << 20);
    private final ReadCounters counters = new ReadCounters();
    private final WarmupCounters warmed = new WarmupCounters();
    private final MemoryTier memory = new MemoryTier(8 << 20, new TierCounters(), Wanted.NOTHING);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HastyClock clock = new HastyClock();
    private volatile long room = Long.MAX_VALUE;
    private Warmups warmups = warmups(ALL);

    @AfterEach
    void nothingIsLeft() {
        warmups.close();
        threads.close();
        memory.close();
        assertThat(pool.openLeases()).isZero();
        pool.close();
    }

    @Test
    void allThatAGlobMeansIsFetchedOnceAndInTheDiskTierOnly() {
        WarmupProgress done = warm(wanted("r1", "llama/**", "llama/8b/*.bin"));
        assertThat(done)
                .isEqualTo(new WarmupProgress(
                        "r1", State.DONE, 4, 4, 0, 3 * MIB + 115, 3 * MIB + 115, 3 * MIB + 115, List.of()));
        assertThat(source.reads)
                .containsExactlyInAnyOrder(
                        "llama/8b/a.bin+0",
                        "llama/8b/a.bin+1048576",
                        "llama/8b/a.bin+2097152",
                        "llama/8b/a.bin+3145728",
                        "llama/8b/b.bin+0",
                        "llama/readme.md+0");
        assertThat(memory.usedBytes()).isZero();
        assertThat(source.lists).doesNotContain("", "other");
    }

    @Test
    void anAgentThatIsStartedAnewFetchesWhatIsMissing() {
        warm(wanted("r1", "llama/8b"));
        source.reads.clear();
        warmups.close();
        warmups = warmups(ALL);
        WarmupProgress done = warm(wanted("r1", "llama"));
        assertThat(source.reads).containsExactly("llama/readme.md+0");
        assertThat(done.warmedBytes()).isEqualTo(3 * MIB + 115);
        assertThat(done.fetchedBytes()).isEqualTo(100);
        assertThat(warmed.fetchedBytes.sum()).isEqualTo(3 * MIB + 115);
    }

    @Test
    void anOwnerFetchesItsOwnBlocksAndThoseThatBecomeItsOwn() {
        Odd share = new Odd();
        warmups.close();
        warmups = warmups(share);
        WarmupProgress half = warm(wanted("r1", "llama/8b/a.bin"));
        assertThat(source.reads).containsExactlyInAnyOrder("llama/8b/a.bin+1048576", "llama/8b/a.bin+3145728");
        assertThat(half.bytes()).isEqualTo(MIB + 5);
        share.all = true;
        until(
                "all is its own",
                () -> progress("r1").bytes() == 3 * MIB + 5 && progress("r1").state() == State.DONE);
        assertThat(source.reads).hasSize(4);
        assertThat(progress("r1").fetchedBytes()).isEqualTo(3 * MIB + 5);
    }

    @Test
    void aFileThatFailsIsTriedAgainAndThenToldWithoutHarmToOthers() {
        source.failing.add("llama/8b/b.bin");
        WarmupProgress done = warm(wanted("r1", "llama"));
        assertThat(done.failures()).containsExactly(new Failure("llama/8b/b.bin", "scripted failure"));
        assertThat(done.failedFiles()).isOne();
        assertThat(done.warmedFiles()).isEqualTo(3);
        assertThat(done.warmedBytes()).isEqualTo(3 * MIB + 105);
        assertThat(source.reads.stream().filter("llama/8b/b.bin+0"::equals)).hasSize(3);
        assertCounted(3 * MIB + 105, 3, 1);
    }

    @Test
    void aFileThatChangesMeanwhileIsWarmedAsItIsNow() {
        CountDownLatch gate = new CountDownLatch(1);
        source.gate = gate;
        warmups.take(List.of(wanted("r1", "other/c.bin")));
        until("it is being read", () -> !source.reads.isEmpty());
        source.file("other/c.bin", "2", 2 * MIB);
        source.gate = null;
        gate.countDown();
        until("done", () -> progress("r1").state() == State.DONE);
        assertThat(progress("r1").failures()).isEmpty();
        assertThat(disk.kept).hasSize(2);
    }

    @Test
    void whatIsNotThereIsAFailureAndTheRestIsWarmed() {
        WarmupProgress done = warm(wanted("r1", "none.bin", "no/**", "other/c.bin"));
        assertThat(done.failures())
                .containsExactly(
                        new Failure("none.bin", "none.bin does not exist"), new Failure("no/**", "matches no file"));
        assertThat(done.files()).isEqualTo(3);
        assertThat(done.failedFiles()).isEqualTo(2);
        assertThat(done.warmedFiles()).isOne();
        assertThat(warmed.failedFiles.sum()).isEqualTo(2);
    }

    @Test
    void whatDoesNotFitIsNotBegun() {
        room = MIB;
        warmups.take(List.of(wanted("r1", "llama")));
        until("it failed", () -> progress("r1").state() == State.FAILED);
        assertThat(source.reads).isEmpty();
        assertThat(progress("r1").failures().getFirst().reason())
                .isEqualTo(
                        "needs 3145843 on this node, whose disk tier keeps 1MiB at most: raise disk.quotaBytes or name"
                                + " fewer paths");
        assertCounted(0, 0, 1);
    }

    @Test
    void whatADiskDoesNotKeepIsAFailureAndNoEndlessFetching() {
        disk.declining = true;
        WarmupProgress done = warm(wanted("r1", "other/c.bin"));
        assertThat(done.failures().getFirst().reason()).startsWith("the disk tier does not keep it");
        assertThat(source.reads).hasSize(3);
    }

    @Test
    void whatIsNoLongerWantedEndsAtOnceAndAnotherRunGoesOn() {
        CountDownLatch gate = new CountDownLatch(1);
        source.gate = gate;
        warmups.take(List.of(wanted("r1", "llama"), wanted("r2", "other")));
        until("both read", () -> source.reads.contains("other/c.bin+0") && source.reads.size() > 1);
        warmups.take(List.of(wanted("r2", "other")));
        assertThat(warmups.progress()).extracting(WarmupProgress::id).containsExactly("r2");
        until("buffers of the first one are given back", () -> pool.openLeases() == 1);
        source.gate = null;
        gate.countDown();
        until("the other one is done", () -> progress("r2").state() == State.DONE);
        assertThat(disk.kept).hasSize(1);
    }

    @Test
    void aBlockThatMemoryHasIsNotFetchedAgain() throws InterruptedException {
        Blob blob = Blob.ofSource(source.identity(), "other/c.bin", "1", MIB);
        try (BlockLease lease = Objects.requireNonNull(pool.acquire(MIB, Duration.ofSeconds(1)))) {
            memory.offer(blob, BLOCK.keyOf(blob, 0), lease);
        }
        WarmupProgress done = warm(wanted("r1", "other/c.bin"));
        assertThat(source.reads).isEmpty();
        assertThat(done.warmedBytes()).isEqualTo(MIB);
        assertThat(done.fetchedBytes()).isZero();
    }

    /** The one that readers ask for: of several sources each names its own blobs. */
    @Test
    void aBlobHasTheIdThatItsSourceGivesIt() {
        Source several = new MountedSources(List.of(new MountedSources.Mounted("models", source)));
        warmups.close();
        warmups = warmups(several, ALL);
        warm(wanted("r1", "models/other/*"));
        assertThat(disk.kept).containsExactly(BLOCK.keyOf(source.blob("other/c.bin", "1", MIB), 0));
    }

    @Test
    void bandwidthIsKept() {
        WantedWarmup slow = new WantedWarmup("r1", List.of("llama/8b/a.bin"), true, "", MIB, 0);
        long begun = clock.getAsLong();
        warm(slow);
        assertThat(Duration.ofNanos(clock.getAsLong() - begun)).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void anAgentThatIsNotChosenDoesNothing() {
        warmups.take(List.of(new WantedWarmup("r1", List.of("llama"), true, "0".repeat(16), 0, 0)));
        assertThat(warmups.progress()).isEmpty();
    }

    private void assertCounted(long fetchedBytes, long doneFiles, long failedFiles) {
        assertThat(warmed.fetchedBytes.sum()).isEqualTo(fetchedBytes);
        assertThat(warmed.doneFiles.sum()).isEqualTo(doneFiles);
        assertThat(warmed.failedFiles.sum()).isEqualTo(failedFiles);
    }

    /** Owns every second block, until it owns all. */
    private static final class Odd implements Share {
        volatile boolean all;

        @Override
        public boolean owns(Blob blob, long offset) {
            return all || offset / MIB % 2 == 1;
        }

        @Override
        public Object version() {
            return all;
        }
    }

    private Warmups warmups(Share share) {
        return warmups(source, share);
    }

    private Warmups warmups(Source from, Share share) {
        TierFill fill = new TierFill(List.of(memory, disk), flights(from));
        return new Warmups(new WarmupParts(from, BLOCK, fill, share, () -> room, clock, warmed), "node-1");
    }

    private SingleFlight flights(Source from) {
        return new SingleFlight(
                List.of(memory, disk),
                from,
                Peers.NONE,
                new RefusedBlobs(counters),
                pool,
                counters,
                threads,
                16,
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                clock);
    }

    private static WantedWarmup wanted(String id, String... paths) {
        return new WantedWarmup(id, List.of(paths), false, "", 0, 2);
    }

    private WarmupProgress warm(WantedWarmup wanted) {
        warmups.take(List.of(wanted));
        until("done", () -> progress(wanted.id()).state() == State.DONE);
        return progress(wanted.id());
    }

    private WarmupProgress progress(String id) {
        return warmups.progress().stream()
                .filter(progress -> progress.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
