package io.blobcache.node.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.metrics.StoreCounters;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stored content on a device of 8 MiB that somebody else fills up. */
class StoreFaultTest {
    private static final int MIB = 1 << 20;

    @TempDir
    private Path directory;

    private Path device;
    private ContentStore store;
    private final byte[] content = new byte[3 * MIB];

    @BeforeEach
    void mount() throws Exception {
        new Random(5).nextBytes(content);
        device = Files.createDirectory(directory.resolve("device"));
        run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", device.toString());
        store = ContentStore.open(device.resolve("stored"), Long.MAX_VALUE / 2, () -> 0, new StoreCounters());
    }

    @AfterEach
    void unmount() throws Exception {
        run("umount", "-l", device.toString());
    }

    @Test
    void aDeviceThatFillsUpWhileContentComesFailsTheUploadAndLeavesNothing() throws IOException {
        try (Upload upload = store.begin()) {
            upload.append(ByteBuffer.wrap(content));
            Files.write(device.resolve("foreign"), new byte[4 * MIB]);

            assertThatThrownBy(() -> upload.append(ByteBuffer.wrap(content)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("device of the state directory")
                    .extracting(e -> ((StoreException) e).reason())
                    .isEqualTo(StoreException.Reason.FULL);
        }

        assertThat(files()).isEmpty();
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void aDeviceWithoutRoomForTheListFailsTheUploadAndLeavesNothing() throws IOException {
        try (Upload upload = store.begin()) {
            upload.append(ByteBuffer.wrap(content));
            fill();

            assertThatThrownBy(upload::finish)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("is full")
                    .extracting(e -> ((StoreException) e).reason())
                    .isEqualTo(StoreException.Reason.FULL);
        }

        assertThat(files()).isEmpty();
        assertThat(store.count()).isZero();
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void aDeviceThatIsReadOnlySaysSo() throws Exception {
        run("mount", "-o", "remount,ro", device.toString());

        assertThatThrownBy(() -> store.begin())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("device of the state directory fails");
    }

    /** To the last byte. */
    private void fill() throws IOException {
        try (var foreign = Files.newOutputStream(device.resolve("foreign"))) {
            byte[] page = new byte[4096];
            for (int i = 0; i < 8 * MIB / page.length; i++) {
                foreign.write(page);
            }
        } catch (IOException _) {
            // Full.
        }
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(device.resolve("stored"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    }
}
