package io.blobcache.node.mesh.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockSize;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Nothing that a peer names is believed. */
class BlockRequestsTest {
    private static final BlockSize BLOCK_SIZE = BlockSize.DEFAULT;

    private final BlockRequests requests =
            new BlockRequests((path, version, bytes) -> Blob.ofSource("s3://here", path, version, bytes), BLOCK_SIZE);

    @Test
    void aRequestForABlockOfThisSourceIsThatBlob() throws StatusException {
        assertThat(requests.check(of("s3://here", 5L << 20, 1)).blob())
                .isEqualTo(Blob.ofSource("s3://here", "p", "v", 5L << 20));
    }

    @Test
    void aBlobOfAnotherSourceIsNone() {
        refused(of("s3://there", 5L << 20, 0), Status.Code.FAILED_PRECONDITION, "another source");
    }

    @Test
    void anIdThatDoesNotFitWhatItIsSaidToBeOfIsNone() {
        ReadBlockRequest good = of("s3://here", 5L << 20, 0);
        for (UnaryOperator<ReadBlockRequest.Builder> forgery : List.<UnaryOperator<ReadBlockRequest.Builder>>of(
                request -> request.setPath("q"),
                request -> request.setVersion("w"),
                request -> request.setBlobBytes(6L << 20),
                request -> request.setBlobId(ByteString.EMPTY))) {
            refused(forgery.apply(good.toBuilder()).build(), Status.Code.FAILED_PRECONDITION, "another source");
        }
    }

    @Test
    void numbersOutOfTheirRangeAreRefused() {
        refused(of("s3://here", 5L << 20, -1), Status.Code.INVALID_ARGUMENT, "block_index");
        refused(of("s3://here", 5L << 20, 2), Status.Code.INVALID_ARGUMENT, "block_index");
        refused(of("s3://here", 5L << 20, Integer.MAX_VALUE), Status.Code.INVALID_ARGUMENT, "block_index");
        refused(of("s3://here", (5L << 40) + 1, 0), Status.Code.INVALID_ARGUMENT, "blob_bytes");
        ReadBlockRequest good = of("s3://here", 5L << 20, 0);
        refused(good.toBuilder().setBlobBytes(0).build(), Status.Code.INVALID_ARGUMENT, "blob_bytes");
        refused(good.toBuilder().setBlobBytes(-1).build(), Status.Code.INVALID_ARGUMENT, "blob_bytes");
        refused(good.toBuilder().setBlockBytes(1 << 20).build(), Status.Code.FAILED_PRECONDITION, "blockSize");
    }

    @Test
    void textsThatNoSourceHasAreRefused() {
        ReadBlockRequest good = of("s3://here", 5L << 20, 0);
        refused(good.toBuilder().setPath("p".repeat(4097)).build(), Status.Code.INVALID_ARGUMENT, "path");
        for (String path : List.of("", "..", "/p", "p/", "p//q", "p/../q", "./p", "p\0")) {
            refused(good.toBuilder().setPath(path).build(), Status.Code.INVALID_ARGUMENT, "path");
        }
        refused(good.toBuilder().setVersion("v".repeat(1025)).build(), Status.Code.INVALID_ARGUMENT, "version");
    }

    private void refused(ReadBlockRequest request, Status.Code code, String word) {
        assertThatThrownBy(() -> requests.check(request)).isInstanceOfSatisfying(StatusException.class, refusal -> {
            assertThat(refusal.getStatus().getCode()).isEqualTo(code);
            assertThat(refusal.getStatus().getDescription()).contains(word);
        });
    }

    private static ReadBlockRequest of(String source, long blobBytes, int blockIndex) {
        return ReadBlockRequest.newBuilder()
                .setBlobId(ByteString.copyFrom(
                        Blob.ofSource(source, "p", "v", blobBytes).id().toBytes()))
                .setPath("p")
                .setVersion("v")
                .setBlobBytes(blobBytes)
                .setBlockBytes(BLOCK_SIZE.bytes())
                .setBlockIndex(blockIndex)
                .build();
    }
}
