package io.blobcache.operator.rig;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheStatus.NodesStatus;
import io.blobcache.crd.StatusCondition;
import io.blobcache.crd.cluster.ApiServer;
import io.blobcache.crd.cluster.TestNamespace;
import io.blobcache.operator.BlobCacheOperator;
import io.blobcache.operator.Callbacks;
import io.blobcache.operator.settings.AgentImage;
import io.blobcache.operator.settings.OperatorSettings;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The operator in this process, for one namespace of a real cluster that is made anew for a test class. */
public final class OperatorUnderTest implements BeforeAllCallback, AfterAllCallback {
    /** Reading an image, starting Java, mounting; three of them on a busy machine. */
    public static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final TestNamespace namespace;
    private final List<String> writes = new CopyOnWriteArrayList<>();
    private BlobCacheOperator operator;

    /** @param name of the namespace without the prefix that all test namespaces have */
    @SuppressWarnings("NullAway.Init") // JUnit calls beforeAll before anything else.
    public OperatorUnderTest(String name) {
        this.namespace = new TestNamespace(name);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        namespace.beforeAll(context);
        rights().grant();
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (operator != null) {
            operator.close();
            rights().revoke();
        }
        namespace.afterAll(context);
    }

    public void start() {
        try {
            operator = BlobCacheOperator.start(
                    rights().of(ApiServer.config()), settings(), new Callbacks(writes::add, () -> {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void stop() {
        operator.close();
    }

    /** What the operator asked the API server to change, as method and path; may be cleared. */
    public List<String> writes() {
        return writes;
    }

    /** What the operator says of itself. */
    public int httpPort() {
        return operator.httpPort();
    }

    private ShippedRights rights() {
        return new ShippedRights(namespace.client(), namespace.name());
    }

    private OperatorSettings settings() {
        String image = System.getProperty("blobcache.agent.image", "localhost/blobcache-agent:dev");
        return new OperatorSettings(new AgentImage(image), Set.of(namespace.name()), "", "test", 0);
    }

    /** An administrator's, not the operator's. */
    public KubernetesClient client() {
        return namespace.client();
    }

    /** All that were told in the namespace, by Kubernetes too. */
    public List<Event> events() {
        return client().events().v1().events().inNamespace(namespace()).list().getItems();
    }

    public String namespace() {
        return namespace.name();
    }

    /** Applies a file of the test's resources; {@code ${NAMESPACE}} in it stands for the namespace. */
    public void applyFile(String file) {
        try (InputStream in = OperatorUnderTest.class.getResourceAsStream("/" + file)) {
            apply(new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void apply(String yaml) {
        String text = yaml.replace("${NAMESPACE}", namespace.name());
        client().load(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace.name())
                .forceConflicts()
                .serverSideApply();
    }

    /** A resource with the smallest of specifications and more. */
    public void applyCache(String name, String... specLines) {
        StringBuilder yaml = new StringBuilder(
                "apiVersion: blobcache.io/v1alpha1\nkind: BlobCache\nmetadata: {name: %s}\nspec:\n".formatted(name));
        Stream.of(specLines).forEach(line -> yaml.append("  ").append(line).append('\n'));
        apply(yaml.toString());
    }

    public BlobCache cache(String name) {
        return Objects.requireNonNull(client().resources(BlobCache.class)
                .inNamespace(namespace.name())
                .withName(name)
                .get());
    }

    public DaemonSet daemonSet(String name) {
        return Objects.requireNonNull(client().apps()
                .daemonSets()
                .inNamespace(namespace.name())
                .withName("blobcache-" + name)
                .get());
    }

    /** One key of a ConfigMap; empty if it is not there. */
    public String text(String configMap, String key) {
        ConfigMap map = client().configMaps()
                .inNamespace(namespace.name())
                .withName(configMap)
                .get();
        return map == null ? "" : map.getData().getOrDefault(key, "");
    }

    /** Status and reason of a condition, such as {@code True/AgentsServe}; empty if it is not told. */
    public String condition(String name, String type) {
        List<StatusCondition> conditions =
                cache(name).getStatus() == null ? null : cache(name).getStatus().conditions();
        return conditions == null
                ? ""
                : conditions.stream()
                        .filter(condition -> condition.type().equals(type))
                        .map(condition -> condition.status() + "/" + condition.reason())
                        .findFirst()
                        .orElse("");
    }

    /** Ready and desired agents as the column shows them, such as {@code 2/3}; empty if they are not told. */
    public String nodes(String name) {
        NodesStatus nodes =
                cache(name).getStatus() == null ? null : cache(name).getStatus().nodes();
        return nodes == null ? "" : nodes.summary();
    }

    public void awaitReady(String name) {
        Await.until(
                name + " is ready", START_LIMIT, () -> condition(name, "Ready").equals("True/AgentsServe"));
    }
}
