package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster that has never heard of BlobCache, before each test; resource definitions that were there are there again at the
 * end. Where somebody uses them the scenario is skipped: with them would go all resources, and an operator with the chart's
 * defaults looks after those of all namespaces.
 */
final class Untouched implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    private final Cluster cluster;
    private boolean defined;
    private boolean used;

    Untouched(Cluster cluster) {
        this.cluster = cluster;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        defined = !definitions().isEmpty();
        List<String> users = Stream.concat(operators().stream(), resources().stream())
                .map(HasMetadata::getMetadata)
                .map(meta -> meta.getNamespace() + "/" + meta.getName())
                .toList();
        used = !users.isEmpty();
        Assumptions.assumeFalse(used, "operators or resources are there that it would disturb: " + users);
        clear();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (defined && !used) {
            Chart.define(cluster, Chart.SHIPPED);
        }
    }

    /** Operators of all namespaces. */
    List<Deployment> operators() {
        return cluster.client()
                .apps()
                .deployments()
                .inAnyNamespace()
                .withLabel("app.kubernetes.io/name", "blobcache-operator")
                .list()
                .getItems();
    }

    /** Returns when so many are ready and no more. */
    void scaleOperators(int replicas) {
        for (Deployment operator : operators()) {
            cluster.client().apps().deployments().resource(operator).scale(replicas);
        }
        Await.until(
                replicas + " operators are ready",
                Duration.ofMinutes(2),
                () -> operators().stream()
                        .allMatch(operator ->
                                Objects.requireNonNullElse(operator.getStatus().getReadyReplicas(), 0) == replicas));
    }

    List<CustomResourceDefinition> definitions() {
        return cluster.client().apiextensions().v1().customResourceDefinitions().list().getItems().stream()
                .filter(definition -> definition.getSpec().getGroup().equals("blobcache.io"))
                .toList();
    }

    private List<? extends HasMetadata> resources() {
        return definitions().isEmpty()
                ? List.of()
                : cluster.client()
                        .genericKubernetesResources("blobcache.io/v1alpha1", "BlobCache")
                        .inAnyNamespace()
                        .list()
                        .getItems();
    }

    private static void clear() {
        Documented.run("kubectl delete --ignore-not-found").expectSuccess();
    }
}
