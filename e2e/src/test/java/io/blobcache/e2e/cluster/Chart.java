package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.Shell;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The operator as users install it: by Helm, with the rights of the chart and no more. It lives in the scenario's namespace and
 * looks after that one only, so that scenarios do not meet. Closing it uninstalls it.
 */
record Chart(Cluster cluster) implements AutoCloseable {
    /** The pod has to be scheduled and Java to start, on a machine that does other things too. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    private static final int HTTP_PORT = 8080;

    static final Path SHIPPED = Project.root().resolve("helm/blobcache");

    /**
     * Returns when the operator is ready.
     *
     * @param more values, as {@code KEY=VALUE}
     */
    static Chart install(Cluster cluster, String... more) {
        return install(cluster, SHIPPED, more);
    }

    /** @param chart another one than the one that is shipped now; installed before, it is upgraded */
    static Chart install(Cluster cluster, Path chart, String... more) {
        define(cluster, chart);
        // The resource definitions are of all scenarios, and of whoever else is in the cluster.
        List<String> values = new ArrayList<>(
                List.of("crds.install=false", "operator.watchNamespaces={" + cluster.namespace() + "}"));
        values.addAll(List.of(more));
        helm(
                "upgrade",
                "--install",
                cluster.namespace(),
                chart.toString(),
                "--namespace",
                cluster.namespace(),
                "--set",
                String.join(",", values),
                "--wait",
                "--timeout",
                LIMIT.toSeconds() + "s");
        return new Chart(cluster);
    }

    /** Resource definitions, applied as they are in the chart and never deleted: with them would go what others made of them. */
    static void define(Cluster cluster, Path chart) {
        try (Stream<Path> files = Files.list(chart.resolve("files/crds"))) {
            for (Path file : files.toList()) {
                try (InputStream in = Files.newInputStream(file)) {
                    cluster.client().load(in).forceConflicts().serverSideApply();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Pod operator() {
        return operators().getFirst();
    }

    List<Pod> operators() {
        return cluster.pods(Map.of("app.kubernetes.io/name", "blobcache-operator"));
    }

    /** Of the operator's process. */
    long residentMib() {
        String line = cluster.exec(operator().getMetadata().getName(), "operator", "grep VmRSS /proc/1/status");
        return Long.parseLong(line.replaceAll("\\D", "")) >> 10;
    }

    /** Name of the pod that holds the lease. */
    String leader() {
        return cluster.client()
                .leases()
                .inNamespace(cluster.namespace())
                .withName("blobcache-operator")
                .get()
                .getSpec()
                .getHolderIdentity();
    }

    /** A metric of an operator's, without labels. */
    double metric(Pod operator, String metric) {
        return cluster.page(operator.getMetadata().getName(), HTTP_PORT, "/metrics")
                .lines()
                .filter(line -> line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(metric.length() + 1)))
                .sum();
    }

    @Override
    public void close() {
        helm("uninstall", cluster.namespace(), "--namespace", cluster.namespace(), "--wait");
    }

    private static void helm(String... arguments) {
        List<String> command =
                Stream.concat(Stream.of("helm"), Stream.of(arguments)).toList();
        Shell.run(LIMIT.plusSeconds(30), Map.of(), command).expectSuccess();
    }
}
