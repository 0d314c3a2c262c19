package io.blobcache.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {
    @TempDir
    private Path directory;

    @Test
    void everyStepReadsTheRightBytesAndNothingIsLeft() throws Exception {
        Invocation blobcache = new Invocation(directory.resolve("run"));
        blobcache.environment.put("TMPDIR", directory.toString());
        blobcache.startWith(AgentStarter::node);

        assertThat(blobcache.run("demo", "--small", "--output", "json"))
                .as(blobcache.err())
                .isZero();

        JsonNode result = new ObjectMapper().readTree(blobcache.out());
        assertThat(result.get("objects").asInt()).isEqualTo(202);
        assertThat(result.get("steps")).hasSize(5);
        assertThat(result.get("steps").get(0).get("sourceRequests").asInt()).isGreaterThan(202);
        assertThat(result.get("steps").get(2).get("sourceRequests").asInt())
                .as("after a remount only names are asked for")
                .isLessThan(202);
        assertThat(leftovers()).isEmpty();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory.toString());
    }

    @Test
    void aReadThatFailsIsOneLineAndNothingIsLeft() throws Exception {
        Invocation blobcache = new Invocation(directory.resolve("run"));
        blobcache.environment.put("TMPDIR", directory.toString());

        // This agent mounts nothing, so that no object is there.
        assertThat(blobcache.run("demo", "--small")).isEqualTo(1);

        assertThat(blobcache.err().lines()).hasSize(1);
        assertThat(leftovers()).isEmpty();
    }

    private List<Path> leftovers() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().startsWith("blobcache-demo-"))
                    .sorted()
                    .toList();
        }
    }
}
