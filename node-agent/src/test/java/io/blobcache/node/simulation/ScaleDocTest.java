package io.blobcache.node.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The tables of docs/scale.md are what the simulation says; {@code -Dblobcache.docs=write} makes them anew. The rows of
 * 10,000 nodes take two minutes and are made only then.
 */
@ExtendWith(Quiet.class)
final class ScaleDocTest {
    private static final Path FILE = Path.of("..", "docs", "scale.md");
    private static final int USUAL = 1000;
    private static final int LARGEST = 10_000;

    private static final List<Table> TABLES = List.of(
            new Table("one block", LARGEST, Herds::oneBlock),
            new Table("8 blocks", LARGEST, nodes -> Herds.inOrder(nodes, 8)),
            new Table("8 blocks, trouble", LARGEST, nodes -> Herds.inOrderWithTrouble(nodes, 8)),
            new Table("churn", LARGEST, nodes -> Herds.scatteredWithChurn(nodes, 8)),
            // 10,000 need more than the tests' memory.
            new Table("partition", USUAL, nodes -> Herds.scatteredWithPartition(nodes, 8)));

    @Test
    void theTablesSayWhatTheSimulationSays() throws IOException {
        boolean writes = "write".equals(System.getProperty("blobcache.docs"));
        String document = Files.readString(FILE);
        for (Table table : TABLES) {
            for (int nodes = 10; nodes <= (writes ? table.largest() : USUAL); nodes *= 10) {
                String row = table.row(nodes);
                if (writes) {
                    document = table.replaced(document, nodes, row);
                }
                assertThat(document)
                        .as("make it anew: mvn -pl node-agent test -Dtest=ScaleDocTest -Dblobcache.docs=write")
                        .contains(row);
            }
        }
        if (writes) {
            Files.writeString(FILE, document);
        }
    }

    private record Table(String name, int largest, IntFunction<Outcome> run) {
        String row(int nodes) {
            Outcome outcome = run.apply(nodes);
            assertThat(outcome.violations()).isEmpty();
            return String.format(
                    Locale.ROOT,
                    "| %s | %,d | %.2f | %.2f s | %.2f s | %.2f s | %d | %,d |",
                    name,
                    nodes,
                    outcome.amplification(),
                    outcome.readSeconds(0.5),
                    outcome.readSeconds(0.99),
                    outcome.readSeconds(1),
                    outcome.mostLent(),
                    outcome.mostAsked());
        }

        String replaced(String document, int nodes, String row) {
            String start = String.format(Locale.ROOT, "| %s | %,d |", name, nodes);
            return Pattern.compile("^" + Pattern.quote(start) + ".*$", Pattern.MULTILINE)
                    .matcher(document)
                    .replaceFirst(Matcher.quoteReplacement(row));
        }
    }
}
