package io.blobcache.node;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent has opened so far, to be closed in the reverse order, each whatever happened to the others. */
final class Layers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Layers.class);

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T layer) {
        opened.push(layer);
        return layer;
    }

    /** Closes all after a start that failed; what fails on top of it goes with the reason. */
    synchronized void closeAfter(Throwable reason) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                reason.addSuppressed(e);
            }
        }
    }

    /** Closing again does nothing. */
    @Override
    public synchronized void close() {
        while (!opened.isEmpty()) {
            AutoCloseable layer = opened.pop();
            try {
                layer.close();
            } catch (Exception e) {
                LOG.atWarn()
                        .addKeyValue("layer", layer.getClass().getSimpleName())
                        .setCause(e)
                        .log("closing failed");
            }
        }
    }
}
