package io.blobcache.node.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.BitSet;

/** A block list, and which of its blocks were compared with it since the start. Thread-safe. */
final class CheckedBlocks {
    /** The object, its keys and its entry. */
    private static final int OVERHEAD_BYTES = 400;

    private final BlockList list;

    @GuardedBy("this")
    private final BitSet checked = new BitSet();

    CheckedBlocks(BlockList list) {
        this.list = list;
    }

    BlockList list() {
        return list;
    }

    int weightBytes() {
        return list.digestsBytes() + list.count() / Byte.SIZE + OVERHEAD_BYTES;
    }

    synchronized boolean isChecked(int index) {
        return checked.get(index);
    }

    synchronized void check(int index) {
        checked.set(index);
    }
}
