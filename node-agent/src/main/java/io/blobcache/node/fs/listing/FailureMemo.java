package io.blobcache.node.fs.listing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.model.BlobException;
import java.time.InstantSource;

/** Remembers for a second that a path could not be asked for: a hundred readers of it are one request. */
public final class FailureMemo {
    private static final long PAUSE_MILLIS = 1000;

    /** Paths that fail at once; one more is only asked for sooner. */
    private static final int MAX_PATHS = 4096;

    private final InstantSource clock;
    private final Cache<String, Failed> failures =
            Caffeine.newBuilder().maximumSize(MAX_PATHS).executor(Runnable::run).build();

    public FailureMemo(InstantSource clock) {
        this.clock = clock;
    }

    public void remember(String path, BlobException failure) {
        failures.put(path, new Failed(failure, clock.millis()));
    }

    public boolean remembers(String path) {
        Failed failed = failures.getIfPresent(path);
        return failed != null && young(failed);
    }

    /** Throws what the last attempt threw, if that was less than a second ago. */
    public void rethrow(String path) throws BlobException {
        Failed failed = failures.getIfPresent(path);
        if (failed != null && young(failed)) {
            throw failed.failure;
        }
    }

    private boolean young(Failed failed) {
        long age = clock.millis() - failed.atMillis;
        return age >= 0 && age < PAUSE_MILLIS;
    }

    private record Failed(BlobException failure, long atMillis) {}
}
