package io.blobcache.node.mesh;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A client that writes HTTP/2 itself, so that its calls may stop in the middle of a message. */
final class RawStreams implements AutoCloseable {
    /** Streams that the server has ended. */
    final Set<Integer> ended = ConcurrentHashMap.newKeySet();

    /** The code of the error with which the server leaves (RFC 9113, 7). */
    final CompletableFuture<Integer> left = new CompletableFuture<>();

    static final int ENHANCE_YOUR_CALM = 11;

    /** It closed the connection; what it said may be lost, if more was being sent. */
    static final int CLOSED = -1;

    private static final int FRAME_BYTES = 16 << 10;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;
    private static final int CANCEL = 8;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private final Socket socket;
    private final DataOutputStream out;
    private final Semaphore window = new Semaphore(65_535);
    private int streams;

    RawStreams(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        out = new DataOutputStream(socket.getOutputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
        Thread.ofVirtual().name("raw-streams").start(this::listen);
    }

    /**
     * Begins a call whose message is said to have so many bytes, and sends fewer.
     *
     * @param sentBytes as far as the server lets it, before it ends the stream
     */
    void begin(String path, int messageBytes, int sentBytes) throws IOException, InterruptedException {
        int stream = open(path);
        byte[] content = new byte[FRAME_BYTES];
        for (int sent = 0; sent < sentBytes; sent += FRAME_BYTES) {
            content[0] = 0;
            if (sent == 0) {
                // Not compressed; the length in four bytes.
                for (int i = 0; i < Integer.BYTES; i++) {
                    content[1 + i] = (byte) (messageBytes >>> (24 - 8 * i));
                }
            } else {
                content[1] = content[2] = content[3] = content[4] = 0;
            }
            if (!window.tryAcquire(FRAME_BYTES, 10, TimeUnit.SECONDS)) {
                throw new IOException("the server takes no more");
            }
            frame(DATA, 0, stream, content);
        }
    }

    /** Begins a call and sends nothing of its request. @return its stream */
    int open(String path) throws IOException {
        int stream = 2 * streams++ + 1;
        ByteArrayOutputStream headers = new ByteArrayOutputStream();
        field(headers, ":method", "POST");
        field(headers, ":scheme", "http");
        field(headers, ":path", path);
        field(headers, ":authority", "test");
        field(headers, "content-type", "application/grpc");
        field(headers, "te", "trailers");
        frame(HEADERS, END_HEADERS, stream, headers.toByteArray());
        return stream;
    }

    void reset(int stream) throws IOException {
        frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, CANCEL});
    }

    void ping() throws IOException {
        frame(PING, 0, 0, new byte[Long.BYTES]);
    }

    /** Without compression: each as a literal that is not indexed. */
    private static void field(ByteArrayOutputStream into, String name, String value) {
        into.write(0);
        for (String text : new String[] {name, value}) {
            into.write(text.length());
            into.writeBytes(text.getBytes(US_ASCII));
        }
    }

    private void frame(int kind, int flags, int stream, byte[] content) throws IOException {
        synchronized (out) {
            out.writeByte(content.length >>> 16);
            out.writeShort(content.length);
            out.writeByte(kind);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(content);
        }
    }

    private void listen() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            while (true) {
                int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
                int kind = in.readUnsignedByte();
                int flags = in.readUnsignedByte();
                int stream = in.readInt();
                byte[] content = in.readNBytes(length);
                boolean ends = kind == RST_STREAM || ((kind == HEADERS || kind == DATA) && (flags & END_STREAM) != 0);
                if (ends) {
                    ended.add(stream);
                }
                switch (kind) {
                    case SETTINGS, PING -> {
                        if ((flags & ACK) == 0) {
                            frame(kind, ACK, 0, kind == PING ? content : new byte[0]);
                        }
                    }
                    case WINDOW_UPDATE -> {
                        if (stream == 0) {
                            window.release((content[0] & 0x7f) << 24
                                    | (content[1] & 0xff) << 16
                                    | (content[2] & 0xff) << 8
                                    | (content[3] & 0xff));
                        }
                    }
                    case GOAWAY -> left.complete(ByteBuffer.wrap(content).getInt(Integer.BYTES));
                    default -> {}
                }
            }
        } catch (IOException _) {
            left.complete(CLOSED);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
