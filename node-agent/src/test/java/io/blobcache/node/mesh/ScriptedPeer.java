package io.blobcache.node.mesh;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.OpenBulkResponse;
import io.blobcache.proto.v1.PeerGrpc;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A peer that answers whatever a test wants, over gRPC and over bulk connections: what no agent of ours would say. */
final class ScriptedPeer implements AutoCloseable {
    final AtomicInteger requests = new AtomicInteger();
    private final Server server;
    private final ServerSocket bulk;
    private volatile Opening opening = (port, answer) -> {
        answer.onNext(OpenBulkResponse.newBuilder().setPort(port).build());
        answer.onCompleted();
    };

    /** Answers where bulk connections are. */
    @FunctionalInterface
    interface Opening {
        /** @param port 0 for none */
        void answer(int port, StreamObserver<OpenBulkResponse> answer);
    }

    /** Answers one request over gRPC. */
    @FunctionalInterface
    interface OverGrpc {
        void answer(ReadBlockRequest request, StreamObserver<ReadBlockResponse> responses);
    }

    /** Answers one request over a bulk connection. */
    @FunctionalInterface
    interface OverBulk {
        void answer(ReadBlockRequest request, DataOutputStream out) throws IOException;
    }

    /** Over gRPC alone. */
    ScriptedPeer(OverGrpc script) throws IOException {
        this(script, null);
    }

    /** Over bulk connections alone. */
    ScriptedPeer(OverBulk script) throws IOException {
        this((_, responses) -> responses.onCompleted(), script);
    }

    /** One that never answers where its bulk connections are, as a frozen host. */
    static ScriptedPeer frozen() throws IOException {
        ScriptedPeer peer = new ScriptedPeer((_, _) -> {}, null);
        peer.opening((_, _) -> {});
        return peer;
    }

    /** What it says of its bulk connections from now on. */
    void opening(Opening next) {
        opening = next;
    }

    ScriptedPeer(OverGrpc overGrpc, @org.jspecify.annotations.Nullable OverBulk overBulk) throws IOException {
        this.bulk = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        int bulkPort = overBulk == null ? 0 : bulk.getLocalPort();
        if (overBulk != null) {
            Thread.ofVirtual().start(() -> accept(overBulk));
        }
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(new PeerGrpc.PeerImplBase() {
                    @Override
                    public void readBlock(ReadBlockRequest request, StreamObserver<ReadBlockResponse> responses) {
                        requests.incrementAndGet();
                        overGrpc.answer(request, responses);
                    }

                    @Override
                    public void openBulk(OpenBulkRequest request, StreamObserver<OpenBulkResponse> responses) {
                        opening.answer(bulkPort, responses);
                    }
                })
                .build()
                .start();
    }

    Member member() {
        return member("scripted");
    }

    Member member(String id) {
        return new Member(id, "127.0.0.1", server.getPort(), "", Member.DEFAULT_WEIGHT, Member.State.READY);
    }

    private void accept(OverBulk script) {
        try {
            while (true) {
                Socket client = bulk.accept();
                Thread.ofVirtual().start(() -> serve(client, script));
            }
        } catch (IOException _) {
            return; // Closed.
        }
    }

    private void serve(Socket client, OverBulk script) {
        try (client) {
            DataInputStream in = new DataInputStream(client.getInputStream());
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            while (in.read() == 0) {
                ReadBlockRequest request = ReadBlockRequest.parseFrom(in.readNBytes(in.readInt()));
                requests.incrementAndGet();
                script.answer(request, out);
                out.flush();
            }
        } catch (IOException _) {
            return; // The agent has closed the connection, as it should.
        }
    }

    @Override
    public void close() throws IOException {
        bulk.close();
        server.shutdownNow();
    }
}
