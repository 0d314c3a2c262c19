package io.blobcache.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * The yardstick of every transport: the bytes of one file by sendfile(2) over plain sockets, and nothing else. {@code
 * PlainSocketServer FILE} prints its port and serves until its standard input ends. A request is an offset and a length,
 * 8 and 4 bytes in network order; the answer is the bytes.
 */
final class PlainSocketServer {
    static final int REQUEST_BYTES = Long.BYTES + Integer.BYTES;

    private final FileChannel file;

    private PlainSocketServer(FileChannel file) {
        this.file = file;
    }

    public static void main(String[] arguments) throws IOException {
        PlainSocketServer server = new PlainSocketServer(FileChannel.open(Path.of(arguments[0])));
        ServerSocketChannel listening =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofPlatform().daemon().start(() -> server.accept(listening));
        Announcement.untilInputEnds(listening.socket().getLocalPort());
    }

    /** A thread for each connection: the harness opens eight at most. */
    private void accept(ServerSocketChannel listening) {
        try {
            while (true) {
                SocketChannel client = listening.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client));
            }
        } catch (IOException e) {
            throw new IllegalStateException("no more connections are accepted", e);
        }
    }

    private void serve(SocketChannel client) {
        ByteBuffer request = ByteBuffer.allocateDirect(REQUEST_BYTES);
        try (client) {
            while (true) {
                answer(client, request.clear());
            }
        } catch (EOFException _) {
            // The client has all that it wanted.
        } catch (IOException e) {
            System.err.println("a connection broke: " + e.getMessage());
        }
    }

    private void answer(SocketChannel client, ByteBuffer request) throws IOException {
        while (request.hasRemaining()) {
            if (client.read(request) < 0) {
                throw new EOFException("end of the connection");
            }
        }
        request.flip();
        long offset = request.getLong();
        long end = offset + request.getInt();
        if (offset < 0 || end < offset || end > file.size()) {
            throw new IOException("bytes [%d, %d) asked of a file of %d".formatted(offset, end, file.size()));
        }
        while (offset < end) {
            offset += file.transferTo(offset, end - offset, client);
        }
    }
}
