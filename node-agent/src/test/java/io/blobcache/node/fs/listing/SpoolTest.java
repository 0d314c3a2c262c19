package io.blobcache.node.fs.listing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolTest {
    @TempDir
    private Path directory;

    @Test
    void bytesAreTheSameInMemoryAndInTheFile() throws IOException {
        Random random = new Random(7);
        byte[] all = new byte[700_000];
        random.nextBytes(all);
        try (Spool spool = new Spool(directory.resolve("s"))) {
            int at = 0;
            while (at < all.length) {
                int count = Math.min(random.nextInt(20_000), all.length - at);
                spool.append(Arrays.copyOfRange(all, at, at + count), count);
                at += count;
                int offset = random.nextInt(at + 1);
                byte[] into = new byte[random.nextInt(9_000)];
                int got = spool.read(offset, into, into.length);
                assertThat(got).isEqualTo(Math.min(into.length, at - offset));
                assertThat(Arrays.copyOf(into, got)).isEqualTo(Arrays.copyOfRange(all, offset, offset + got));
            }
            assertThat(spool.inFile()).isTrue();
            assertThat(spool.memoryBytes()).isZero();
        }
    }

    @Test
    void theFileHasNoNameWhileItIsUsed() throws IOException {
        try (Spool spool = new Spool(directory.resolve("s"))) {
            spool.append(new byte[Spool.MAX_MEMORY_BYTES + 1], Spool.MAX_MEMORY_BYTES + 1);
            try (Stream<Path> left = Files.list(directory)) {
                assertThat(left).isEmpty();
            }
        }
    }

    @Test
    void withoutADiskItStaysInMemoryUpToALimit() throws IOException {
        byte[] bytes = new byte[1 << 20];
        try (Spool spool = new Spool(directory.resolve("missing/s"))) {
            for (int i = 0; i < 8; i++) {
                bytes[0] = (byte) i;
                spool.append(bytes, bytes.length);
            }
            assertThatThrownBy(() -> spool.append(bytes, bytes.length))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("ENOENT");
            byte[] into = new byte[1];
            assertThat(spool.read(7 << 20, into, 1)).isEqualTo(1);
            assertThat(into[0]).isEqualTo((byte) 7);
        }
    }
}
