package io.blobcache.node.mesh;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Stands at another loopback address, at the same port as a server, and passes connections on as a test says. */
final class TroubledLine implements AutoCloseable {
    /** Of a server that listens at 127.0.0.1. */
    static final String HOST = "127.0.0.2";

    final AtomicLong passedBytes = new AtomicLong();
    final AtomicLong resets = new AtomicLong();
    private final ServerSocket listening = new ServerSocket();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Random random;
    private volatile Trouble trouble;

    /** What happens to the bytes of one direction of a connection. */
    sealed interface Trouble {
        record None() implements Trouble {}

        /** Each by itself. */
        record Slices(int maxBytes) implements Trouble {}

        /** Both directions end after so many bytes of this one. */
        record Reset(int maxBytes) implements Trouble {}
    }

    TroubledLine(int port, Trouble trouble, long seed) throws IOException {
        this.trouble = trouble;
        this.random = new Random(seed);
        listening.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 2}), port));
        Thread.ofVirtual().name("line-" + port).start(this::accept);
    }

    /** For connections that are made from now on. */
    void trouble(Trouble next) {
        trouble = next;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), listening.getLocalPort());
                for (Socket socket : new Socket[] {client, server}) {
                    socket.setTcpNoDelay(true);
                    open.add(socket);
                }
                Trouble now = trouble;
                Thread.ofVirtual().start(() -> pass(client, server, now));
                Thread.ofVirtual().start(() -> pass(server, client, now));
            }
        } catch (IOException _) {
            return; // Closed.
        }
    }

    private void pass(Socket from, Socket to, Trouble now) {
        try (from;
                to) {
            long left = now instanceof Trouble.Reset(int max) ? 1 + random.nextInt(max) : Long.MAX_VALUE;
            byte[] buffer = new byte[64 << 10];
            InputStream in = from.getInputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                int passed = (int) Math.min(left, read);
                send(buffer, passed, to, now instanceof Trouble.Slices(int max) ? max : passed);
                left -= passed;
                if (left == 0) {
                    resets.incrementAndGet();
                    from.setSoLinger(true, 0);
                    to.setSoLinger(true, 0);
                    return;
                }
            }
        } catch (IOException _) {
            return; // Either side has gone: so does the other.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private void send(byte[] bytes, int length, Socket to, int maxSlice) throws IOException {
        for (int done = 0; done < length; ) {
            int slice = Math.min(length - done, maxSlice == length ? length : 1 + random.nextInt(maxSlice));
            to.getOutputStream().write(bytes, done, slice);
            passedBytes.addAndGet(slice);
            done += slice;
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
