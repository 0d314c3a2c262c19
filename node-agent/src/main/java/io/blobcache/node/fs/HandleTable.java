package io.blobcache.node.fs;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is open, by the number that the kernel gives back. Finding one takes no lock and allocates nothing: the lower
 * half of the number is a place, the upper half tells who has had it. Thread-safe.
 */
final class HandleTable<T> {
    private static final int SHELF = 1024;

    /** A million open files, as fs.file-max has it on a machine of 10 GB. */
    private static final int MAX_SHELVES = 1024;

    private final AtomicReferenceArray<@Nullable AtomicReferenceArray<@Nullable Slot<T>>> shelves =
            new AtomicReferenceArray<>(MAX_SHELVES);

    @GuardedBy("this")
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    @GuardedBy("this")
    private int used;

    @GuardedBy("this")
    private long turn;

    /** @return its handle, from 1; or 0 if a million are open */
    synchronized long add(T value) {
        Integer place = free.poll();
        if (place == null) {
            if (used == SHELF * MAX_SHELVES) {
                return 0;
            }
            place = used++;
        }
        AtomicReferenceArray<@Nullable Slot<T>> shelf = shelves.get(place / SHELF);
        if (shelf == null) {
            shelf = new AtomicReferenceArray<>(SHELF);
            shelves.set(place / SHELF, shelf);
        }
        // The turn keeps a released number from being another's; it comes round after two thousand million opens.
        turn = turn == Integer.MAX_VALUE ? 1 : turn + 1;
        long handle = (turn << 32) | place;
        shelf.set(place % SHELF, new Slot<>(handle, value));
        return handle;
    }

    /** @return {@code null} if no such handle is open */
    @Nullable
    T find(long handle) {
        Slot<T> slot = slot(handle);
        return slot == null ? null : slot.value;
    }

    /** @return what was open, which the caller closes; {@code null} if nothing was */
    synchronized @Nullable T remove(long handle) {
        Slot<T> slot = slot(handle);
        if (slot == null) {
            return null;
        }
        int place = (int) handle;
        AtomicReferenceArray<@Nullable Slot<T>> shelf = shelves.get(place / SHELF);
        if (shelf != null) {
            shelf.set(place % SHELF, null);
        }
        free.push(place);
        return slot.value;
    }

    synchronized int size() {
        return used - free.size();
    }

    /** Removes all and gives each to {@code closer}. */
    void drain(Consumer<T> closer) {
        for (int place = 0; place < used(); place++) {
            AtomicReferenceArray<@Nullable Slot<T>> shelf = shelves.get(place / SHELF);
            Slot<T> slot = shelf == null ? null : shelf.get(place % SHELF);
            T value = slot == null ? null : remove(slot.handle);
            if (value != null) {
                closer.accept(value);
            }
        }
    }

    private synchronized int used() {
        return used;
    }

    private @Nullable Slot<T> slot(long handle) {
        int place = (int) handle;
        if (place < 0 || place >= SHELF * MAX_SHELVES) {
            return null;
        }
        AtomicReferenceArray<@Nullable Slot<T>> shelf = shelves.get(place / SHELF);
        Slot<T> slot = shelf == null ? null : shelf.get(place % SHELF);
        return slot != null && slot.handle == handle ? slot : null;
    }

    private record Slot<T>(long handle, T value) {}
}
