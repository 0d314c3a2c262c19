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
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Each with whether it is answering a request, or has been closed because it was not. */
    private final Map<SocketChannel, AtomicBoolean> open = new ConcurrentHashMap<>();

    private volatile boolean draining;

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
                    AtomicBoolean answering = new AtomicBoolean();
                    open.put(client, answering);
                    threads.execute(() -> serve(client, answering));
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

    private void serve(SocketChannel client, AtomicBoolean answering) {
        try (client) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            BulkCall call = new BulkCall(client, lender, stalls, patience);
            while (!draining && call.next() && answering.compareAndSet(false, true)) {
                call.answer();
                answering.set(false);
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

    /**
     * From now on no connection and no request is taken. What is being answered may end, all else is closed at once: a client
     * whose connection ends before an answer begins asks in another way. Does not wait.
     */
    void drain() {
        draining = true;
        try {
            listening.close();
            for (Map.Entry<SocketChannel, AtomicBoolean> each : open.entrySet()) {
                if (each.getValue().compareAndSet(false, true)) {
                    each.getKey().close();
                }
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a bulk connection does not close");
        }
    }

    /** After {@link #drain}, once: whether all connections ended within the time. */
    boolean awaitDrained(long nanos) throws InterruptedException {
        return room.tryAcquire(MAX_CONNECTIONS, nanos, TimeUnit.NANOSECONDS);
    }

    /** Cuts off what is still being answered. */
    @Override
    public void close() {
        drain();
        try {
            for (SocketChannel client : open.keySet()) {
                client.close();
            }
        } catch (IOException e) {
            LOG.atDebug().setCause(e).log("a bulk connection does not close");
        }
    }
}
