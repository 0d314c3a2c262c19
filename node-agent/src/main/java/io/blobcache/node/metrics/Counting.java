package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * Whether anything is counted at all. The switch exists for one purpose, to measure what counting costs
 * ({@code bench/run metrics-cost}), and is no setting: {@code -Dblobcache.metrics=off}. Without it the compiler sees a
 * constant and plain adders.
 */
final class Counting {
    static final boolean ON = !"off".equals(System.getProperty("blobcache.metrics"));

    private Counting() {}

    /** Every counter is made here. */
    static LongAdder adder() {
        return ON ? new LongAdder() : new Deaf();
    }

    /** Counts nothing. */
    private static final class Deaf extends LongAdder {
        private static final long serialVersionUID = 1;

        @Override
        public void add(long count) {}

        @Override
        public void increment() {}
    }
}
