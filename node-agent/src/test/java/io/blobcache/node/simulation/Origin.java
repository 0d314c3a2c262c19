package io.blobcache.node.simulation;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.Sha256;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The bucket that all nodes share. Each of its blobs is one block. */
final class Origin {
    static final String IDENTITY = "simulated";
    static final int REAL_BYTES = 64;

    private final World world;
    private final Physics physics;
    private final Trace trace;
    private final Map<String, Integer> reads = new HashMap<>();
    private boolean failing;
    private long lastFailedNanos = Long.MIN_VALUE / 2;

    Origin(World world, Physics physics, Trace trace) {
        this.world = world;
        this.physics = physics;
        this.trace = trace;
    }

    static Blob blob(int number) {
        return Blob.ofSource(IDENTITY, Integer.toString(number), "1", REAL_BYTES);
    }

    static byte[] content(String path) {
        byte[] content = new byte[REAL_BYTES];
        byte[] half = Sha256.begin().digest(path.getBytes(StandardCharsets.UTF_8));
        System.arraycopy(half, 0, content, 0, half.length);
        System.arraycopy(half, 0, content, half.length, half.length);
        return content;
    }

    /** Lets every read fail from now on, or none. */
    void fail(boolean does) {
        failing = does;
        lastFailedNanos = world.getAsLong();
    }

    /** Whether it failed since then, or a moment before: failures are remembered for a second. */
    boolean hasFailedSince(long nanos) {
        return failing || lastFailedNanos >= nanos - Node.FAILURE_HOLD.toNanos();
    }

    /** How often it was read, all in all. */
    long reads() {
        return reads.values().stream().mapToLong(Integer::intValue).sum();
    }

    int distinctBlocks() {
        return reads.size();
    }

    /** As one node sees it. */
    Source seenBy(Node node) {
        return new Seen(node);
    }

    private void read(Node node, String path, MemorySegment into) throws BlobException {
        trace.add(world.getAsLong(), Trace.Kind.SOURCE, node.number(), Long.parseLong(path));
        if (!node.isUp()) {
            throw new BlobException.Unavailable("this node is dead", null);
        }
        reads.merge(path, 1, Integer::sum);
        try {
            world.sleep(Math.max(physics.sourceNanos(), node.received(world.getAsLong(), physics) - world.getAsLong()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("given up");
        }
        if (failing) {
            throw new BlobException.Unavailable("the source fails", null);
        }
        MemorySegment.copy(MemorySegment.ofArray(content(path)), 0, into, 0, REAL_BYTES);
    }

    private final class Seen implements Source {
        private final Node node;

        Seen(Node node) {
            this.node = node;
        }

        @Override
        public String name() {
            return IDENTITY;
        }

        @Override
        public void check() {}

        @Override
        public ListingPage list(String directory, String afterToken) {
            throw new UnsupportedOperationException("nobody lists in a simulation");
        }

        @Override
        public SourceEntry stat(String path) {
            throw new UnsupportedOperationException("nobody looks in a simulation");
        }

        @Override
        public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress)
                throws BlobException {
            Origin.this.read(node, blob.path(), into);
        }

        @Override
        public void close() {}
    }
}
