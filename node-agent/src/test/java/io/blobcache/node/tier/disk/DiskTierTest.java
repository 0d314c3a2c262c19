package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK;
import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static io.blobcache.node.tier.disk.DiskFixture.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.LocalCopies.LocalCopy;
import io.blobcache.node.tier.disk.StateDirectoryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskTierTest {
    private static final Blob BLOB = blob("model", 3L * BLOCK_BYTES + 1234);

    @TempDir
    Path directory;

    private DiskFixture disk;

    @BeforeEach
    void open() throws IOException {
        disk = new DiskFixture(directory.resolve("state")).open();
    }

    @AfterEach
    void close() {
        disk.close();
    }

    @Test
    void whatWasFilledIsReadAtAnyOffset() {
        disk.fill(BLOB);

        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
        BlockKey last = BLOCK.keyOf(BLOB, 3);
        assertThat(last.lengthBytes()).isEqualTo(1234);
        assertThat(disk.read(BLOB, last, 1000, 234)).isEqualTo(Arrays.copyOfRange(bytesOf(last), 1000, 1234));
        assertThat(disk.counters.lateReads.sum()).isZero();
    }

    @Test
    void anAbsentBlockIsAMissAndAPresentOneBesideItAHit() {
        disk.offer(BLOB, 1);
        disk.awaitIdle();

        assertThat(disk.read(BLOB, 0)).isNull();
        assertThat(disk.hits(BLOB, 1)).isTrue();
        assertThat(disk.holds(BLOB, 0)).isFalse();
        assertThat(disk.holds(BLOB, 1)).isTrue();
    }

    @Test
    void aBlockOfferedTwiceIsWrittenOnce() {
        disk.fill(BLOB);

        assertThat(disk.offer(BLOB, 0)).isFalse();
        assertThat(disk.counters.fills.sum()).isEqualTo(4);
        assertThat(disk.counters.declines.sum()).isZero();
    }

    @Test
    void blocksSurviveARestart() throws IOException {
        disk.fill(BLOB).reopen();

        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
        assertThat(disk.tier().statistics().blobs()).isEqualTo(1);
        assertThat(disk.tier().statistics().blocks()).isEqualTo(4);
    }

    @Test
    void usedBytesAreTheSameBeforeAndAfterARestart() throws IOException {
        disk.fill(BLOB).fill(blob("other", 5));
        long before = disk.tier().statistics().usedBytes();

        disk.reopen();

        assertThat(before).isEqualTo(4096 + 3L * BLOCK_BYTES + 4096 + 2 * 4096);
        assertThat(disk.tier().statistics().usedBytes()).isEqualTo(before);
    }

    @Test
    void filesArePrivate() throws IOException {
        disk.fill(BLOB);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.data(BLOB))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disk.sidecar(BLOB))))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(disk.data(BLOB).getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void aSecondAgentOnTheSameDirectoryIsRefused() {
        assertThatThrownBy(() -> new DiskFixture(disk.state).open())
                .isInstanceOfSatisfying(
                        StateDirectoryException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.IN_USE))
                .hasMessageContaining("in use by another agent");
        disk.fill(BLOB);
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void aCompleteBlobGivesItsFileAndAnIncompleteOneDoesNot() throws IOException {
        disk.offer(BLOB, 0);
        disk.awaitIdle();
        assertThat(disk.tier().open(BLOB)).isNull();

        disk.fill(BLOB);

        try (LocalCopy file = Objects.requireNonNull(disk.tier().open(BLOB))) {
            byte[] whole = Files.readAllBytes(Path.of("/proc/self/fd/" + file.fd()));
            assertThat(whole).hasSize((int) BLOB.lengthBytes());
            assertThat(Arrays.copyOfRange(whole, BLOCK_BYTES, 2 * BLOCK_BYTES))
                    .isEqualTo(bytesOf(BLOCK.keyOf(BLOB, 1)));
        }
    }

    @Test
    void integrityEveryReadGivesNoFileForPassthrough() throws IOException {
        disk.fill(BLOB);
        disk.config = DiskFixture.config(0, Integrity.EVERY_READ);

        disk.reopen();

        assertThat(disk.tier().open(BLOB)).isNull();
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void afterAnUncleanBootABlobIsCheckedBeforePassthrough() throws IOException {
        disk.fill(BLOB);
        disk.bootId = "second boot";
        disk.reopen();

        assertThat(disk.tier().open(BLOB)).isNull();
        DiskFixture.await("the check in the background ends", () -> {
            try (LocalCopy file = disk.tier().open(BLOB)) {
                return file != null;
            }
        });
        disk.reopen();
        try (LocalCopy file = disk.tier().open(BLOB)) {
            assertThat(file)
                    .as("the second start in the same boot needs no check")
                    .isNotNull();
        }
    }

    @Test
    void aHeldFileKeepsItsBytesWhenTheBlobIsEvicted() throws IOException {
        disk.fill(BLOB);
        try (LocalCopy file = Objects.requireNonNull(disk.tier().open(BLOB))) {
            disk.tier().upkeep().evictAll();

            assertThat(disk.data(BLOB)).doesNotExist();
            assertThat(disk.read(BLOB, 0)).isNull();
            assertThat(Files.readAllBytes(Path.of("/proc/self/fd/" + file.fd())))
                    .hasSize((int) BLOB.lengthBytes())
                    .startsWith(bytesOf(BLOCK.keyOf(BLOB, 0)));
        }
        assertThat(disk.tier().statistics().usedBytes()).isZero();
    }

    @Test
    void aBlobFilledAgainAfterItsEvictionIsReadFromItsNewFile() {
        disk.fill(BLOB);
        disk.tier().upkeep().evictAll();

        disk.offer(BLOB, 2);
        disk.awaitIdle();

        assertThat(disk.hits(BLOB, 2)).isTrue();
        assertThat(disk.read(BLOB, 1)).isNull();
    }

    @Test
    void aBlobOfAnotherBlockSizeGivesWayToTheNewOne() throws IOException {
        Blob longer = new Blob(BLOB.id(), BLOB.path(), BLOB.version(), 2L * BLOCK_BYTES);
        disk.fill(BLOB);

        assertThat(disk.read(longer, 0)).isNull();
        disk.offer(longer, 0);
        disk.awaitIdle();
        disk.fill(longer);

        assertThat(disk.hitsOf(longer)).isEqualTo(2);
        assertThat(disk.read(BLOB, 0)).isNull();
    }
}
