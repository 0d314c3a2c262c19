package io.blobcache.bench;

import java.io.IOException;

/** The transports that {@code bench/run peer-throughput} compares, by the names that it gives them. */
enum TransportKind {
    SOCKETS("sockets"),
    PLAIN_UNARY("plain-unary"),
    PLAIN_STREAM("plain-stream");

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

    /** @param hash names the content where the protocol has names */
    BlockTransport connect(int port, String hash) throws IOException {
        return switch (this) {
            case SOCKETS -> PlainSocketClient.connect(port);
            case PLAIN_UNARY -> PlainGrpcClient.connect(port, hash, false);
            case PLAIN_STREAM -> PlainGrpcClient.connect(port, hash, true);
        };
    }
}
