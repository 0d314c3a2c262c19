package io.blobcache.operator;

import io.blobcache.operator.settings.OperatorSettings;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;

/** The process: reads its environment, starts the operator, and ends when it is told to or when it no longer leads. */
public final class OperatorMain {
    private OperatorMain() {}

    public static void main(String[] arguments) {
        BlobCacheOperator.start(new KubernetesClientBuilder().build(), OperatorSettings.of(System.getenv()));
    }
}
