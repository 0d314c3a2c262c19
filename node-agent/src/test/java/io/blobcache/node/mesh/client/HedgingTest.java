package io.blobcache.node.mesh.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.wire.Stalls;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two requests for one block: neither may hold up the reader, or leave its peer unasked for ever. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class HedgingTest {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final BlockSize BLOCK_SIZE = new BlockSize(BLOCK_BYTES);

    private final Blob blob = Blob.ofSource("source", "path", "version", BLOCK_BYTES);

    @Test
    void aSecondRequestThatNeverBeganHoldsNobodyUp() throws BlobException {
        SilentChannel silent = new SilentChannel();
        Peer first = peer("first", silent);
        Peer second = peer("second", silent);
        Asking asking = new Asking(
                "self",
                BLOCK_SIZE,
                Duration.ofSeconds(10),
                new PromisedDigests(),
                new PeerCounters(),
                System::nanoTime);
        // The first fails at the moment when the second is handed to a pool that has no thread for it.
        FirstTaskOnly threads = new FirstTaskOnly(silent::fail);
        try (BufferPool pool = new BufferPool(64 << 20);
                Arena arena = Arena.ofShared()) {
            Answer answer = new Hedging(asking, pool, threads, new PeerCounters(), System::nanoTime)
                    .ask(first, second, blob, BLOCK_SIZE.keyOf(blob, 0), arena.allocate(BLOCK_BYTES));

            assertThat(answer).isInstanceOf(Answer.Failed.class);
            assertThat(second.mayBeAsked()).isTrue();
        }
    }

    private static Peer peer(String id, ManagedChannel channel) {
        Member member = new Member(id, "127.0.0.1", 1, "", Member.DEFAULT_WEIGHT, Member.State.READY);
        return new Peer(
                member,
                new GrpcLine(List.of(channel), withoutBulk(member), System::nanoTime),
                new Breaker(System::nanoTime, new Random(1)),
                System::nanoTime);
    }

    private static BulkWay withoutBulk(Member member) {
        BulkPool pool = new BulkPool(member, Duration.ofSeconds(1), System::nanoTime);
        Stalls stalls = new Stalls(
                Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory()), System::nanoTime);
        return new BulkWay(pool, stalls, false, System::nanoTime);
    }

    /** Runs the first task in a thread; at the second it does something else, and never runs it. */
    private static final class FirstTaskOnly extends AbstractExecutorService {
        private final Runnable instead;
        private int tasks;

        FirstTaskOnly(Runnable instead) {
            this.instead = instead;
        }

        @Override
        public void execute(Runnable task) {
            if (++tasks == 1) {
                Thread.ofVirtual().start(task);
            } else {
                instead.run();
            }
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }

    /** Says nothing to its one call until it fails. */
    private static final class SilentChannel extends ManagedChannel {
        private final CompletableFuture<ClientCall.Listener<?>> asked = new CompletableFuture<>();

        void fail() {
            asked.join().onClose(Status.UNAVAILABLE, new Metadata());
        }

        @Override
        public <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, CallOptions options) {
            return new ClientCall<>() {
                @Override
                public void start(Listener<R> listener, Metadata headers) {
                    asked.complete(listener);
                }

                @Override
                public void request(int messages) {}

                @Override
                public void cancel(@Nullable String message, @Nullable Throwable cause) {}

                @Override
                public void halfClose() {}

                @Override
                public void sendMessage(Q message) {}
            };
        }

        @Override
        public String authority() {
            return "nobody";
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
