package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.model.Blob;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: an agent killed with -9 at any moment leaves nothing that is served as a wrong byte, nothing that must be
 * repaired by hand, and bytes that are all accounted for.
 * Method: a process of its own fills, reads and evicts blobs and is killed after a random time; the same directory is
 * opened again and every block of it read and compared, then given to the next process.
 */
class KillTest {
    private static final int ROUNDS = Integer.getInteger("blobcache.test.kills", 20);
    private static final int BLOBS = 48;

    @TempDir
    Path directory;

    @Test
    void anAgentKilledAtAnyMomentLeavesNoWrongByte() throws Exception {
        Path state = directory.resolve("state");
        Random random = new Random(7);
        long hits = 0;
        for (int round = 0; round < ROUNDS; round++) {
            killAfter(state, random.nextLong(), random.nextInt(250));

            DiskFixture disk = new DiskFixture(state).open();
            try {
                for (int i = 0; i < BLOBS; i++) {
                    hits += disk.hitsOf(victim(i));
                }
                assertThat(disk.counters.corruptBlocks.sum())
                        .as("round %d", round)
                        .isZero();
                assertThat(Blocks.allocatedBytesUnder(state.resolve("blobs")))
                        .as("round %d", round)
                        .isEqualTo(disk.tier().statistics().usedBytes());
            } finally {
                disk.close();
            }
        }
        assertThat(hits)
                .as("a test that killed before anything was written proves nothing")
                .isGreaterThan(ROUNDS);
    }

    private static void killAfter(Path state, long seed, int millis) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        state.toString(),
                        Long.toString(seed)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            while (line != null && !line.equals("ready")) {
                line = out.readLine();
            }
            assertThat(line).isEqualTo("ready");
            assertThat(process.waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
        } finally {
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    static Blob victim(int number) {
        return blob("victim " + number, number % 2 == 0 ? 3L * BLOCK_BYTES + 77 : 5000L + number);
    }

    /** Fills, reads and evicts for ever. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            DiskFixture disk = new DiskFixture(Path.of(arguments[0]));
            disk.config = DiskFixture.config(64L * BLOCK_BYTES, Integrity.BOOT);
            disk.open();
            Random random = new Random(Long.parseLong(arguments[1]));
            System.out.println("ready");
            while (true) {
                Blob blob = victim(random.nextInt(BLOBS));
                disk.offer(blob, random.nextInt(DiskFixture.BLOCK.countOf(blob.lengthBytes())));
                disk.hitsOf(victim(random.nextInt(BLOBS)));
                if (random.nextInt(10) == 0) {
                    disk.tick();
                }
            }
        }
    }
}
