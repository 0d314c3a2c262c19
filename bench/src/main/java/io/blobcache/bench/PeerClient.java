package io.blobcache.bench;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.client.PeerTier;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/** What an agent does for a block that a peer has: asks for it, verifies it. As many blocks at once as it fetches ahead. */
final class PeerClient implements BlockTransport {
    private static final int AT_ONCE = 4;

    private final ServedBlob served;
    private final PeerTier peers;
    private final ExecutorService threads;
    private final BufferPool pool;

    private PeerClient(ServedBlob served, PeerTier peers, ExecutorService threads, BufferPool pool) {
        this.served = served;
        this.peers = peers;
        this.threads = threads;
        this.pool = pool;
    }

    static PeerClient connect(int port, Path file, boolean bulk) throws IOException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        BufferPool pool = new BufferPool(16 << 20);
        PeerTier peers = PeerTier.open(
                "client",
                config(bulk),
                MeshCredentials.plaintext(),
                BlockSize.DEFAULT,
                pool,
                threads,
                new PeerCounters(),
                System::nanoTime,
                RandomGenerator.getDefault());
        peers.members(Members.of(
                List.of(new Member("server", "127.0.0.1", port, "", Member.DEFAULT_WEIGHT, Member.State.READY))));
        return new PeerClient(ServedBlob.of(file), peers, threads, pool);
    }

    private static MeshConfig config(boolean bulk) {
        return ConfigLoader.parse("client", "mesh: {bulk: %s}".formatted(bulk)).mesh();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        BlobBlocks blocks = served.blocks();
        MemorySegment into = MemorySegment.ofBuffer(target);
        boolean toTheEnd = offset + into.byteSize() == served.blob().lengthBytes();
        boolean aligned = blocks.offsetOf(blocks.indexOf(offset)) == offset
                && (toTheEnd || into.byteSize() % BlockSize.DEFAULT.bytes() == 0);
        if (aligned) {
            readBlocks(blocks.indexOf(offset), into);
        } else {
            readUnaligned(offset, into);
        }
        target.position(target.limit());
    }

    private void readUnaligned(long offset, MemorySegment into) throws IOException {
        BlobBlocks blocks = served.blocks();
        int first = blocks.indexOf(offset);
        int last = blocks.indexOf(offset + into.byteSize() - 1);
        try (Arena arena = Arena.ofShared()) {
            MemorySegment whole = arena.allocate((last - first + 1L) * BlockSize.DEFAULT.bytes());
            readBlocks(first, whole);
            MemorySegment.copy(whole, offset - blocks.offsetOf(first), into, 0, into.byteSize());
        }
    }

    private void readBlocks(int first, MemorySegment into) throws IOException {
        int count = Math.toIntExact(Math.ceilDiv(into.byteSize(), (long) BlockSize.DEFAULT.bytes()));
        if (count == 1) {
            readBlock(first, into);
            return;
        }
        Semaphore atOnce = new Semaphore(AT_ONCE);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int index = i;
            atOnce.acquireUninterruptibly();
            running.add(threads.submit(() -> {
                try {
                    readBlock(first + index, slice(into, index));
                } finally {
                    atOnce.release();
                }
                return null;
            }));
        }
        for (Future<?> block : running) {
            try {
                block.get();
            } catch (InterruptedException | ExecutionException e) {
                throw e.getCause() instanceof Busy busy ? busy : new IOException("a block did not come", e);
            }
        }
    }

    private void readBlock(int index, MemorySegment into) throws IOException {
        BlobBlocks blocks = served.blocks();
        BlockKey key = blocks.key(index);
        if (!peers.read(blocks.blob(), key, blocks.offsetOf(index), into)) {
            throw new Busy("the peer did not give block " + index);
        }
    }

    private static MemorySegment slice(MemorySegment into, int index) {
        long from = (long) index * BlockSize.DEFAULT.bytes();
        return into.asSlice(from, Math.min(BlockSize.DEFAULT.bytes(), into.byteSize() - from));
    }

    @Override
    public void close() {
        peers.close();
        threads.shutdownNow();
        pool.close();
    }
}
