package io.blobcache.node.mesh.server;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobNaming;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Status;
import io.grpc.StatusException;
import java.util.Arrays;

/**
 * What a peer asks for, checked before anything is done. Nothing that it names is believed: the blob's id has to be what
 * this agent's own source makes of path, version and length, so a peer reads blobs of that source or nothing.
 */
final class BlockRequests {
    /** A key of S3 has 1,024 bytes at most, a path of Linux 4,096. */
    private static final int MAX_PATH_CHARACTERS = 4096;

    /** An entity tag has some 40 characters, a digest 71. */
    private static final int MAX_VERSION_CHARACTERS = 1024;

    /**
     * The tables of a blob grow with its length, and a peer's word for it is only checked when the source is read: 5 TiB
     * are 5 million blocks of the smallest kind, 50 MB. Longer ones their readers fetch themselves.
     */
    private static final long MAX_BLOB_BYTES = 5L << 40;

    private final BlobNaming source;
    private final BlockSize blockSize;

    BlockRequests(BlobNaming source, BlockSize blockSize) {
        this.source = source;
        this.blockSize = blockSize;
    }

    /** @throws StatusException with field and rule */
    BlobBlocks check(ReadBlockRequest request) throws StatusException {
        require(request.getPath().length() <= MAX_PATH_CHARACTERS, "path must have at most 4096 characters");
        require(Blob.isPath(request.getPath()), "path must have no segment that is empty, . or .., and no NUL");
        require(request.getVersion().length() <= MAX_VERSION_CHARACTERS, "version must have at most 1024 characters");
        require(
                request.getBlobBytes() > 0 && request.getBlobBytes() <= MAX_BLOB_BYTES,
                "blob_bytes must be in [1, 5 TiB], was: " + request.getBlobBytes());
        if (request.getBlockBytes() != blockSize.bytes()) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("block_bytes is %d here, was: %d: give all agents one blockSize"
                            .formatted(blockSize.bytes(), request.getBlockBytes()))
                    .asException();
        }
        long blockCount = Math.ceilDiv(request.getBlobBytes(), (long) blockSize.bytes());
        boolean within =
                blockCount <= Integer.MAX_VALUE && request.getBlockIndex() >= 0 && request.getBlockIndex() < blockCount;
        require(within, "block_index must be within the blob, was: " + request.getBlockIndex());
        Blob blob = source.blob(request.getPath(), request.getVersion(), request.getBlobBytes());
        if (!Arrays.equals(request.getBlobId().toByteArray(), blob.id().toBytes())) {
            throw Status.FAILED_PRECONDITION
                    .withDescription("blob_id is of another source: agents of one mesh need the same sources")
                    .asException();
        }
        return new BlobBlocks(blob, blockSize);
    }

    private static void require(boolean holds, String rule) throws StatusException {
        if (!holds) {
            throw Status.INVALID_ARGUMENT.withDescription(rule).asException();
        }
    }
}
