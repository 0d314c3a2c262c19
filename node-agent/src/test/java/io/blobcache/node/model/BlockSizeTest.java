package io.blobcache.node.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BlockSizeTest {
    private final BlockSize size = new BlockSize(4 << 20);

    @Test
    void theLastBlockIsWhatIsLeft() {
        long length = (8L << 20) + 5;
        assertThat(size.countOf(length)).isEqualTo(3);
        assertThat(size.lengthOf(length, 1)).isEqualTo(4 << 20);
        assertThat(size.lengthOf(length, 2)).isEqualTo(5);
        assertThat(size.indexOf(8L << 20)).isEqualTo(2);
        assertThat(size.countOf(0)).isZero();
    }

    @Test
    void onlyTheThreeClassesAreBlockSizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BlockSize(2 << 20))
                .withMessage("blockSize must be 1MiB, 4MiB or 16MiB, was: 2097152 bytes");
    }

    @Test
    void anIdIsItsDigestInBothDirections() {
        BlobId id = BlobId.of("s3://b", "a/b", "v1");
        assertThat(BlobId.ofHex(id.hex())).isEqualTo(id);
        // printf 's3://b\0a/b\0v1' | sha256sum
        assertThat(id.hex()).isEqualTo("d4a434aea98bd74638a00abdff508dd21dc68218ffa186f9df3e989c42a1a45a");
        assertThat(BlobId.of("s3://b", "a", "b/v1")).isNotEqualTo(id);
    }
}
