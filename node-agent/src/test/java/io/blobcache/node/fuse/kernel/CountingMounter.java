package io.blobcache.node.fuse.kernel;

import io.blobcache.node.mounter.FuseDevice;
import io.blobcache.node.mounter.Mounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Registers backing files in a set; mounts nothing. */
final class CountingMounter implements Mounter {
    final Set<Integer> registered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger registrations = new AtomicInteger();
    volatile boolean failing;

    /** Since the beginning. */
    int registrations() {
        return registrations.get();
    }

    @Override
    public FuseDevice mount(Path directory, String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unmount(FuseDevice device) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean unmountIfIdle(FuseDevice device) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void abort(FuseDevice device) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int registerBacking(FuseDevice device, int fileFd) throws IOException {
        int id = registrations.incrementAndGet();
        if (failing) {
            throw new IOException("no passthrough here");
        }
        registered.add(id);
        return id;
    }

    @Override
    public void unregisterBacking(FuseDevice device, int backingId) throws IOException {
        if (!registered.remove(backingId)) {
            throw new IOException("not registered: " + backingId);
        }
    }

    @Override
    public void readAhead(FuseDevice device, int bytes) {}
}
