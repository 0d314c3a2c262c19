package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK;
import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.LocalCopies.LocalCopy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whatever happens to the files behind our back, no wrong byte is served ({@link DiskFixture#hits} compares every
 * byte of every hit), damage is found at the first read that the integrity rule promises to check, and a damaged block
 * can be filled again.
 */
class DamageTest {
    private static final int FLIPS = Integer.getInteger("blobcache.test.flips", 1_000);
    private static final Blob BLOB = blob("model", 3L * BLOCK_BYTES + 1234);
    private static final Blob OTHER = blob("other model", 3L * BLOCK_BYTES + 1234);

    @TempDir
    Path directory;

    private DiskFixture disk;

    @BeforeEach
    void prepare() {
        disk = new DiskFixture(directory.resolve("state"));
    }

    @AfterEach
    void close() {
        disk.close();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void everyFlippedBitOfTheDataIsFoundAtItsFirstRead(long seed) throws IOException {
        Blob small = blob("small", 20_000);
        disk.config = DiskFixture.config(0, Integrity.EVERY_READ);
        disk.open().fill(small);
        Random random = new Random(seed);

        for (int flip = 0; flip < FLIPS; flip++) {
            assertThat(disk.hits(small, 0)).isTrue();
            flipBit(disk.data(small), random);
            assertThat(disk.read(small, BLOCK.keyOf(small, 0), random.nextInt(19_000), 1000))
                    .as("flip %d", flip)
                    .isNull();
            disk.fill(small);
        }
        assertThat(disk.counters.corruptBlocks.sum()).isEqualTo(FLIPS);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {3, 4})
    void everyFlippedBitOfTheSidecarIsFoundAtTheNextStart(long seed) throws IOException {
        Random random = new Random(seed);
        disk.open().fill(BLOB);
        byte[] sidecar = Files.readAllBytes(disk.sidecar(BLOB));
        byte[] data = Files.readAllBytes(disk.data(BLOB));
        disk.tier().close();

        for (int flip = 0; flip < FLIPS / 10; flip++) {
            Files.write(disk.data(BLOB), data);
            Files.write(disk.sidecar(BLOB), sidecar);
            flipBit(disk.sidecar(BLOB), random);
            long found = disk.counters.corruptBlocks.sum();
            disk.open();
            // A flip in the header costs the blob, one in an entry costs that block; none is a hit with wrong bytes.
            assertThat(disk.hitsOf(BLOB)).isLessThan(4);
            assertThat(disk.counters.corruptBlocks.sum()).isGreaterThan(found);
            disk.tier().close();
        }
        disk.open();
    }

    @ParameterizedTest
    @EnumSource(
            value = Integrity.class,
            names = {"BOOT", "START"})
    void rotWhileTheAgentWasAwayIsFoundByTheRuleThatPromisesIt(Integrity integrity) throws IOException {
        disk.config = DiskFixture.config(0, integrity);
        disk.open().fill(BLOB);
        flipBit(disk.data(BLOB), 2L * BLOCK_BYTES + 77, 3);
        disk.bootId = integrity == Integrity.BOOT ? "second boot" : disk.bootId;

        disk.reopen();

        assertThat(disk.hitsOf(BLOB)).isEqualTo(3);
        assertThat(disk.holds(BLOB, 2)).isFalse();
        assertThat(disk.counters.corruptBlocks.sum()).isEqualTo(1);
        disk.fill(BLOB);
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void aDamagedBlockStaysAMissAfterARestart() throws IOException {
        disk.config = DiskFixture.config(0, Integrity.EVERY_READ);
        disk.open().fill(BLOB);
        long before = disk.tier().statistics().usedBytes();
        flipBit(disk.data(BLOB), 5, 0);
        assertThat(disk.hits(BLOB, 0)).isFalse();

        disk.config = DiskFixture.config(0, Integrity.BOOT);
        disk.reopen();

        assertThat(disk.holds(BLOB, 0)).isFalse();
        assertThat(disk.hitsOf(BLOB)).isEqualTo(3);
        assertThat(disk.tier().statistics().usedBytes()).isEqualTo(before - BLOCK_BYTES);
    }

    @Test
    void aDroppedLastBlockGivesItsPartOfAPageBack() throws IOException {
        disk.config = DiskFixture.config(0, Integrity.EVERY_READ);
        disk.open().fill(BLOB);
        flipBit(disk.data(BLOB), 3L * BLOCK_BYTES + 5, 0);

        assertThat(disk.hits(BLOB, 3)).isFalse();

        assertThat(Blocks.allocatedBytes(disk.data(BLOB))).isEqualTo(3L * BLOCK_BYTES);
    }

    @Test
    void theScrubberFindsColdRotAndLearnsDigestsOnTheWay() throws Exception {
        disk.open().fill(BLOB).fill(OTHER);
        flipBit(disk.data(OTHER), BLOCK_BYTES + 9, 1);

        disk.tier().upkeep().scrubber().pass();

        assertThat(disk.counters.corruptBlocks.sum()).isEqualTo(1);
        assertThat(disk.holds(OTHER, 1)).isFalse();
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
        byte[] expected =
                java.security.MessageDigest.getInstance("SHA-256").digest(DiskFixture.bytesOf(BLOCK.keyOf(BLOB, 3)));
        assertThat(disk.tier().digest(BLOB, 3)).isEqualTo(expected);
        assertThat(disk.tier().digest(OTHER, 1)).isNull();
    }

    /** The kernel reads the file in our stead: a hole would be zeros to it. */
    @Test
    void aBlockDroppedUnderAPassthroughReaderDoesNotBecomeZeros() throws IOException {
        disk.open().fill(BLOB);
        byte[] before = Files.readAllBytes(disk.data(BLOB));
        try (LocalCopy copy = disk.tier().open(BLOB)) {
            assertThat(copy).isNotNull();
            flipBit(disk.data(BLOB), 5, 0);
            before[5] ^= 1;

            disk.tier().upkeep().scrubber().pass();

            assertThat(disk.holds(BLOB, 0)).isFalse();
            assertThat(Files.readAllBytes(disk.data(BLOB))).isEqualTo(before);
            assertThat(disk.tier().open(BLOB)).as("not complete any more").isNull();
        }
    }

    @Test
    void theScrubberGoesOnStepByStepThroughEveryBlob() throws IOException {
        disk.open().fill(BLOB).fill(OTHER);
        flipBit(disk.data(OTHER), 1, 1);
        flipBit(disk.data(BLOB), 3L * BLOCK_BYTES, 1);

        for (int step = 0; step < 12; step++) {
            disk.tier().upkeep().scrubber().step();
        }

        assertThat(disk.counters.corruptBlocks.sum()).isEqualTo(2);
    }

    @Test
    void blocksThatChangedPlacesAreFound() throws IOException {
        disk.config = DiskFixture.config(0, Integrity.EVERY_READ);
        disk.open().fill(BLOB);
        byte[] data = Files.readAllBytes(disk.data(BLOB));
        write(disk.data(BLOB), 0, java.util.Arrays.copyOfRange(data, BLOCK_BYTES, 2 * BLOCK_BYTES));
        write(disk.data(BLOB), BLOCK_BYTES, java.util.Arrays.copyOf(data, BLOCK_BYTES));

        assertThat(disk.hitsOf(BLOB)).isEqualTo(2);
        assertThat(disk.counters.corruptBlocks.sum()).isEqualTo(2);
    }

    @Test
    void entriesThatChangedPlacesAreFound() throws IOException {
        disk.open().fill(BLOB);
        byte[] sidecar = Files.readAllBytes(disk.sidecar(BLOB));
        write(disk.sidecar(BLOB), 128, java.util.Arrays.copyOfRange(sidecar, 192, 256));

        disk.reopen();

        assertThat(disk.holds(BLOB, 0)).isFalse();
        assertThat(disk.hitsOf(BLOB)).isEqualTo(3);
    }

    @Test
    void aSidecarUnderAnotherBlobsNameIsNotBelieved() throws IOException {
        disk.open().fill(BLOB).fill(OTHER);
        disk.tier().close();
        Files.copy(disk.sidecar(BLOB), disk.sidecar(OTHER), StandardCopyOption.REPLACE_EXISTING);

        disk.open();

        assertThat(disk.hitsOf(OTHER)).isZero();
        assertThat(disk.data(OTHER)).doesNotExist();
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void dataThatAnotherHandPutThereIsCheckedBeforeItsFirstUse() throws IOException {
        disk.open().fill(BLOB).fill(OTHER);
        disk.tier().close();
        Path spare = directory.resolve("spare");
        Files.move(disk.data(BLOB), spare);
        Files.move(disk.data(OTHER), disk.data(BLOB));
        Files.move(spare, disk.data(OTHER));

        disk.open();

        assertThat(disk.tier().open(BLOB)).isNull();
        assertThat(disk.hitsOf(BLOB)).isZero();
        assertThat(disk.hitsOf(OTHER)).isZero();
    }

    @Test
    void anOldSidecarOfAnEvictedBlobDoesNotServeTheHolesOfTheNewOne() throws IOException {
        disk.open().fill(BLOB);
        Path old = Files.copy(disk.sidecar(BLOB), directory.resolve("old"));
        Files.createLink(directory.resolve("keeps the inode number taken"), disk.data(BLOB));
        disk.tier().upkeep().evictAll();
        disk.offer(BLOB, 1);
        disk.awaitIdle();
        disk.tier().close();
        Files.copy(old, disk.sidecar(BLOB), StandardCopyOption.REPLACE_EXISTING);

        disk.open();

        assertThat(disk.hitsOf(BLOB)).isEqualTo(1);
        assertThat(disk.hits(BLOB, 1)).isTrue();
    }

    @Test
    void aDataFileDeletedWhileItIsReadCostsNothingAndOneNotOpenIsAMiss() throws IOException {
        disk.open().fill(BLOB).fill(OTHER);
        assertThat(disk.hits(BLOB, 0)).isTrue();

        Files.delete(disk.data(BLOB));
        Files.delete(disk.data(OTHER));

        assertThat(disk.hitsOf(BLOB)).as("the open file keeps its bytes").isEqualTo(4);
        assertThat(disk.hitsOf(OTHER)).isZero();
        disk.fill(OTHER);
        assertThat(disk.hitsOf(OTHER)).isEqualTo(4);
        assertThat(disk.tier().statistics().state()).isEqualTo("normal");
    }

    @Test
    void aDataFileTruncatedWhileItIsReadIsAMissAndIsFilledAnew() throws IOException {
        disk.open().fill(BLOB);
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);

        truncate(disk.data(BLOB), BLOCK_BYTES + 17);

        assertThat(disk.hits(BLOB, 3)).isFalse();
        // Nothing of a shortened file is trusted: filling block 3 would have turned 1 and 2 into zeros.
        assertThat(disk.hits(BLOB, 1)).isFalse();
        disk.fill(BLOB);
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void aFillIntoATruncatedFileMakesNoHoleThatLooksPresent() throws IOException {
        disk.open();
        for (int block = 0; block < 3; block++) {
            disk.offer(BLOB, block);
        }
        disk.awaitIdle();
        truncate(disk.data(BLOB), 100);

        disk.offer(BLOB, 3);
        disk.awaitIdle();

        assertThat(disk.hits(BLOB, 1)).isFalse();
        disk.fill(BLOB);
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void garbageInPlaceOfASidecarIsRemovedAndTheBlobFilledAnew() throws IOException {
        disk.open().fill(BLOB).fill(OTHER);
        disk.tier().close();
        Files.write(disk.sidecar(BLOB), "not a sidecar".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Files.write(disk.sidecar(OTHER), new byte[0]);

        disk.open();

        assertThat(disk.data(BLOB)).doesNotExist();
        assertThat(disk.sidecar(OTHER)).doesNotExist();
        assertThat(disk.tier().statistics().usedBytes()).isZero();
        disk.fill(BLOB);
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void filesOfALaterReleaseAreLeftAlone() throws IOException {
        disk.open().fill(BLOB);
        disk.tier().close();
        ByteBuffer header = ByteBuffer.wrap(Files.readAllBytes(disk.sidecar(BLOB)));
        header.putInt(8, 2);
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(header.array(), 0, 124);
        header.putInt(124, (int) crc.getValue());
        Files.write(disk.sidecar(BLOB), header.array());
        byte[] data = Files.readAllBytes(disk.data(BLOB));

        disk.open();

        assertThat(disk.hitsOf(BLOB)).isZero();
        disk.offer(BLOB, 0);
        disk.awaitIdle();
        disk.tier().upkeep().evictAll();
        assertThat(disk.holds(BLOB, 0)).isFalse();
        assertThat(disk.sidecar(BLOB)).hasBinaryContent(header.array());
        assertThat(disk.data(BLOB)).hasBinaryContent(data);
    }

    @Test
    void leftoversOfADeadWriterAreRemovedAtTheStart() throws IOException {
        disk.open().fill(BLOB).fill(OTHER);
        disk.tier().close();
        Files.delete(disk.sidecar(BLOB));
        Files.delete(disk.data(OTHER));
        Path foreign = Files.writeString(disk.data(BLOB).resolveSibling("README"), "not ours");

        disk.open();

        assertThat(disk.data(BLOB)).doesNotExist();
        assertThat(disk.sidecar(OTHER)).doesNotExist();
        assertThat(foreign).exists();
        assertThat(disk.tier().statistics().usedBytes()).isZero();
    }

    @Test
    void bytesOfABlockThatWasNeverDeclaredPresentAreGivenBackAtTheStart() throws IOException {
        disk.open();
        disk.offer(BLOB, 1);
        disk.awaitIdle();
        disk.tier().close();
        write(disk.data(BLOB), 2L * BLOCK_BYTES, new byte[BLOCK_BYTES]);
        write(disk.data(BLOB), 3L * BLOCK_BYTES, new byte[1234]);

        disk.open();

        assertThat(Blocks.allocatedBytes(disk.data(BLOB))).isEqualTo(BLOCK_BYTES);
        assertThat(disk.hits(BLOB, 1)).isTrue();
    }

    private static void truncate(Path file, long lengthBytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(lengthBytes);
        }
    }

    private static void flipBit(Path file, Random random) throws IOException {
        flipBit(file, random.nextLong(Files.size(file)), random.nextInt(8));
    }

    private static void flipBit(Path file, long offset, int bit) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 1 << bit)).rewind();
            channel.write(one, offset);
        }
    }

    private static void write(Path file, long offset, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }
}
