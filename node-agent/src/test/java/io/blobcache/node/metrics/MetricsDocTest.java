package io.blobcache.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** The reference of the metrics is made from {@link Metric}; {@code -Dblobcache.docs=write} writes it anew. */
class MetricsDocTest {
    private static final Path FILE = Path.of("..", "docs", "metrics.md");

    @Test
    void theReferenceSaysWhatTheListSays() throws IOException {
        String reference = reference();
        if ("write".equals(System.getProperty("blobcache.docs"))) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, reference);
        }
        assertThat(FILE)
                .as("write it anew: mvn -pl node-agent test -Dtest=MetricsDocTest -Dblobcache.docs=write")
                .exists();
        assertThat(Files.readString(FILE)).isEqualTo(reference);
    }

    private static String reference() {
        StringBuilder text = new StringBuilder("""
                # Metrics

                <!-- Made from node-agent/src/main/java/io/blobcache/node/metrics/Metric.java: change it, then run
                     mvn -pl node-agent test -Dtest=MetricsDocTest -Dblobcache.docs=write -->

                An agent serves them at `http://127.0.0.1:PORT/metrics` in the Prometheus text format; `blobcache stat
                DIR --output json` shows the port as `adminPort`, and `admin.port` fixes it. Counters count since the
                agent started. Ratios are left to queries, such as the hit ratio of the last five minutes:

                    sum(rate(blobcache_read_bytes_total{tier!="source"}[5m]))
                      / sum(rate(blobcache_read_bytes_total[5m]))

                Reads through passthrough never reach the agent: no counter of reads or bytes has them. What tells of
                them is `blobcache_passthrough_opens_total`.

                | metric | kind | labels | meaning |
                | --- | --- | --- | --- |
                """);
        for (Metric metric : Metric.values()) {
            text.append("| `").append(metric.exposedName()).append("` | ");
            text.append(metric.kind().name().toLowerCase(Locale.ROOT)).append(" | ");
            text.append(String.join(", ", metric.labels())).append(" | ");
            text.append(metric.meaning()).append(" |\n");
        }
        return text.toString();
    }
}
