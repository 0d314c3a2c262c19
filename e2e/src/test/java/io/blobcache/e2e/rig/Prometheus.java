package io.blobcache.e2e.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A real Prometheus, on loopback, that scrapes one agent five times a second and has the rules that we ship. */
public final class Prometheus {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port = S3Server.freePort();

    /** Returns when it has scraped the agent once. */
    public Prometheus(Scratch scratch, int agentPort) {
        Path rules = Project.root().resolve("helm/blobcache/rules");
        Path config = scratch.file("prometheus.yaml", """
                global: {scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 200ms}
                rule_files: ["%s/recording.yaml", "%s/alerts.yaml"]
                scrape_configs:
                  - job_name: blobcache
                    static_configs:
                      - targets: ["127.0.0.1:%d"]
                """.formatted(rules, rules, agentPort));
        Path log = scratch.path("prometheus.log");
        scratch.printWhenFailed(log);
        try {
            Process process = new ProcessBuilder(
                            binary(),
                            "--config.file=" + config,
                            "--storage.tsdb.path=" + scratch.path("prometheus"),
                            "--web.listen-address=127.0.0.1:" + port)
                    .redirectOutput(Redirect.appendTo(log.toFile()))
                    .redirectErrorStream(true)
                    .start();
            scratch.undo("stop Prometheus", () -> process.destroyForcibly().waitFor());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until("Prometheus has scraped the agent", START_LIMIT, () -> value("up") == 1);
    }

    private static String binary() {
        Shell.Result found = Shell.script("command -v prometheus");
        if (found.exitCode() != 0) {
            throw new AssertionError("no Prometheus: apt-get install prometheus");
        }
        return found.out().strip();
    }

    /** The value of an expression that has one series now; NaN if it has none, or nobody answers yet. */
    public double value(String expression) {
        JsonNode result = ask("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
                .at("/data/result");
        if (result.size() > 1) {
            throw new AssertionError(expression + " has more than one series: " + result);
        }
        return result.isEmpty() ? Double.NaN : result.at("/0/value/1").asDouble();
    }

    /** Rules whose last evaluation failed, each with its reason; those that were not evaluated yet too. */
    public List<String> unwellRules() {
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

    /** Names of the alerts that fire or are about to. */
    public List<String> alerts() {
        return ask("alerts").at("/data/alerts").findValuesAsText("alertname");
    }

    private JsonNode ask(String what) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + what))
                .timeout(ANSWER_LIMIT)
                .build();
        try {
            return new ObjectMapper()
                    .readTree(client.send(request, BodyHandlers.ofString()).body());
        } catch (IOException e) {
            return new ObjectMapper().createObjectNode(); // It does not listen yet.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
