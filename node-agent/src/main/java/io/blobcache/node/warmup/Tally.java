package io.blobcache.node.warmup;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.warmup.WarmupProgress.Failure;
import io.blobcache.node.warmup.WarmupProgress.State;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** What is counted of one pass of a run. Thread-safe. */
final class Tally {
    /** Told with their reasons; the others are counted. */
    static final int MAX_FAILURES = 20;

    private static final int MAX_REASON = 300;

    final AtomicLong files = new AtomicLong();
    final AtomicLong warmedFiles = new AtomicLong();
    final AtomicLong bytes = new AtomicLong();
    final AtomicLong warmedBytes = new AtomicLong();
    final AtomicLong fetchedBytes;

    @GuardedBy("this")
    private final Map<String, String> failures = new LinkedHashMap<>();

    @GuardedBy("this")
    private long failedFiles;

    private volatile State state = State.COUNTING;

    /** @param fetchedBytes of the passes before */
    Tally(long fetchedBytes) {
        this.fetchedBytes = new AtomicLong(fetchedBytes);
    }

    void state(State now) {
        state = now;
    }

    State state() {
        return state;
    }

    /** The same path a second time counts once, as far as it is remembered. */
    synchronized boolean fail(String path, String reason) {
        if (failures.containsKey(path)) {
            return false;
        }
        failedFiles++;
        if (failures.size() < MAX_FAILURES) {
            failures.put(path, reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
        }
        return true;
    }

    synchronized WarmupProgress progress(String id) {
        return new WarmupProgress(
                id,
                state,
                files.get(),
                warmedFiles.get(),
                failedFiles,
                bytes.get(),
                warmedBytes.get(),
                fetchedBytes.get(),
                failures.entrySet().stream()
                        .map(failure -> new Failure(failure.getKey(), failure.getValue()))
                        .toList());
    }
}
