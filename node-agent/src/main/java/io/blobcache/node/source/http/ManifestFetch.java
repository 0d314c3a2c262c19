package io.blobcache.node.source.http;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.request.AttemptFailure;
import io.blobcache.node.source.request.BoundedStream;
import io.blobcache.node.source.request.Deadline;
import io.blobcache.node.source.request.Failures;
import io.blobcache.node.source.request.Retry;
import io.blobcache.node.source.request.Time;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The manifest as the server has it now: fetched when asked for, believed for a while, then asked for again by its
 * version. Thread-safe; one thread fetches and the others wait for it.
 */
final class ManifestFetch {
    /** As long as the mount believes an attribute by default; a manifest is fetched whole, so not for every stat. */
    private static final Duration TTL = Duration.ofSeconds(5);

    private final URI uri;
    private final HttpRequests requests;
    private final Retry retry;
    private final Time time;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Snapshot snapshot;

    private record Snapshot(ManifestTree tree, String eTag, long fetchedNanos) {}

    ManifestFetch(URI uri, HttpRequests requests, Retry retry, Time time) {
        this.uri = uri;
        this.requests = requests;
        this.retry = retry;
        this.time = time;
    }

    ManifestTree tree(String what) throws BlobException {
        Snapshot known = snapshot;
        if (known != null && fresh(known)) {
            return known.tree();
        }
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted(what + ": interrupted");
        }
        try {
            Snapshot current = snapshot;
            if (current == null || !fresh(current)) {
                Snapshot before = current;
                current = retry.call(what, ManifestParser.MAX_BYTES, deadline -> fetch(what, before, deadline));
                snapshot = current;
            }
            return current.tree();
        } finally {
            lock.unlock();
        }
    }

    private boolean fresh(Snapshot known) {
        return time.nanos() - known.fetchedNanos() < TTL.toNanos();
    }

    private static Map<String, String> condition(@Nullable Snapshot before) {
        return before == null || before.eTag().isEmpty() ? Map.of() : Map.of("If-None-Match", before.eTag());
    }

    private Snapshot fetch(String what, @Nullable Snapshot before, Deadline deadline) throws AttemptFailure {
        HttpRequests.Answer answer = requests.get(what, uri, condition(before));
        if (before != null && answer.head().statusCode() == 304) {
            answer.body().abort();
            return new Snapshot(before.tree(), before.eTag(), time.nanos());
        }
        try {
            Instant modified = HttpVersions.modified(answer.head());
            ManifestTree tree = new ManifestTree(
                    ManifestParser.parse(what, new BoundedStream(answer.body(), ManifestParser.MAX_BYTES, deadline)),
                    modified == null ? Instant.EPOCH : modified);
            return new Snapshot(tree, HttpVersions.strongETag(answer.head()), time.nanos());
        } catch (BlobException e) {
            throw AttemptFailure.last(e);
        } catch (IOException e) {
            throw Failures.ofNetwork(what, e).failure();
        } finally {
            answer.body().abort();
        }
    }
}
