package io.blobcache.e2e.rig;

import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;

/** A peer written by hand: it speaks as agents do and answers as a test says. */
public final class TestPeer {
    private final ConcurrentLinkedQueue<ReadBlockRequest> requests = new ConcurrentLinkedQueue<>();
    private final Server server;

    /** What it says to a request, on a thread of its own. */
    @FunctionalInterface
    public interface Behaviour {
        void answer(ReadBlockRequest request, StreamObserver<ReadBlockResponse> to) throws Exception;
    }

    public TestPeer(Scratch scratch, Behaviour behaviour) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try {
            server = NettyServerBuilder.forAddress(address)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .addService(new Service(behaviour))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scratch.undo("stop a peer", server::shutdownNow);
    }

    public String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** So far. */
    public List<ReadBlockRequest> requests() {
        return List.copyOf(requests);
    }

    private final class Service extends PeerGrpc.PeerImplBase {
        private final Behaviour behaviour;

        Service(Behaviour behaviour) {
            this.behaviour = behaviour;
        }

        @Override
        public void readBlock(ReadBlockRequest request, StreamObserver<ReadBlockResponse> to) {
            requests.add(request);
            try {
                behaviour.answer(request, to);
            } catch (Exception e) {
                to.onError(e);
            }
        }
    }
}
