package io.blobcache.node.kubernetes;

import io.blobcache.node.kubernetes.WatchEvents.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches one key of a ConfigMap through the API server, for ever: a watch that ends, is cut or refused is begun anew,
 * with growing pauses while the server cannot be reached. Each begins with the object as it is, so nothing is missed and
 * no version has to be remembered.
 */
final class ConfigMapWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigMapWatch.class);

    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);

    /** A server that is back hears from 1,000 agents within half a minute: 33 requests a second. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(30);

    private final ApiServer server;
    private final String namespace;
    private final String name;
    private final String key;
    private final Consumer<String> listener;
    private final RandomGenerator random;
    private final Thread thread;
    private volatile boolean connected;

    /** Of the watch's thread: whether the log says already that nothing is heard. */
    private boolean complained;

    /** @param listener told of each text from the watch's thread, also if it is the one before */
    ConfigMapWatch(
            ApiServer server,
            String namespace,
            String name,
            String key,
            Consumer<String> listener,
            RandomGenerator random) {
        this.server = server;
        this.namespace = namespace;
        this.name = name;
        this.key = key;
        this.listener = listener;
        this.random = random;
        this.thread = Thread.ofPlatform().daemon().name("watch-" + name).unstarted(this::watch);
    }

    void start() {
        thread.start();
    }

    /** Whether changes are heard of by this watch now. */
    boolean connected() {
        return connected;
    }

    /** Ends soon: the thread may still wait for the server, and hands on nothing any more that matters. */
    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch() {
        Duration pause = MIN_PAUSE;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                boolean heard = follow();
                pause = heard ? MIN_PAUSE : longer(pause);
                // Half to whole: agents that lost one server do not all come back at one moment.
                Thread.sleep(pause.dividedBy(2).plusMillis(random.nextLong(pause.toMillis() / 2 + 1)));
            }
        } catch (InterruptedException _) {
            // Closed: nothing is left to do.
            return;
        }
    }

    /** One watch, from its beginning to its end. @return whether anything was heard */
    private boolean follow() {
        boolean heard = false;
        try (WatchEvents events = new WatchEvents(server.watch(namespace, name), key)) {
            for (Optional<Event> event = events.next(); event.isPresent(); event = events.next()) {
                if (event.get().type().equals("ERROR")) {
                    return heard;
                }
                heard = true;
                take(event.get());
            }
        } catch (IOException e) {
            if (connected || !complained) {
                LOG.atWarn()
                        .addKeyValue("configMap", name)
                        .addKeyValue("reason", e.toString())
                        .log("the API server is not heard: changes come by the mounted file");
            }
            connected = false;
            complained = true;
        }
        return heard;
    }

    private void take(Event event) {
        if (!connected) {
            LOG.atInfo().addKeyValue("configMap", name).log("changes come by the API server");
            connected = true;
        }
        if (event.type().equals("ADDED") || event.type().equals("MODIFIED")) {
            event.text().ifPresent(listener);
        }
    }

    private static Duration longer(Duration pause) {
        Duration next = pause.multipliedBy(2);
        return next.compareTo(MAX_PAUSE) < 0 ? next : MAX_PAUSE;
    }
}
