package io.blobcache.node.warmup;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runs that are wanted of this agent. One that is no longer wanted ends at once: what is fetched at that moment is let
 * go, what is there stays. Thread-safe.
 */
public final class Warmups implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Warmups.class);

    /** A fetch that is interrupted ends at once; one that waits for a disk takes a fraction of a second. */
    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(5);

    private final WarmupParts parts;
    private final String self;

    @GuardedBy("this")
    private final Map<String, Running> running = new LinkedHashMap<>();

    @GuardedBy("this")
    private boolean closed;

    private record Running(WantedWarmup wanted, WarmupRun run, Thread thread) {
        void end() {
            thread.interrupt();
        }
    }

    /** @param self this agent's id */
    public Warmups(WarmupParts parts, String self) {
        this.parts = parts;
        this.self = self;
    }

    /** Ends what is not among them, begins what is new. Returns at once. */
    public synchronized void take(List<WantedWarmup> all) {
        Map<String, WantedWarmup> wanted = new LinkedHashMap<>();
        all.stream().filter(one -> one.chooses(self)).forEach(one -> wanted.put(one.id(), one));
        for (Iterator<Running> left = running.values().iterator(); left.hasNext(); ) {
            Running one = left.next();
            WantedWarmup now = wanted.get(one.wanted().id());
            if (now == null || !now.sameWork(one.wanted())) {
                one.end();
                left.remove();
            }
        }
        for (WantedWarmup one : wanted.values()) {
            if (!closed && !running.containsKey(one.id())) {
                begin(one);
            }
        }
    }

    /** Of all that are wanted of this agent. */
    public List<WarmupProgress> progress() {
        List<Running> now;
        synchronized (this) {
            now = new ArrayList<>(running.values());
        }
        return now.stream().map(one -> one.run().progress()).toList();
    }

    @Override
    public void close() {
        List<Running> ended;
        synchronized (this) {
            closed = true;
            ended = new ArrayList<>(running.values());
            running.clear();
        }
        ended.forEach(Running::end);
        try {
            for (Running one : ended) {
                one.thread().join(CLOSING_PATIENCE);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @GuardedBy("this")
    private void begin(WantedWarmup wanted) {
        WarmupRun run = new WarmupRun(parts, wanted);
        Thread thread = Thread.ofVirtual().name("warmup-" + wanted.id()).unstarted(run);
        running.put(wanted.id(), new Running(wanted, run, thread));
        LOG.atInfo()
                .addKeyValue("warmup", wanted.id())
                .addKeyValue("paths", wanted.paths().size())
                .log("warmup begins");
        thread.start();
    }
}
