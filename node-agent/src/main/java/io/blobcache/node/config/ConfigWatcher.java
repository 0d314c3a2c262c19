package io.blobcache.node.config;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the configuration file of a running agent and hands on what changed. A bad file changes nothing: the last good
 * configuration stays in force and every problem is logged.
 */
public final class ConfigWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatcher.class);

    private final Path file;
    private final UnaryOperator<AgentConfig> completion;
    private final Consumer<ConfigChange> listener;
    private final WatchedFile watched;
    private volatile AgentConfig inForce;

    /**
     * @param inForce  what was loaded from {@code file} at the start
     * @param listener told of each change from the watcher's thread; what it throws is logged and the change counts as
     *                 not taken
     */
    public ConfigWatcher(Path file, AgentConfig inForce, Duration period, Consumer<ConfigChange> listener) {
        this(file, UnaryOperator.identity(), inForce, period, listener);
    }

    /** @param completion what became of the file's words at the start, and becomes of them each time */
    public ConfigWatcher(
            Path file,
            UnaryOperator<AgentConfig> completion,
            AgentConfig inForce,
            Duration period,
            Consumer<ConfigChange> listener) {
        this.file = file;
        this.completion = completion;
        this.inForce = inForce;
        this.listener = listener;
        this.watched = new WatchedFile(file, "configuration", LOG, period, this::take);
        watched.markTaken();
    }

    public void start() {
        watched.start();
    }

    /** What the agent runs with now. */
    public AgentConfig inForce() {
        return inForce;
    }

    @Override
    public void close() {
        watched.close();
    }

    /** One look at the file. */
    void look() {
        watched.look();
    }

    private void take() throws IOException {
        ConfigChange change = ConfigChange.between(inForce, completion.apply(ConfigLoader.load(file)));
        for (String key : change.restart()) {
            LOG.atWarn().addKeyValue("key", key).log("changed, but needs a restart of the agent");
        }
        if (change.live().isEmpty()) {
            return;
        }
        listener.accept(change);
        inForce = change.config();
        LOG.atInfo().addKeyValue("keys", change.live()).log("configuration changed");
    }
}
