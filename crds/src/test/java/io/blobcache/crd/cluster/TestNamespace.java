package io.blobcache.crd.cluster;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A namespace for one test class, made anew before it and deleted after it. */
public final class TestNamespace implements BeforeAllCallback, AfterAllCallback {
    private static final int GONE_SECONDS = 120;

    private final String name;

    @SuppressWarnings("NullAway.Init") // JUnit calls beforeAll before anything else.
    private KubernetesClient client;

    /** @param name without the prefix that all test namespaces have */
    public TestNamespace(String name) {
        this.name = "op-" + name;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        client = ApiServer.client();
        delete();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("pod-security.kubernetes.io/enforce", "privileged")
                        .endMetadata()
                        .build())
                .create();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (client != null) {
            client.namespaces().withName(name).delete();
            client.close();
        }
    }

    public String name() {
        return name;
    }

    /** An administrator's. */
    public KubernetesClient client() {
        return client;
    }

    private void delete() {
        if (!client.namespaces().withName(name).delete().isEmpty()) {
            client.namespaces()
                    .withName(name)
                    .waitUntilCondition(found -> found == null, GONE_SECONDS, TimeUnit.SECONDS);
        }
    }
}
