package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK;
import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.await;
import static io.blobcache.node.tier.disk.DiskFixture.bytesOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.LocalCopies.LocalCopy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs of several blocks whose source promises a digest of the whole. */
class PromisedDigestTest {
    private static final Blob PLAIN = DiskFixture.blob("model", 3L * BLOCK_BYTES + 1234);

    @TempDir
    Path directory;

    private DiskFixture disk;
    private Blob right;
    private Blob wrong;

    @BeforeEach
    void open() throws Exception {
        disk = new DiskFixture(directory.resolve("state")).open();
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        for (int block = 0; block < 4; block++) {
            sha256.update(bytesOf(BLOCK.keyOf(PLAIN, block)));
        }
        String digest = HexFormat.of().formatHex(sha256.digest());
        right = promised(digest);
        wrong = promised(digest.substring(1) + digest.charAt(0));
    }

    @AfterEach
    void close() {
        disk.close();
    }

    @Test
    void theWholeIsComparedBeforePassthrough() {
        CountDownLatch comparing = new CountDownLatch(1);
        disk.holdBackground(comparing);
        disk.fill(right);
        assertThat(disk.tier().open(right)).as("not compared yet").isNull();

        comparing.countDown();

        awaitPassthrough();
        assertThat(disk.wrong).isEmpty();
        assertThat(disk.hitsOf(right)).isEqualTo(4);
    }

    @Test
    void wrongContentIsDroppedWithoutBeingOpenedAgain() {
        disk.fill(wrong);

        await("it is dropped", () -> !disk.holds(wrong, 0) && !Files.exists(disk.data(wrong)));

        assertThat(disk.wrong).containsExactly(wrong);
        assertThat(disk.tier().open(wrong)).isNull();
        assertThat(disk.hitsOf(wrong)).isZero();
        assertThat(disk.counters.corruptBlocks.sum())
                .as("the disk is not to blame")
                .isZero();
    }

    @Test
    void itIsComparedAgainAfterARestart() throws IOException {
        disk.fill(right);
        awaitPassthrough();
        CountDownLatch comparing = new CountDownLatch(1);
        disk.tier().close();
        disk.holdBackground(comparing);
        disk.open();
        assertThat(disk.tier().open(right)).as("not compared yet").isNull();

        comparing.countDown();

        awaitPassthrough();
    }

    /** Between the write and the comparison: the block is at fault, not the source. */
    @Test
    void whatThisDiskSpoiledIsFetchedAgainAndNotTheSourcesFault() throws IOException {
        CountDownLatch comparing = new CountDownLatch(1);
        disk.holdBackground(comparing);
        disk.fill(right);
        try (RandomAccessFile data = new RandomAccessFile(disk.data(right).toFile(), "rw")) {
            data.seek(BLOCK_BYTES + 77);
            data.write(~bytesOf(BLOCK.keyOf(right, 1))[77]);
        }

        comparing.countDown();
        await("the block is dropped", () -> disk.counters.corruptBlocks.sum() == 1);

        assertThat(disk.holds(right, 1)).isFalse();
        assertThat(disk.wrong).isEmpty();
        disk.fill(right);
        awaitPassthrough();
    }

    private void awaitPassthrough() {
        await("it is compared and may be opened", () -> {
            try (LocalCopy copy = disk.tier().open(right)) {
                return copy != null;
            }
        });
    }

    private static Blob promised(String digest) {
        return new Blob(PLAIN.id(), PLAIN.path(), "sha256:" + digest, PLAIN.lengthBytes());
    }
}
