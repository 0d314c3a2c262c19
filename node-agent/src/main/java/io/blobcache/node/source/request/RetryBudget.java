package io.blobcache.node.source.request;

/**
 * Keeps retries to a fifth of the requests, beyond a burst: when a source is down for everybody, four attempts for
 * each reader would make its recovery harder. Thread-safe.
 */
final class RetryBudget {
    /** A retry costs what five requests bring: 20 %. */
    private static final int COST = 5;

    private final long maxCredit;
    private long credit;

    /** @param burst retries that are free after a quiet time */
    RetryBudget(int burst) {
        this.maxCredit = (long) burst * COST;
        this.credit = maxCredit;
    }

    synchronized void requested() {
        credit = Math.min(maxCredit, credit + 1);
    }

    /** Takes what one retry costs, or says that there is not enough. */
    synchronized boolean spend() {
        if (credit < COST) {
            return false;
        }
        credit -= COST;
        return true;
    }
}
