package io.blobcache.node.mesh.server;

import io.blobcache.node.mesh.wire.BulkFrame;
import io.blobcache.node.mesh.wire.Stalls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves blocks over bulk connections, each on a thread of its own, see {@link BulkFrame}. Thread-safe. */
final class BulkServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BulkServer.class);

    /** 8 of each of 128 peers that ask at the same time; more use gRPC. */
    private static final int MAX_CONNECTIONS = 1024;

    /** Without a file descriptor left the next try fails as well: it must not fill the log and a processor. */
    private static final Duration ACCEPT_PAUSE = Duration.ofMillis(100);

    /** A connection that nobody uses for so long is closed; clients keep theirs for half of it. */
    static final Duration IDLE = Duration.ofSeconds(60);

    private final ServerSocketChannel listening;
    private final Lender lender;
    private final ExecutorService threads;
    private final Stalls stalls;
    private final Duration patience;
    private final Semaphore room = new Semaphore(MAX_CONNECTIONS);
    private final Set<SocketChannel> open = ConcurrentHashMap.newKeySet();

    private BulkServer(
            ServerSocketChannel listening, Lender lender, ExecutorService threads, Stalls stalls, Duration patience) {
        this.listening = listening;
        this.lender = lender;
        this.threads = threads;
        this.stalls = stalls;
        this.patience = patience;
    }

    /**
     * @param patience longest time in which a client takes nothing of what is sent, or does not send the rest of a request
     * @throws IOException if the address cannot be listened on
     */
    static BulkServer start(
            InetSocketAddress address, Lender lender, ExecutorService threads, Stalls stalls, Duration patience)
            throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open();
        try {
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true).bind(address);
        } catch (IOException e) {
            listening.close();
            throw new IOException(
                    "mesh.bulkPort: %s cannot be listened on: %s; choose another port"
                            .formatted(address, e.getMessage()),
                    e);
        }
        BulkServer server = new BulkServer(listening, lender, threads, stalls, patience);
        Thread.ofVirtual().name("bulk-accept").start(server::accept);
        return server;
    }

    int port() throws IOException {
        return ((InetSocketAddress) listening.getLocalAddress()).getPort();
    }

    private void accept() {
        while (listening.isOpen()) {
            try {
                SocketChannel client = listening.accept();
                if (room.tryAcquire()) {
                    open.add(client);
                    threads.execute(() -> serve(client));
                } else {
                    client.close();
                }
            } catch (ClosedChannelException _) {
                return;
            } catch (IOException | RuntimeException e) {
                LOG.atWarn().setCause(e).log("a bulk connection was not accepted");
                LockSupport.parkNanos(ACCEPT_PAUSE.toNanos());
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            BulkCall call = new BulkCall(client, lender, stalls, patience);
            while (call.next()) {
                call.answer();
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a bulk connection ended");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // The agent is closing.
        } finally {
            open.remove(client);
            room.release();
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (SocketChannel client : open) {
                client.close();
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a bulk connection does not close");
        }
    }
}
