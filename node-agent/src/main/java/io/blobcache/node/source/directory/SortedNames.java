package io.blobcache.node.source.directory;

import io.blobcache.node.posix.Beneath;
import io.blobcache.node.posix.DirectoryScan;
import io.blobcache.node.posix.PosixException;
import io.blobcache.node.source.Utf8Order;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The names of a directory in order, although the file system gives them in its own: one scan keeps the smallest keys
 * behind a given one. A directory of any size is read with that much memory; with 65,536 kept, one of a million names takes 16 scans.
 * The key of a directory is its name and a slash.
 */
final class SortedNames {
    private final int directoryFd;
    private final String afterKey;
    private final int maxKept;
    private final PriorityQueue<String> smallest = new PriorityQueue<>(Utf8Order.COMPARATOR.reversed());
    private boolean dropped;

    /**
     * @param keys in order
     * @param more whether the directory has keys behind the last of these
     */
    record Kept(List<String> keys, boolean more) {}

    private SortedNames(int directoryFd, String afterKey, int maxKept) {
        this.directoryFd = directoryFd;
        this.afterKey = afterKey;
        this.maxKept = maxKept;
    }

    static Kept behind(int directoryFd, String afterKey, int maxKept) throws PosixException {
        SortedNames names = new SortedNames(directoryFd, afterKey, maxKept);
        DirectoryScan.names(directoryFd, names::visit);
        List<String> keys = new ArrayList<>(names.smallest);
        Collections.sort(keys, Utf8Order.COMPARATOR);
        return new Kept(keys, names.dropped);
    }

    private void visit(String name, DirectoryScan.Hint hint) throws PosixException {
        String key = directory(name, hint) ? name + "/" : name;
        if (Utf8Order.COMPARATOR.compare(key, afterKey) <= 0) {
            return;
        }
        if (smallest.size() < maxKept) {
            smallest.add(key);
            return;
        }
        dropped = true;
        if (Utf8Order.COMPARATOR.compare(key, smallest.element()) < 0) {
            smallest.remove();
            smallest.add(key);
        }
    }

    private boolean directory(String name, DirectoryScan.Hint hint) throws PosixException {
        return switch (hint) {
            case DIRECTORY -> true;
            case OTHER -> false;
            case UNKNOWN -> Beneath.status(directoryFd, name).directory();
        };
    }
}
