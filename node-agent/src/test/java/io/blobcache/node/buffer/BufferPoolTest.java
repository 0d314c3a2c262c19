package io.blobcache.node.buffer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.metrics.PoolCounters;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class BufferPoolTest {
    private static final int MIB = 1 << 20;
    private static final Duration NO_WAIT = Duration.ZERO;

    private final BufferPool pool = new BufferPool(32 * MIB);

    @Test
    void theClassesArePowersOfFourUpToSixteenMebibytes() {
        assertThat(SizeClass.bytes(SizeClass.of(0))).isEqualTo(4096);
        assertThat(SizeClass.bytes(SizeClass.of(4096))).isEqualTo(4096);
        assertThat(SizeClass.bytes(SizeClass.of(4097))).isEqualTo(16384);
        assertThat(SizeClass.bytes(SizeClass.of(MIB))).isEqualTo(MIB);
        assertThat(SizeClass.bytes(SizeClass.of(MIB + 1))).isEqualTo(4 * MIB);
        assertThat(SizeClass.bytes(SizeClass.of(16 * MIB))).isEqualTo(16 * MIB);
        assertThatIllegalArgumentException().isThrownBy(() -> SizeClass.of(16 * MIB + 1));
    }

    @Test
    void aBufferIsUsedAgain() {
        long address;
        try (BlockLease first = Leases.acquire(pool, MIB)) {
            address = first.buffer().address();
        }
        try (BlockLease second = Leases.acquire(pool, MIB)) {
            assertThat(second.buffer().address()).isEqualTo(address).isEqualTo(address & -4096);
        }
        assertThat(pool.allocatedBytes()).isEqualTo(MIB);
    }

    @Test
    void itNeverGrowsPastItsBudget() throws InterruptedException {
        try (BlockLease a = Leases.acquire(pool, 16 * MIB);
                BlockLease b = Leases.acquire(pool, 16 * MIB)) {
            assertThat(a.lengthBytes() + b.lengthBytes()).isEqualTo(32 * MIB);
            assertThat(pool.acquire(1, NO_WAIT)).isNull();
            assertThat(pool.inUseBytes()).isEqualTo(pool.budgetBytes());
        }
    }

    @Test
    void idleBuffersOfOneClassMakeRoomForAnother() {
        List<BlockLease> small = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            small.add(Leases.acquire(pool, MIB));
        }
        small.forEach(BlockLease::close);
        try (BlockLease large = Leases.acquire(pool, 16 * MIB)) {
            assertThat(large.buffer().byteSize()).isEqualTo(16 * MIB);
            assertThat(pool.allocatedBytes()).isLessThanOrEqualTo(pool.budgetBytes());
        }
    }

    @Test
    void whatIsNotThereAtOnceIsCountedByHowItEnded() throws Exception {
        PoolCounters counters = new PoolCounters();
        BufferPool counted = new BufferPool(16 * MIB, false, counters);
        BlockLease all = Leases.acquire(counted, 16 * MIB);
        assertThat(counters.served.sum()).as("what is there costs no wait").isZero();

        assertThat(counted.acquire(1, NO_WAIT)).isNull();
        assertThat(counted.acquire(1, Duration.ofMillis(2))).isNull();
        FutureTask<BlockLease> waiting = new FutureTask<>(() -> Leases.acquire(counted, MIB));
        Thread waiter = Thread.ofPlatform().start(waiting);
        // One that has a place in the line and does not wait yet would find the buffer, and count as nothing.
        while (waiter.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        all.close();
        waiting.get(20, TimeUnit.SECONDS).close();

        assertThat(counters.skipped.sum()).isEqualTo(1);
        assertThat(counters.timedOut.sum()).isEqualTo(1);
        assertThat(counters.served.sum()).isEqualTo(1);
        assertThat(counters.waitNanos.sum()).isGreaterThanOrEqualTo(2_000_000);
        assertThat(counted.waiting()).isZero();
        counted.close();
    }

    @Test
    void whoWaitsGetsTheBufferThatComesBack() throws Exception {
        BlockLease all = Leases.acquire(pool, 16 * MIB);
        BlockLease more = Leases.acquire(pool, 16 * MIB);
        CompletableFuture<BlockLease> waiting = CompletableFuture.supplyAsync(() -> Leases.acquire(pool, MIB));
        assertThatThrownBy(() -> waiting.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        all.close();
        waiting.get(20, TimeUnit.SECONDS).close();
        more.close();
        assertThat(pool.openLeases()).isZero();
    }

    @Test
    void nobodyTakesTheRoomThatALargeBufferWaitsFor() throws Exception {
        List<BlockLease> small = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            small.add(Leases.acquire(pool, MIB));
        }
        CompletableFuture<BlockLease> large = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> large.complete(Leases.acquire(pool, 16 * MIB)));
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < 15; i++) {
            small.get(i).close();
            assertThat(pool.acquire(MIB, NO_WAIT)).isNull();
        }
        small.get(15).close();
        large.get(20, TimeUnit.SECONDS).close();
        try (BlockLease served = Leases.acquire(pool, MIB)) {
            assertThat(served.lengthBytes()).isEqualTo(MIB);
        }
        small.subList(16, 32).forEach(BlockLease::close);
        waiting.join();
    }

    @Test
    void anEighthIsNotToSpare() {
        List<BlockLease> taken = new ArrayList<>();
        for (int i = 0; i < 28; i++) {
            BlockLease spare = pool.acquireSpare(MIB);
            assertThat(spare).isNotNull();
            taken.add(spare);
        }
        assertThat(pool.acquireSpare(4096)).isNull();
        taken.add(Leases.acquire(pool, 4 * MIB));
        taken.forEach(BlockLease::close);
        assertThat(pool.openLeases()).isZero();
    }

    @Test
    void nothingIsToSpareWhileSomebodyWaits() throws Exception {
        BlockLease half = Leases.acquire(pool, 16 * MIB);
        BlockLease small = Leases.acquire(pool, MIB);
        CompletableFuture<BlockLease> large = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> large.complete(Leases.acquire(pool, 16 * MIB)));
        while (waiting.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        assertThat(pool.acquireSpare(MIB)).isNull();
        half.close();
        large.get(20, TimeUnit.SECONDS).close();
        small.close();
        waiting.join();
    }

    @Test
    void aLeaseIsGivenBackByItsLastCloseAndNeverTwice() {
        BlockLease lease = Leases.acquire(pool, 10);
        lease.retain();
        lease.close();
        assertThat(pool.openLeases()).isEqualTo(1);
        lease.close();
        assertThat(pool.openLeases()).isZero();
        assertThat(lease.tryRetain()).isFalse();
        assertThatIllegalStateException().isThrownBy(lease::close);
        assertThatIllegalStateException().isThrownBy(lease::retain);
    }

    @Test
    void closingWithAnOpenLeaseSaysThatItLeaks() {
        BlockLease leaked = Leases.acquire(pool, 10);
        assertThatIllegalStateException().isThrownBy(pool::close).withMessageContaining("1 leases");
        leaked.close();
    }

    @Test
    void aBufferThatIsNeverGivenBackIsNamedByWhereItWasTaken() throws InterruptedException {
        BufferPool watched = new BufferPool(16 * MIB, true, new PoolCounters());
        takeAndForget(watched);

        for (int i = 0; i < 100 && watched.leaks().isEmpty(); i++) {
            System.gc(); // Each clears what nobody can reach, or the next one does.
        }
        assertThat(watched.leaks())
                .singleElement()
                .satisfies(leak -> assertThat(leak.getStackTrace())
                        .extracting(StackTraceElement::getMethodName)
                        .contains("takeAndForget"));
        assertThatIllegalStateException().isThrownBy(watched::close).withStackTraceContaining("takeAndForget");
    }

    @Test
    void aBufferThatIsGivenBackByAnotherThreadServesWhoWaits() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            BlockLease all = Leases.acquire(pool, 16 * MIB);
            BlockLease rest = Leases.acquire(pool, 16 * MIB);
            CompletableFuture<BlockLease> waiting = CompletableFuture.supplyAsync(() -> Leases.acquire(pool, 16 * MIB));
            all.close();
            waiting.get(20, TimeUnit.SECONDS).close();
            rest.close();
        }
        assertThat(pool.openLeases()).isZero();
    }

    @Test
    void theMemoryIsZeroAtFirstAndGoneAfterTheEnd() {
        BlockLease lease = Leases.acquire(pool, 4 * MIB);
        assertThat(lease.buffer().mismatch(MemorySegment.ofArray(new byte[4 * MIB])))
                .isEqualTo(-1);
        lease.close();
        pool.close();
        assertThatIllegalStateException().isThrownBy(() -> lease.buffer().get(JAVA_BYTE, 0));
    }

    private static void takeAndForget(BufferPool pool) {
        assertThat(Leases.acquire(pool, MIB).lengthBytes()).isEqualTo(MIB);
    }

    /** Threads acquire and close at random; no buffer is ever held by two, and all accounts are zero at the end. */
    @Test
    void noBufferIsHeldTwice() throws ExecutionException, InterruptedException {
        List<CompletableFuture<Void>> users = new ArrayList<>();
        for (int user = 0; user < 8; user++) {
            Random random = new Random(user);
            byte mark = (byte) (user + 1);
            users.add(CompletableFuture.runAsync(() -> use(random, mark)));
        }
        for (CompletableFuture<Void> user : users) {
            user.get();
        }
        assertThat(pool.openLeases()).isZero();
        assertThat(pool.inUseBytes()).isZero();
        pool.close();
        assertThat(pool.allocatedBytes()).isZero();
    }

    private void use(Random random, byte mark) {
        for (int i = 0; i < 2_000; i++) {
            int length = 1 + random.nextInt(random.nextBoolean() ? 10_000 : 4 * MIB);
            try (BlockLease lease = Leases.acquire(pool, length)) {
                lease.buffer().set(JAVA_BYTE, length - 1L, mark);
                Thread.onSpinWait();
                assertThat(lease.buffer().get(JAVA_BYTE, length - 1L)).isEqualTo(mark);
            }
        }
    }
}
