package io.blobcache.node.mesh.client;

import com.google.protobuf.ByteString;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.model.NanoClock;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Channel;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** Asks peers as an agent does, over a network that somebody makes up. */
public final class SimulatedPeers {
    private SimulatedPeers() {}

    /** What a peer answered. */
    public sealed interface Reply {}

    public record Here(ByteString sha256) implements Reply {}

    public record Busy(Optional<Elsewhere> elsewhere) implements Reply {}

    public enum Other implements Reply {
        NOT_HELD,
        FAILED,
        LIED
    }

    /** A network. */
    @FunctionalInterface
    public interface Network {
        /** Waits for a peer's answer; after it nothing is written to the place. */
        Reply ask(Member peer, ReadBlockRequest request, MemorySegment into, Duration progress) throws BlobException;
    }

    public static PeerTier over(
            Network network,
            String self,
            MeshConfig config,
            BlockSize blockSize,
            BufferPool pool,
            Executor threads,
            PeerCounters counters,
            NanoClock clock,
            RandomGenerator random) {
        return new PeerTier(self, new Made(network), config, blockSize, pool, threads, counters, clock, random);
    }

    /** Gives a list of members to an agent, and how it sees them, which those of one locality see alike. */
    public static void members(PeerTier peers, Members members, Placement seen) {
        peers.members(members, seen);
    }

    private record Made(Network network) implements Lines {
        @Override
        public Line to(Member member) {
            return new MadeLine(network, member);
        }

        @Override
        public void rehearse(Member self) {}

        @Override
        public void close() {}
    }

    private record MadeLine(Network network, Member peer) implements Line {
        @Override
        public Answer ask(ReadBlockRequest request, MemorySegment into, Duration progress) throws BlobException {
            return switch (network.ask(peer, request, into, progress)) {
                case Here(ByteString sha256) -> new Answer.Here(sha256);
                case Busy(Optional<Elsewhere> elsewhere) -> new Answer.Busy(elsewhere);
                case Other.NOT_HELD -> new Answer.NotHeld();
                case Other.FAILED -> new Answer.Failed("simulated");
                case Other.LIED -> new Answer.Lied("simulated");
            };
        }

        @Override
        public Channel channel() {
            throw new UnsupportedOperationException("a simulated network carries blocks only");
        }

        @Override
        public void hurry() {}

        @Override
        public void close() {}
    }
}
