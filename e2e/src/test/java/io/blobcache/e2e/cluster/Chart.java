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

    private static final Path CHART = Project.root().resolve("helm/blobcache");

    /** Returns when the operator is ready. */
    static Chart install(Cluster cluster) {
        resources(cluster);
        helm(
                "upgrade",
                "--install",
                cluster.namespace(),
                CHART.toString(),
                "--namespace",
                cluster.namespace(),
                "--set",
                // Of all scenarios, and of whoever else is in the cluster.
                "crds.install=false,operator.watchNamespaces={" + cluster.namespace() + "}",
                "--wait",
                "--timeout",
                LIMIT.toSeconds() + "s");
        return new Chart(cluster);
    }

    /** Applied as they are in the chart, and never deleted: with them would go what others made of them. */
    private static void resources(Cluster cluster) {
        try (Stream<Path> files = Files.list(CHART.resolve("files/crds"))) {
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
        return cluster.pods(Map.of("app.kubernetes.io/name", "blobcache-operator"))
                .getFirst();
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
