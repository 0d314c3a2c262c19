package io.blobcache.node;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.WatchedSource;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Asks sources that do not answer again and again: their return is known also where nobody reads them. One that refuses a
 * read is asked whether it refuses them all.
 */
final class SourceProbes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SourceProbes.class);

    /** As a start that waits for its source: 1,000 nodes ask one a hundred times a second. */
    private static final Duration PAUSE = Duration.ofSeconds(10);

    private final List<Thread> threads;

    private SourceProbes(List<Thread> threads) {
        this.threads = threads;
    }

    static SourceProbes start(List<WatchedSource> sources) {
        return start(sources, PAUSE);
    }

    static SourceProbes start(List<WatchedSource> sources, Duration pause) {
        return new SourceProbes(sources.stream()
                .map(source -> Thread.ofVirtual().name("source-probe").start(() -> probe(source, pause)))
                .toList());
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }

    private static void probe(WatchedSource source, Duration pause) {
        try {
            while (true) {
                Thread.sleep(pause);
                if (source.doubtful()) {
                    ask(source);
                }
            }
        } catch (InterruptedException _) {
            // Closed: nothing is left to do.
            return;
        }
    }

    private static void ask(WatchedSource source) throws InterruptedException {
        boolean failed = !source.failure().isEmpty();
        try {
            source.check();
            if (failed) {
                LOG.atInfo().addKeyValue("source", source.name()).log("source answers");
            }
        } catch (BlobException.Interrupted _) {
            throw new InterruptedException("closed");
        } catch (BlobException e) {
            LOG.atLevel(failed ? Level.DEBUG : Level.WARN)
                    .addKeyValue("source", source.name())
                    .addKeyValue("failure", source.failure())
                    .log("source gives no answer");
        }
    }
}
