package io.blobcache.bench;

import java.io.IOException;
import java.nio.file.Path;

/** The transports that {@code bench/run peer-throughput} compares, by the names that it gives them. */
enum TransportKind {
    SOCKETS("sockets"),
    PLAIN_UNARY("plain-unary"),
    PLAIN_STREAM("plain-stream"),
    /** Ours, over gRPC. */
    BLOCKS_GRPC("blocks-grpc"),
    /** Ours, over bulk connections. */
    BLOCKS("blocks");

    private final String label;

    TransportKind(String label) {
        this.label = label;
    }

    static TransportKind named(String label) {
        for (TransportKind kind : values()) {
            if (kind.label.equals(label)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("no such transport: " + label);
    }

    /** @param file what the server serves; its name names the content where the protocol has names */
    BlockTransport connect(int port, Path file) throws IOException {
        String hash = file.getFileName().toString();
        return switch (this) {
            case SOCKETS -> PlainSocketClient.connect(port);
            case PLAIN_UNARY -> PlainGrpcClient.connect(port, hash, false);
            case PLAIN_STREAM -> PlainGrpcClient.connect(port, hash, true);
            case BLOCKS_GRPC -> PeerClient.connect(port, file, false);
            case BLOCKS -> PeerClient.connect(port, file, true);
        };
    }
}
