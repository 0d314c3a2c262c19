package io.blobcache.node.kubernetes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of one file of a mounted ConfigMap, as new as can be had. The kubelet renews the mounted file up to two minutes
 * after a change, the API server tells of it at once: while it is heard, its word counts. When it is not, whatever the
 * reason, the mounted file counts as soon as it changes. Neither is needed for the other, and the copy outlives both.
 *
 * <p>The copy is replaced in one step: whoever watches it never sees half of it.
 */
public final class FreshCopy implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FreshCopy.class);

    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Path mounted;
    private final Path copy;
    private final Thread mirror;
    private final Optional<ConfigMapWatch> watch;

    @GuardedBy("this")
    private byte[] seen = new byte[0];

    private FreshCopy(Path mounted, Path copy, Optional<ApiServer> server, String configMap) throws IOException {
        this.mounted = mounted;
        this.copy = copy;
        this.mirror = Thread.ofVirtual().name("mirror-" + mounted.getFileName()).unstarted(this::mirror);
        String key = String.valueOf(mounted.getFileName());
        if (server.isPresent()) {
            String namespace = server.get().namespace();
            this.watch = Optional.of(new ConfigMapWatch(
                    server.get(), namespace, configMap, key, this::told, RandomGenerator.getDefault()));
        } else {
            this.watch = Optional.empty();
        }
    }

    /**
     * The copy is there when this returns, unless the mounted file is not.
     *
     * @param directory   of this process alone, for the copy
     * @param configMap   its name, in the namespace of the pod
     * @param environment of this process: whether it is in a pod
     */
    public static FreshCopy of(Path mounted, Path directory, String configMap, Map<String, String> environment)
            throws IOException {
        return of(mounted, directory, configMap, ApiServer.ofPod(environment));
    }

    static FreshCopy of(Path mounted, Path directory, String configMap, Optional<ApiServer> server) throws IOException {
        FreshCopy fresh =
                new FreshCopy(mounted, directory.resolve(String.valueOf(mounted.getFileName())), server, configMap);
        fresh.look();
        fresh.mirror.start();
        fresh.watch.ifPresent(ConfigMapWatch::start);
        return fresh;
    }

    /** Where the copy is. */
    public Path path() {
        return copy;
    }

    @Override
    public void close() {
        mirror.interrupt();
        watch.ifPresent(ConfigMapWatch::close);
    }

    private void mirror() {
        try {
            while (true) {
                Thread.sleep(LOOK);
                look();
            }
        } catch (InterruptedException _) {
            // Closed: nothing is left to do.
            return;
        }
    }

    /** One look at the mounted file: its change counts where nobody tells of changes sooner. */
    synchronized void look() {
        try {
            byte[] now = Files.readAllBytes(mounted);
            boolean changed = !Arrays.equals(now, seen);
            seen = now;
            if (changed && !watch.map(ConfigMapWatch::connected).orElse(false)) {
                replace(now);
            }
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("file", mounted).setCause(e).log("the mounted file cannot be read");
        }
    }

    private synchronized void told(String text) {
        try {
            replace(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.atError().addKeyValue("file", copy).setCause(e).log("what the API server says cannot be kept");
        }
    }

    @GuardedBy("this")
    private void replace(byte[] text) throws IOException {
        if (Files.exists(copy) && Arrays.equals(text, Files.readAllBytes(copy))) {
            return;
        }
        // Of its own name: the agent before this one may still be told things too.
        Path next = Files.createTempFile(copy.toAbsolutePath().getParent(), ".next", "");
        Files.write(next, text);
        Files.move(next, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
