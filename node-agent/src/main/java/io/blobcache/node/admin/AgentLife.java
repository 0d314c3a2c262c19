package io.blobcache.node.admin;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One agent from its first moment to its last, as the endpoint tells it: it begins, it may have to wait for what is
 * outside of it, it serves, it drains. Whoever runs the agent says so. Thread-safe.
 */
public final class AgentLife {
    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile String reason = "starting";
    private volatile boolean waiting;
    private volatile int port;
    private volatile @Nullable Serving serving;

    private record Serving(Supplier<AgentStatus> status, Supplier<String> metrics) {}

    /** It is in order itself and waits for something else, such as its source. */
    public void waitsFor(String what) {
        reason = what;
        waiting = true;
    }

    /**
     * The mount answers.
     *
     * @param status  asked for each {@code /status} and {@code /readyz}; must not wait
     * @param metrics the Prometheus text
     */
    public void serves(Supplier<AgentStatus> status, Supplier<String> metrics) {
        serving = new Serving(status, metrics);
    }

    /** It is told to end: nobody new should come. What has come is served for a while. */
    public void drains() {
        ending.countDown();
    }

    /** Waits for {@link #drains}. @return whether it was said within the time */
    public boolean drainsWithin(Duration limit) throws InterruptedException {
        return ending.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Where it is told; 0 if nobody tells it yet. */
    public int port() {
        return port;
    }

    void toldAt(int tcpPort) {
        port = tcpPort;
    }

    /** Empty once it serves, or waits for nothing that is its own: from then on only its end is a failure. */
    String notStarted() {
        return serving != null || waiting ? "" : reason;
    }

    /** Empty if a read would be served now and nothing speaks against new ones. */
    String notReady() {
        Serving now = serving;
        if (ending.getCount() == 0) {
            return "draining";
        } else if (now == null) {
            return reason;
        }
        AgentStatus status = now.status().get();
        return status.ready() ? "" : status.health();
    }

    /** What is to be said of an agent that is ready: {@code ok}, or in one line what is wrong nevertheless. */
    String health() {
        Serving now = serving;
        return now == null ? reason : now.status().get().health();
    }

    /** {@code null} until it serves. */
    @Nullable
    AgentStatus status() {
        Serving now = serving;
        return now == null ? null : now.status().get();
    }

    /** Empty until it serves. */
    String metrics() {
        Serving now = serving;
        return now == null ? "" : now.metrics().get();
    }
}
