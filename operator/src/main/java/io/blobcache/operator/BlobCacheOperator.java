package io.blobcache.operator;

import io.blobcache.operator.metrics.OperatorMetrics;
import io.blobcache.operator.reconcile.BlobCacheReconciler;
import io.blobcache.operator.serving.OperatorEndpoint;
import io.blobcache.operator.settings.OperatorSettings;
import io.blobcache.operator.status.Announcer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** The operator, wired. */
public final class BlobCacheOperator implements AutoCloseable {
    private static final String LEASE = "blobcache-operator";

    /** So long a write that has begun may take when the operator ends. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(5);

    private final Operator operator;
    private final OperatorEndpoint endpoint;

    private BlobCacheOperator(Operator operator, OperatorEndpoint endpoint) {
        this.operator = operator;
        this.endpoint = endpoint;
    }

    /**
     * Returns when it has seen all there is, and leads or waits to.
     *
     * @param writes given method and path of each request that changes something; from any thread
     * @throws IOException if its port is taken
     */
    public static BlobCacheOperator start(Config config, OperatorSettings settings, Consumer<String> writes)
            throws IOException {
        Clock clock = Clock.systemUTC();
        OperatorMetrics metrics = new OperatorMetrics(version());
        KubernetesClient client =
                ApiWrites.noted(config, writes.andThen(_ -> metrics.wrote())).build();
        Operator operator = new Operator(override -> {
            override.withKubernetesClient(client)
                    .withMetrics(metrics)
                    .withExecutorService(Executors.newVirtualThreadPerTaskExecutor())
                    .withWorkflowExecutorService(Executors.newVirtualThreadPerTaskExecutor())
                    .withReconciliationTerminationTimeout(LAST_WRITES)
                    .withCloseClientOnStop(true);
            if (settings.elects()) {
                override.withLeaderElectionConfiguration(election(settings, metrics));
            }
        });
        metrics.leads(!settings.elects());
        OperatorEndpoint endpoint =
                OperatorEndpoint.start(settings.httpPort(), () -> notReady(operator), metrics::text);
        Announcer announcer = new Announcer(client, settings.identity(), clock);
        operator.register(new BlobCacheReconciler(settings.agentImage(), announcer, metrics, clock), override -> {
            if (!settings.namespaces().isEmpty()) {
                override.settingNamespaces(settings.namespaces());
            }
        });
        operator.start();
        return new BlobCacheOperator(operator, endpoint);
    }

    /** Of the endpoint for probes and metrics. */
    public int httpPort() {
        return endpoint.port();
    }

    @Override
    public void close() {
        endpoint.close();
        operator.stop();
    }

    /** Whoever loses the lease ends: what it has in memory may be old. */
    private static LeaderElectionConfiguration election(OperatorSettings settings, OperatorMetrics metrics) {
        return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
                .withLeaseNamespace(settings.leaseNamespace())
                .withIdentity(settings.identity())
                .withLeaderCallbacks(
                        new LeaderCallbacks(() -> metrics.leads(true), () -> metrics.leads(false), _ -> {}))
                .build();
    }

    private static String notReady(Operator operator) {
        if (!operator.getRuntimeInfo().isStarted()) {
            return "starting";
        }
        return operator.getRuntimeInfo().allEventSourcesAreHealthy()
                ? ""
                : "not heard: " + operator.getRuntimeInfo().unhealthyEventSources();
    }

    private static String version() {
        String version = BlobCacheOperator.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
