package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * The cluster of {@code KUBECONFIG}, and a namespace in it for one scenario, which goes with it. Without a cluster the
 * scenario is skipped and says so. After a failure the namespace's pods are described.
 */
final class Cluster implements BeforeAllCallback, AfterTestExecutionCallback, AfterAllCallback {
    /** The client's own 10 s are too short for a machine that is a whole cluster. */
    private static final Duration REQUEST_LIMIT = Duration.ofMinutes(1);

    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(3);

    private static final Pattern PLACE = Pattern.compile("\\$\\{(\\w+)}");

    private final String namespace;
    private KubernetesClient client;

    /** @param scenario in lower case, for the name of the namespace */
    @SuppressWarnings("NullAway.Init") // JUnit calls beforeAll before anything else.
    Cluster(String scenario) {
        this.namespace = System.getProperty("blobcache.e2e.prefix", "e2e") + "-" + scenario;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Assumptions.assumeTrue(
                System.getenv("KUBECONFIG") != null, "no cluster: set KUBECONFIG to one that tests may do anything to");
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(ClientKeys.named(Config.autoConfigure(null)))
                        .withRequestTimeout((int) REQUEST_LIMIT.toMillis())
                        .build())
                .build();
        delete();
        client.namespaces()
                .resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .addToLabels("pod-security.kubernetes.io/enforce", "privileged")
                        .endMetadata()
                        .build())
                .create();
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException()
                .filter(e -> !(e instanceof TestAbortedException))
                .isPresent()) {
            System.err.println(Description.of(this));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (client != null) {
            delete();
            client.close();
        }
    }

    KubernetesClient client() {
        return client;
    }

    String namespace() {
        return namespace;
    }

    /** Those on which pods run without asking for more: no control plane. */
    List<String> nodes() {
        return client.nodes().list().getItems().stream()
                .filter(Readiness::isNodeReady)
                .filter(node -> node.getSpec().getTaints().isEmpty())
                .map(Node::getMetadata)
                .map(meta -> meta.getName())
                .sorted()
                .toList();
    }

    /** Applies a file of {@code src/test/resources/cluster}; {@code ${NAME}} in it stands for a value. */
    void apply(String file, Map<String, String> values) {
        Map<String, String> all = new HashMap<>(values);
        all.put("NAMESPACE", namespace);
        all.put("AGENT_IMAGE", System.getProperty("blobcache.e2e.agent", "localhost/blobcache-agent:dev"));
        all.put("TOOLS_IMAGE", System.getProperty("blobcache.e2e.tools", "localhost/blobcache-e2e-tools:dev"));
        String yaml = PLACE.matcher(read(file))
                .replaceAll(place -> Matcher.quoteReplacement(
                        Objects.requireNonNull(all.get(place.group(1)), place.group() + " has no value")));
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(namespace)
                .forceConflicts()
                .serverSideApply();
    }

    List<Pod> pods(Map<String, String> labels) {
        return client.pods().inNamespace(namespace).withLabels(labels).list().getItems();
    }

    void awaitReady(String app, int count, Duration limit) {
        awaitReady(Map.of("app", app), count, limit);
    }

    void awaitReady(Map<String, String> labels, int count, Duration limit) {
        Await.until(
                count + " pods of " + labels + " are ready",
                limit,
                () -> pods(labels).stream().filter(Readiness::isPodReady).count() == count);
    }

    /** What a command in a pod says; it has to succeed. */
    String exec(String pod, String container, String script) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        try (ExecWatch running = client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .inContainer(container)
                .writingOutput(out)
                .writingError(err)
                .exec("sh", "-c", script)) {
            Integer code = running.exitCode().get(COMMAND_LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (code == null || code != 0) {
                throw new AssertionError("exit code %s of %s in %s%n%s%s".formatted(code, script, pod, out, err));
            }
            return out.toString(StandardCharsets.UTF_8);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError("%s in %s: %s%n%s".formatted(script, pod, e, err), e);
        }
    }

    /** Empty if the container has not started. */
    String log(String pod, String container) {
        try {
            String log = client.pods()
                    .inNamespace(namespace)
                    .withName(pod)
                    .inContainer(container)
                    .getLog();
            return log == null ? "" : log;
        } catch (KubernetesClientException e) {
            if (e.getCode() == HttpURLConnection.HTTP_BAD_REQUEST) {
                return "";
            }
            throw e;
        }
    }

    /** What a pod answers at a port of its own, through the API server. */
    String page(String pod, int port, String path) {
        String answer = client.raw("/api/v1/namespaces/%s/pods/%s:%d/proxy%s".formatted(namespace, pod, port, path));
        return answer == null ? "" : answer;
    }

    private void delete() {
        client.namespaces().withName(namespace).delete();
        Await.until(
                namespace + " is gone",
                Duration.ofMinutes(2),
                () -> client.namespaces().withName(namespace).get() == null);
    }

    private static String read(String file) {
        try (InputStream in = Cluster.class.getResourceAsStream("/cluster/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
