package io.blobcache.node.tier;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs whose bytes are not those of their digest. One that was served before that was known is refused from then on:
 * each further try would serve the wrong bytes again until the next verdict. Thread-safe.
 */
public final class RefusedBlobs {
    /** A megabyte of ids; a source of which so many files are wrong has another problem. */
    private static final int MAX_KEPT = 10_000;

    private static final Logger log = LoggerFactory.getLogger(RefusedBlobs.class);

    private final Cache<BlobId, Blob> reported =
            Caffeine.newBuilder().maximumSize(MAX_KEPT).executor(Runnable::run).build();
    private final Cache<BlobId, Blob> refused =
            Caffeine.newBuilder().maximumSize(MAX_KEPT).executor(Runnable::run).build();
    private final ReadCounters counters;
    private volatile boolean any;

    public RefusedBlobs(ReadCounters counters) {
        this.counters = counters;
    }

    /** The whole of a blob turned out wrong after parts of it were served: every read of it fails from now on. */
    public void refuse(Blob blob) {
        refused.put(blob.id(), blob);
        any = true;
        report(blob);
    }

    /** The whole of a blob turned out wrong before a byte of it was served. Logged once. */
    void report(Blob blob) {
        counters.corruptBlobs.increment();
        if (reported.asMap().putIfAbsent(blob.id(), blob) == null) {
            log.atError()
                    .addKeyValue("event", "SourceIntegrity")
                    .addKeyValue("path", blob.path())
                    .addKeyValue("expected", blob.version())
                    .log("the source's bytes are not those of the digest: correct the file or the manifest");
        }
    }

    /** One volatile read while nothing is refused. */
    void check(Blob blob) throws BlobException {
        if (any && refused.getIfPresent(blob.id()) != null) {
            throw new BlobException.Corrupt(
                    "%s: the source's bytes are not those of its digest %s: correct the file or the manifest, and mount anew"
                            .formatted(blob.path(), blob.version()));
        }
    }
}
