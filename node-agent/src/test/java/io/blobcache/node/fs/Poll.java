package io.blobcache.node.fs;

/** Waits for what another thread brings about. */
public final class Poll {
    private static final long DEADLINE_NANOS = 10_000_000_000L;

    private Poll() {}

    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    public static void until(Condition condition) {
        long start = System.nanoTime();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() - start > DEADLINE_NANOS) {
                    throw new AssertionError("did not come about within 10 s");
                }
                Thread.sleep(2);
            }
        } catch (Exception e) {
            throw new AssertionError("failed while waiting", e);
        }
    }
}
