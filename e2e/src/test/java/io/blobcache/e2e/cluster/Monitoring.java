package io.blobcache.e2e.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.blobcache.e2e.rig.Project;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;

/** A Prometheus in a pod, with the rules of the chart; it finds operator and agents of the namespace through the API server. */
record Monitoring(Cluster cluster) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PORT = 9090;
    private static final Path CHART = Project.root().resolve("helm/blobcache");

    /** {@code e2e/run} builds it. */
    static void assumeKnown() {
        Assumptions.assumeTrue(
                Files.exists(Project.target().resolve("tools/prometheus")),
                "no Prometheus in the image of the tools: e2e/run builds it where BLOBCACHE_E2E_BUILT is not set");
    }

    static Monitoring start(Cluster cluster) {
        cluster.client()
                .configMaps()
                .inNamespace(cluster.namespace())
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("prometheus-rules")
                        .endMetadata()
                        .addToData("recording.yaml", text("rules/recording.yaml"))
                        .addToData("alerts.yaml", text("rules/alerts.yaml"))
                        .build())
                .serverSideApply();
        cluster.apply("prometheus.yaml", Map.of());
        cluster.awaitReady("prometheus", 1, Duration.ofMinutes(3));
        return new Monitoring(cluster);
    }

    /** Values of an expression, one for each series that it has now. */
    List<Double> values(String expression) {
        List<Double> values = new ArrayList<>();
        for (JsonNode series : ask("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .at("/data/result")) {
            values.add(series.at("/value/1").asDouble());
        }
        return values;
    }

    /** Names of the alerts that fire. */
    Set<String> firing() {
        Set<String> names = new TreeSet<>();
        for (JsonNode alert : ask("alerts").at("/data/alerts")) {
            if (alert.at("/state").asText().equals("firing")) {
                names.add(alert.at("/labels/alertname").asText());
            }
        }
        return names;
    }

    /** Rules whose last evaluation failed, or that were not evaluated yet. */
    List<String> unwellRules() {
        List<String> unwell = new ArrayList<>();
        for (JsonNode group : ask("rules").at("/data/groups")) {
            for (JsonNode rule : group.get("rules")) {
                if (!rule.get("health").asText().equals("ok")) {
                    unwell.add(rule.get("name").asText() + ": "
                            + rule.path("lastError").asText());
                }
            }
        }
        return unwell;
    }

    /** Titles of the panels of the shipped dashboard that would show nothing now. */
    List<String> emptyPanels() {
        List<String> empty = new ArrayList<>();
        for (JsonNode panel : tree(text("dashboards/blobcache.json")).get("panels")) {
            boolean shows = false;
            for (JsonNode target : panel.path("targets")) {
                String expression = target.get("expr").asText();
                shows |= !values(expression.replace("$job", ".*").replace("$instance", ".*"))
                        .isEmpty();
            }
            if (!shows && !panel.get("type").asText().equals("row")) {
                empty.add(panel.get("title").asText());
            }
        }
        return empty;
    }

    private JsonNode ask(String what) {
        JsonNode answer = tree(cluster.page("prometheus", PORT, "/api/v1/" + what));
        if (!answer.path("status").asText().equals("success")) {
            throw new AssertionError(what + ": " + answer);
        }
        return answer;
    }

    private static String text(String file) {
        try {
            return Files.readString(CHART.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode tree(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
