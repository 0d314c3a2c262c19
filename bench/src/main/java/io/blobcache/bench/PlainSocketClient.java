package io.blobcache.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.locks.ReentrantLock;

/** One connection to {@link PlainSocketServer}. It carries one read at a time: others wait for it. */
final class PlainSocketClient implements BlockTransport {
    private final SocketChannel channel;
    private final ByteBuffer request = ByteBuffer.allocateDirect(PlainSocketServer.REQUEST_BYTES);
    private final ReentrantLock lock = new ReentrantLock();

    private PlainSocketClient(SocketChannel channel) {
        this.channel = channel;
    }

    static PlainSocketClient connect(int port) throws IOException {
        SocketChannel channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new PlainSocketClient(channel);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
        lock.lock();
        try {
            request.clear().putLong(offset).putInt(target.remaining()).flip();
            while (request.hasRemaining()) {
                channel.write(request);
            }
            while (target.hasRemaining()) {
                if (channel.read(target) < 0) {
                    throw new EOFException("the server left " + target.remaining() + " bytes out");
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
