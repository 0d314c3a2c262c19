package io.blobcache.operator;

import io.blobcache.operator.dependent.PodMonitor;
import io.blobcache.operator.dependent.PodMonitorOwned;
import io.blobcache.operator.metrics.OperatorMetrics;
import io.blobcache.operator.reconcile.BlobCacheReconciler;
import io.blobcache.operator.reconcile.WarmupReconciler;
import io.blobcache.operator.serving.OperatorEndpoint;
import io.blobcache.operator.settings.OperatorSettings;
import io.blobcache.operator.status.Announcer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator, wired. */
public final class BlobCacheOperator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BlobCacheOperator.class);

    private static final String LEASE = "blobcache-operator";

    /** So long a write that has begun may take when the operator ends. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(5);

    private final Operator operator;
    private final OperatorEndpoint endpoint;
    private final AtomicBoolean closing;

    private BlobCacheOperator(Operator operator, OperatorEndpoint endpoint, AtomicBoolean closing) {
        this.closing = closing;
        this.operator = operator;
        this.endpoint = endpoint;
    }

    /**
     * Returns when it has seen all there is, and leads or waits to.
     *
     * @throws IOException if its port is taken
     */
    public static BlobCacheOperator start(Config config, OperatorSettings settings, Callbacks callbacks)
            throws IOException {
        Clock clock = Clock.systemUTC();
        OperatorMetrics metrics = new OperatorMetrics(version(), clock);
        AtomicBoolean closing = new AtomicBoolean();
        KubernetesClient client = ApiWrites.noted(config, callbacks.writes().andThen(_ -> metrics.wrote()))
                .build();
        Operator operator = new Operator(override -> {
            override.withKubernetesClient(client)
                    .withMetrics(metrics)
                    .withExecutorService(Executors.newVirtualThreadPerTaskExecutor())
                    .withWorkflowExecutorService(Executors.newVirtualThreadPerTaskExecutor())
                    // ConfigMaps too, which it would otherwise replace as a whole, with what others added.
                    .withDefaultNonSSAResource(Set.of())
                    // A late event must not take a newer answer out of the cache (decision 20).
                    .withParseResourceVersions(true)
                    .withReconciliationTerminationTimeout(LAST_WRITES)
                    .withInformerStoppedHandler((informer, failure) -> stopped(informer, failure, callbacks))
                    .withCloseClientOnStop(true);
            if (settings.elects()) {
                override.withLeaderElectionConfiguration(election(settings, metrics, callbacks.lostLead(), closing));
            }
        });
        metrics.leads(!settings.elects());
        OperatorEndpoint endpoint =
                OperatorEndpoint.start(settings.httpPort(), () -> notReady(operator), metrics::text);
        Announcer announcer = new Announcer(client, settings.identity(), clock);
        operator.register(
                new BlobCacheReconciler(settings.agentImage(), announcer, metrics, clock),
                override -> watch(override, settings));
        operator.register(new WarmupReconciler(announcer, clock), override -> watch(override, settings));
        operator.start();
        return new BlobCacheOperator(operator, endpoint, closing);
    }

    /** Of the endpoint for probes and metrics. */
    public int httpPort() {
        return endpoint.port();
    }

    @Override
    public void close() {
        closing.set(true);
        endpoint.close();
        operator.stop();
    }

    /** The framework would call exit itself, also where Prometheus' operator is removed from the cluster. */
    private static void stopped(SharedIndexInformer<?> informer, @Nullable Throwable failure, Callbacks callbacks) {
        Class<?> type = informer.getApiTypeClass();
        if (failure != null && informer.hasSynced() && type != PodMonitor.class) {
            LOG.atError()
                    .addKeyValue("type", type.getSimpleName())
                    .setCause(failure)
                    .log("the cluster is not heard any more");
            callbacks.lostLead().run();
        }
    }

    private static void watch(ControllerConfigurationOverrider<?> override, OperatorSettings settings) {
        if (!settings.namespaces().isEmpty()) {
            override.settingNamespaces(settings.namespaces());
        }
    }

    /** The framework would call exit itself, also in an orderly end, where a hook that waits for it would wait for ever. */
    private static LeaderElectionConfiguration election(
            OperatorSettings settings, OperatorMetrics metrics, Runnable lost, AtomicBoolean closing) {
        Runnable stopped = () -> {
            metrics.leads(false);
            if (!closing.get()) {
                lost.run();
            }
        };
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(settings.leaseNamespace())
                .withIdentity(settings.identity())
                .withExitOnStopLeading(false)
                .withLeaderCallbacks(new LeaderCallbacks(() -> metrics.leads(true), stopped, _ -> {}))
                .build();
    }

    private static String notReady(Operator operator) {
        if (!operator.getRuntimeInfo().isStarted()) {
            return "starting";
        }
        List<String> unheard = operator.getRuntimeInfo().unhealthyEventSources().values().stream()
                .flatMap(sources -> sources.keySet().stream())
                // It does without: where Prometheus' operator is removed nobody hears of its resources.
                .filter(name -> !name.equals(PodMonitorOwned.NAME))
                .toList();
        return unheard.isEmpty() ? "" : "not heard: " + unheard;
    }

    private static String version() {
        String version = BlobCacheOperator.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
