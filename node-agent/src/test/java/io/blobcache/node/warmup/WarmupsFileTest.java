package io.blobcache.node.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmupsFileTest {
    @TempDir
    Path directory;

    @Test
    void everyKeyIsReadAndMostHaveADefault() throws IOException {
        String list = """
                warmups:
                  - {id: "a-1", paths: ["llama/**", "x"], everywhere: true, upTo: "00ff00ff00ff00ff", bytesPerSecond: 5, retries: 0}
                  - {id: "b-1", paths: ["sha256:%s"]}
                """.formatted("0".repeat(64));
        assertThat(read(list))
                .containsExactly(
                        new WantedWarmup("a-1", List.of("llama/**", "x"), true, "00ff00ff00ff00ff", 5, 0),
                        new WantedWarmup("b-1", List.of("sha256:" + "0".repeat(64)), false, "", 0, 3));
        assertThat(read("warmups: []")).isEmpty();
    }

    @Test
    void halfAFileIsNotTakenForNone() {
        assertThatThrownBy(() -> read(""))
                .hasMessage("line 1: warmups must be a list: 'warmups: []' says that there are none");
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        String list = """
                warmups:
                  - {id: "a", paths: ["../etc"], everywhere: maybe, upTo: "7f", bytesPerSecond: fast, retries: 21}
                  - {id: "a", paths: []}
                  - text
                  - {id: "b", paths: ["/abs"], speed: 1}
                """;
        assertThatThrownBy(() -> read(list))
                .hasMessageContaining("warmups[0].paths must be relative, without '..'")
                .hasMessageContaining("warmups[0].everywhere must be true or false")
                .hasMessageContaining("warmups[0].upTo must have 16 hexadecimal digits")
                .hasMessageContaining("warmups[0].bytesPerSecond must be a number of bytes")
                .hasMessageContaining("warmups[0].retries must be in [0, 20]")
                .hasMessageContaining("warmups[1].paths must be 1 to 256 paths")
                .hasMessageContaining("warmups[1].id must not be that of another one")
                .hasMessageContaining("warmups[2] must be a map with id and paths, was: text")
                .hasMessageContaining("warmups[3].paths must be relative, without '..'")
                .hasMessageContaining("warmups[3].speed is unknown");
    }

    @Test
    void agentsAreChosenByTheRankOfTheirIds() {
        // The operator's test has the same number: both have to choose the same nodes.
        assertThat(WantedWarmup.rank("node-1")).isEqualTo("35971be6e9bb024a");
        assertThat(warmup(WantedWarmup.rank("node-1")).chooses("node-1")).isTrue();
        assertThat(warmup("0000000000000000").chooses("node-1")).isFalse();
        assertThat(warmup("").chooses("node-1")).isTrue();
    }

    private static WantedWarmup warmup(String upTo) {
        return new WantedWarmup("a", List.of("x"), true, upTo, 0, 0);
    }

    private List<WantedWarmup> read(String text) throws IOException {
        return WarmupsFile.read(Files.writeString(directory.resolve("warmups.yaml"), text));
    }
}
