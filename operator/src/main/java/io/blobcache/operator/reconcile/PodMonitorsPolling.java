package io.blobcache.operator.reconcile;

import io.blobcache.crd.BlobCache;
import io.blobcache.operator.dependent.PodMonitor;
import io.blobcache.operator.status.Monitoring.State;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every {@link #PERIOD} whether PodMonitors can be listed, one request for the whole operator or for each namespace that
 * it watches. An informer of what is not there would end the operator, so none is begun before the answer is good; and the
 * question itself is what an informer would ask, so it needs no further right.
 */
final class PodMonitorsPolling extends AbstractEventSource<State, BlobCache> {
    private static final Logger LOG = LoggerFactory.getLogger(PodMonitorsPolling.class);
    private static final Duration PERIOD = Duration.ofSeconds(30);
    private static final ListOptions ONE =
            new ListOptionsBuilder().withLimit(1L).build();

    private final EventSourceContext<BlobCache> context;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("pod-monitors-timer").factory());
    private volatile State state = State.UNKNOWN;

    PodMonitorsPolling(EventSourceContext<BlobCache> context) {
        super(State.class, "pod-monitors");
        this.context = context;
    }

    /** TOLD if there are PodMonitors to be told by, else UNKNOWN, ABSENT or FORBIDDEN. */
    State state() {
        return state;
    }

    @Override
    public Set<State> getSecondaryResources(BlobCache cache) {
        return Set.of(state);
    }

    /** The first answer is there before anything is reconciled. */
    @Override
    public void start() {
        super.start();
        look();
        var _ = timer.scheduleWithFixedDelay(this::look, PERIOD.toMillis(), PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        super.stop();
        timer.shutdownNow();
    }

    private void look() {
        try {
            State now = ask();
            if (now != state) {
                LOG.atInfo().addKeyValue("podMonitors", now).log("what the cluster has changed");
                state = now;
                context.getPrimaryCache()
                        .list()
                        .forEach(cache -> getEventHandler().handleEvent(new Event(ResourceID.fromResource(cache))));
            }
        } catch (RuntimeException e) {
            // The next look may end better; without this there would be none.
            LOG.atError().setCause(e).log("looking for PodMonitors failed");
        }
    }

    private State ask() {
        try {
            var configuration = context.getControllerConfiguration();
            Set<String> namespaces = configuration.getInformerConfig().getEffectiveNamespaces(configuration);
            var monitors = context.getClient().resources(PodMonitor.class);
            if (InformerConfiguration.allNamespacesWatched(namespaces)) {
                monitors.inAnyNamespace().list(ONE);
            } else {
                namespaces.forEach(namespace -> monitors.inNamespace(namespace).list(ONE));
            }
            return State.TOLD;
        } catch (KubernetesClientException e) {
            return switch (e.getCode()) {
                case HttpURLConnection.HTTP_NOT_FOUND -> State.ABSENT;
                case HttpURLConnection.HTTP_FORBIDDEN -> State.FORBIDDEN;
                // No answer is no news.
                default -> state;
            };
        }
    }
}
