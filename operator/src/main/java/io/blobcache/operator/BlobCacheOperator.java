package io.blobcache.operator;

import io.blobcache.operator.reconcile.BlobCacheReconciler;
import io.blobcache.operator.settings.OperatorSettings;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;

/** The operator, wired. */
public final class BlobCacheOperator implements AutoCloseable {
    /** So long a write that has begun may take when the operator ends. */
    private static final Duration LAST_WRITES = Duration.ofSeconds(5);

    private final Operator operator;

    private BlobCacheOperator(Operator operator) {
        this.operator = operator;
    }

    /** Returns when it has seen all there is. The client is closed with it. */
    public static BlobCacheOperator start(KubernetesClient client, OperatorSettings settings) {
        Operator operator = new Operator(override -> override.withKubernetesClient(client)
                .withExecutorService(Executors.newVirtualThreadPerTaskExecutor())
                .withWorkflowExecutorService(Executors.newVirtualThreadPerTaskExecutor())
                .withReconciliationTerminationTimeout(LAST_WRITES)
                .withCloseClientOnStop(true));
        operator.register(new BlobCacheReconciler(settings, Clock.systemUTC()), override -> {
            if (!settings.namespaces().isEmpty()) {
                override.settingNamespaces(settings.namespaces());
            }
        });
        operator.start();
        return new BlobCacheOperator(operator);
    }

    @Override
    public void close() {
        operator.stop();
    }
}
