package io.blobcache.node.tidy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The Python that judges benchmarks has tests of its own, which measure nothing and take a moment: they run with all tests. */
class HarnessTest {
    private static final String PYTHON = "python3";

    @BeforeAll
    static void pythonIsThere() {
        Assumptions.assumeTrue(onThePath(), "not run: the benchmarks' own tests need " + PYTHON + " on the PATH");
    }

    @Test
    void theGuardTellsARegressionFromNoise() throws Exception {
        assertPasses("bench", "test_regression");
    }

    @Test
    void theSuiteOfTheApiComparesAndValidates() throws Exception {
        // Its SlowedServer measures real processes: performance.yml runs that.
        assertPasses("e2e/performance", "test_run.Comparison", "test_run.Configuration", "test_run.Cases");
    }

    private static void assertPasses(String folder, String... tests) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(PYTHON, "-B", "-m", "unittest"));
        command.addAll(List.of(tests));
        Process process = new ProcessBuilder(command)
                .directory(Project.ROOT.resolve(folder).toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said).as("tests were found").contains("OK").doesNotContain("Ran 0 tests");
    }

    private static boolean onThePath() {
        return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
                .anyMatch(folder -> Path.of(folder, PYTHON).toFile().canExecute());
    }
}
