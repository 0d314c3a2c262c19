package io.blobcache.node.mesh.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.mesh.members.Member;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Bulk connections to one peer, kept between requests. Thread-safe. */
final class BulkPool implements AutoCloseable {
    /** As many as blocks are fetched ahead at once by two readers; more are closed after their request. */
    private static final int MAX_IDLE = 8;

    /** Half of what the server allows: a request never meets a connection that is being closed. */
    private static final Duration MAX_IDLE_TIME = Duration.ofSeconds(30);

    private final Member member;
    private final Duration connectTimeout;
    private final LongSupplier nanoTime;

    @GuardedBy("this")
    private final Deque<Idle> idle = new ArrayDeque<>();

    @GuardedBy("this")
    private boolean closed;

    private record Idle(SocketChannel channel, long sinceNanos) {}

    BulkPool(Member member, Duration connectTimeout, LongSupplier nanoTime) {
        this.member = member;
        this.connectTimeout = connectTimeout;
        this.nanoTime = nanoTime;
    }

    /** One that was used before, the latest first; {@code null} if there is none. */
    @Nullable
    SocketChannel takeIdle() throws IOException {
        while (true) {
            Idle latest;
            synchronized (this) {
                latest = idle.pollFirst();
            }
            if (latest == null || nanoTime.getAsLong() - latest.sinceNanos() < MAX_IDLE_TIME.toNanos()) {
                return latest == null ? null : latest.channel();
            }
            latest.channel().close();
        }
    }

    /** @throws IOException if none stands within the connect timeout */
    SocketChannel connect(int port) throws IOException {
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket()
                    .connect(new InetSocketAddress(member.host(), port), Math.toIntExact(connectTimeout.toMillis()));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** After an answer that was read to its end. */
    void giveBack(SocketChannel channel) throws IOException {
        synchronized (this) {
            if (!closed && idle.size() < MAX_IDLE) {
                idle.addFirst(new Idle(channel, nanoTime.getAsLong()));
                return;
            }
        }
        channel.close();
    }

    @Override
    public void close() throws IOException {
        Deque<Idle> left;
        synchronized (this) {
            closed = true;
            left = new ArrayDeque<>(idle);
            idle.clear();
        }
        for (Idle connection : left) {
            connection.channel().close();
        }
    }
}
