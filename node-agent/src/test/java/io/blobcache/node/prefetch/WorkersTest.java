package io.blobcache.node.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The threads are tasks that the test runs when it likes. */
class WorkersTest {
    private final ArrayDeque<Runnable> threads = new ArrayDeque<>();
    private final List<String> fetched = new ArrayList<>();
    private Runnable duringFetch = () -> {};
    private final Workers workers = new Workers(2, threads::add, this::fetch);

    @Test
    void asManyWorkAsThereAreBlocksAndNoMoreThanAllowed() {
        workers.wake(new Countdown("one", 1));
        assertThat(threads).hasSize(1);
        workers.wake(new Countdown("many", 5));
        workers.wake(new Countdown("more", 5));
        assertThat(threads).hasSize(2);
    }

    @Test
    void thoseWhoAskAreServedInTurn() {
        Workers one = new Workers(1, threads::add, this::fetch);
        one.wake(new Countdown("a", 3));
        one.wake(new Countdown("b", 3));
        runAll();
        assertThat(fetched).containsExactly("a2", "a1", "b2", "a0", "b1", "b0");
    }

    @Test
    void whatIsCancelledIsNotFetched() {
        Countdown one = new Countdown("one", 10);
        workers.wake(one);
        one.left = 0;
        runAll();
        assertThat(fetched).as("what the two workers had begun with").hasSize(2);
    }

    @Test
    void afterTheLastBlockTheyEndAndBeginAgainWhenWoken() {
        workers.wake(new Countdown("one", 3));
        runAll();
        assertThat(fetched).hasSize(3);
        workers.wake(new Countdown("two", 3));
        assertThat(threads).hasSize(2);
        runAll();
        assertThat(fetched).hasSize(6);
    }

    @Test
    void aFetchThatFailsByABugCostsNoWorker() {
        duringFetch = () -> {
            throw new IllegalStateException("a bug");
        };
        workers.wake(new Countdown("one", 2));
        while (!threads.isEmpty()) {
            try {
                threads.remove().run();
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("a bug");
            }
        }
        workers.wake(new Countdown("two", 2));
        assertThat(threads).hasSize(2);
    }

    @Test
    void closedTheyBeginNothing() {
        workers.close();
        workers.wake(new Countdown("one", 3));
        assertThat(threads).isEmpty();
    }

    private void fetch(Ahead ahead) {
        fetched.add(ahead.blocks().blob().path() + ahead.blockIndex());
        duringFetch.run();
    }

    private void runAll() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    /** Has so many blocks to fetch, the last one first. */
    private static final class Countdown implements AheadBlocks {
        private final BlobBlocks blocks;
        private int left;

        Countdown(String name, int blocks) {
            this.left = blocks;
            this.blocks = new BlobBlocks(
                    new Blob(BlobId.of("s", name, "v"), name, "v", (long) blocks << 20), new BlockSize(1 << 20));
        }

        @Override
        public @Nullable Ahead next() {
            return left == 0 ? null : new Ahead(this, blocks, --left, null, 0);
        }

        @Override
        public boolean goesOn(Ahead ahead) {
            return true;
        }

        @Override
        public void wasted(Ahead ahead) {}

        @Override
        public void refused(Ahead ahead) {}

        @Override
        public void failed(Ahead ahead) {}
    }
}
