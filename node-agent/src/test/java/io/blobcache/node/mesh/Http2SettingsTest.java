package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.tier.ScriptedSource;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What our ends really say when a connection begins, read from the socket byte by byte (RFC 9113, 4.1, 6.5 and 6.9): a
 * setting that the library ignores would show here.
 */
class Http2SettingsTest {
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int MAX_CONCURRENT_STREAMS = 3;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_HEADER_LIST_SIZE = 6;

    /** Of a connection before anything is said (RFC 9113, 6.9.2). */
    private static final int DEFAULT_WINDOW_BYTES = 65_535;

    private final TestAgent agent = new TestAgent("a", new ScriptedSource(new byte[1 << 20]));

    /** @param windowBytes of the connection, after the updates that came with the settings */
    private record Said(Map<Integer, Integer> settings, int windowBytes) {}

    @AfterEach
    void close() {
        agent.close();
    }

    @Test
    void theServersWindowsAndLimitsAreThoseOfTheConfiguration() throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), agent.member().port())) {
            OutputStream out = socket.getOutputStream();
            out.write(PREFACE);
            out.write(new byte[] {0, 0, 0, SETTINGS, 0, 0, 0, 0, 0});
            out.flush();

            Said said = read(new DataInputStream(socket.getInputStream()));

            assertThat(said.settings())
                    .containsEntry(MAX_CONCURRENT_STREAMS, MeshConfig.DEFAULT.maxStreams())
                    .containsEntry(INITIAL_WINDOW_SIZE, MeshConfig.DEFAULT.windowBytes())
                    .containsEntry(MAX_HEADER_LIST_SIZE, 8 << 10);
            assertThat(said.windowBytes()).isEqualTo(MeshConfig.DEFAULT.windowBytes());
        }
    }

    @Test
    void theClientsWindowsAreThoseOfTheConfiguration() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            agent.members(new io.blobcache.node.mesh.members.Member(
                    "x", "127.0.0.1", server.getLocalPort(), "", 1, io.blobcache.node.mesh.members.Member.State.READY));
            Thread reader = Thread.ofVirtual().start(() -> {
                try {
                    agent.read(io.blobcache.node.model.Blob.ofSource("scripted", "p", "v", 1 << 20));
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            try (Socket socket = server.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                assertThat(in.readNBytes(PREFACE.length)).isEqualTo(PREFACE);

                Said said = read(in);

                assertThat(said.settings()).containsEntry(INITIAL_WINDOW_SIZE, MeshConfig.DEFAULT.windowBytes());
                assertThat(said.windowBytes()).isEqualTo(MeshConfig.DEFAULT.windowBytes());
            }
            reader.join();
        }
    }

    /** Until settings and the connection's window update are there. */
    private static Said read(DataInputStream in) throws IOException {
        Map<Integer, Integer> settings = new HashMap<>();
        int windowBytes = DEFAULT_WINDOW_BYTES;
        while (settings.isEmpty() || windowBytes == DEFAULT_WINDOW_BYTES) {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            in.readUnsignedByte();
            int stream = in.readInt();
            if (type == SETTINGS) {
                for (int read = 0; read < length; read += 6) {
                    settings.put(in.readUnsignedShort(), in.readInt());
                }
            } else if (type == WINDOW_UPDATE && stream == 0) {
                windowBytes += in.readInt();
            } else {
                in.skipNBytes(length);
            }
        }
        return new Said(settings, windowBytes);
    }
}
