package io.blobcache.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Rules and dashboard ask for what there is: a renamed metric would leave them empty, and nobody would be told. */
class MonitoringTest {
    private static final Path SHIPPED = Path.of("..", "helm", "blobcache");
    private static final Path RECORDING = SHIPPED.resolve("rules/recording.yaml");
    private static final Path ALERTS = SHIPPED.resolve("rules/alerts.yaml");
    private static final Path ALERT_TESTS = SHIPPED.resolve("rules/tests/alerts.yaml");
    private static final Path DASHBOARD = SHIPPED.resolve("dashboards/blobcache.json");
    private static final Path OPERATIONS = Path.of("..", "docs", "operations.md");

    private static final Pattern NAME =
            Pattern.compile("\\b((?:[a-z]+:)?(?:blobcache|process|jvm)_[a-z0-9_]+(?::[a-z0-9_]+)?)(?:\\{([^}]*)})?");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)(?:=|!=|=~|!~)\"");

    /** Of the target, and those that a rule gives. */
    private static final Set<String> OTHER_LABELS = Set.of("job", "instance", "namespace", "le", "level");

    @Test
    void everyNameInARuleOrPanelIsAMetricOrARecordingRule() throws IOException {
        Map<String, Set<String>> known = catalogue();
        for (JsonNode rule : rules(RECORDING)) {
            known.putIfAbsent(rule.get("record").asText(), Set.of("op", "tier"));
        }
        List<String> expressions = new ArrayList<>();
        rules(RECORDING).forEach(rule -> expressions.add(rule.get("expr").asText()));
        rules(ALERTS).forEach(rule -> expressions.add(rule.get("expr").asText()));
        new ObjectMapper()
                .readTree(DASHBOARD.toFile())
                .findValues("expr")
                .forEach(expr -> expressions.add(expr.asText()));
        // Of these Prometheus itself has the series.
        expressions.removeIf(expression -> expression.startsWith("up{") || expression.contains("ALERTS{"));
        // These are the operator's, whose own test looks at them.
        expressions.removeIf(expression -> expression.contains("blobcache_operator_"));

        assertThat(expressions).hasSizeGreaterThan(80);
        for (String expression : expressions) {
            Matcher name = NAME.matcher(expression);
            assertThat(name.find()).as(expression).isTrue();
            do {
                assertThat(known).as(expression).containsKey(name.group(1));
                Set<String> labels = labels(name.group(2));
                labels.removeAll(OTHER_LABELS);
                assertThat(known.get(name.group(1))).as(expression).containsAll(labels);
            } while (name.find());
        }
    }

    @Test
    void everyAlertSaysWhatItIsAndHasItsSectionAndItsTest() throws IOException {
        List<String> headings = Files.readString(OPERATIONS).lines().toList();
        String tests = Files.readString(ALERT_TESTS);
        for (JsonNode rule : rules(ALERTS)) {
            String alert = rule.get("alert").asText();
            JsonNode notes = rule.get("annotations");
            assertThat(rule.at("/labels/severity").asText()).as(alert).isIn("critical", "warning");
            assertThat(notes.get("summary").asText()).as(alert).isNotBlank();
            assertThat(notes.get("description").asText()).as(alert).endsWith(".");
            assertThat(notes.get("runbook").asText()).isEqualTo("docs/operations.md#" + alert.toLowerCase(Locale.ROOT));
            assertThat(headings).contains("### " + alert);
            assertThat(tests).contains("alertname=\"" + alert + "\"");
        }
    }

    @Test
    void theDashboardHasItsVariablesAndPanelsOfItsOwnNumbers() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());

        assertThat(dashboard.get("schemaVersion").asInt()).isGreaterThanOrEqualTo(39);
        assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
                .containsExactly("datasource", "job", "instance");
        Set<Integer> ids = new HashSet<>();
        List<String> rows = new ArrayList<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").asInt())).isTrue();
            if (panel.get("type").asText().equals("row")) {
                rows.add(panel.get("title").asText());
            } else {
                assertThat(panel.get("targets")).isNotEmpty();
                assertThat(panel.at("/datasource/uid").asText()).isEqualTo("${datasource}");
            }
        }
        assertThat(rows)
                .containsExactly(
                        "Overview",
                        "Hit ratios",
                        "Throughput",
                        "Latency",
                        "Tiers",
                        "Source",
                        "Prefetch",
                        "Buffer pool",
                        "Process and JVM",
                        "Mesh",
                        "Warmups",
                        "Operator");
    }

    /** Series by their names, with their labels. */
    private static Map<String, Set<String>> catalogue() {
        Map<String, Set<String>> known = new HashMap<>();
        for (Metric metric : Metric.values()) {
            Set<String> labels = Set.copyOf(metric.labels());
            if (metric.kind() == Metric.Kind.HISTOGRAM) {
                for (String suffix : List.of("_bucket", "_sum", "_count")) {
                    known.put(metric.exposedName() + suffix, labels);
                }
            } else {
                known.put(metric.exposedName(), labels);
            }
        }
        return known;
    }

    private static Set<String> labels(String selector) {
        Set<String> labels = new HashSet<>();
        Matcher label = LABEL.matcher(selector == null ? "" : selector);
        while (label.find()) {
            labels.add(label.group(1));
        }
        return labels;
    }

    private static List<JsonNode> rules(Path file) throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (JsonNode group :
                new ObjectMapper(new YAMLFactory()).readTree(file.toFile()).get("groups")) {
            group.get("rules").forEach(rules::add);
        }
        return rules;
    }
}
