package io.blobcache.node.fs;

import io.blobcache.node.fuse.DirectorySink;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseEntry;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A sink of a given capacity that keeps what it was given. */
final class Listed implements DirectorySink {
    final List<Item> items = new ArrayList<>();
    private final boolean attributes;
    private final int capacity;

    record Item(
            String name,
            long inode,
            FileType type,
            @Nullable FuseEntry entry,
            long nextCookie) {}

    Listed(boolean attributes, int capacity) {
        this.attributes = attributes;
        this.capacity = capacity;
    }

    @Override
    public boolean wantsAttributes() {
        return attributes;
    }

    @Override
    public boolean add(String name, long inode, FileType type, long nextCookie) {
        return add(new Item(name, inode, type, null, nextCookie));
    }

    @Override
    public boolean addWithAttributes(String name, @Nullable FuseEntry entry, FileType type, long nextCookie) {
        return add(new Item(name, entry == null ? 0 : entry.inode(), type, entry, nextCookie));
    }

    private boolean add(Item item) {
        return items.size() < capacity && items.add(item);
    }
}
