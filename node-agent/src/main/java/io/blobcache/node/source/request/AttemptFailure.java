package io.blobcache.node.source.request;

import io.blobcache.node.model.BlobException;
import java.time.Duration;

/** An attempt that failed: what the caller is told if it was the last one, and whether another one may help. */
public final class AttemptFailure extends Exception {
    private static final long serialVersionUID = 1;

    /** What another attempt is worth. */
    enum Hope {
        NONE,
        /** After a pause, as often as configured. */
        RETRY,
        /** At once, a single time: something about the request has been renewed. */
        ONCE
    }

    private final transient BlobException verdict;
    private final transient Hope hope;
    private final transient Duration retryAfter;

    private AttemptFailure(BlobException verdict, Hope hope, Duration retryAfter) {
        super(verdict);
        this.verdict = verdict;
        this.hope = hope;
        this.retryAfter = retryAfter;
    }

    /** The answer will not change: the source has spoken. */
    public static AttemptFailure last(BlobException verdict) {
        return new AttemptFailure(verdict, Hope.NONE, Duration.ZERO);
    }

    public static AttemptFailure retryable(BlobException verdict) {
        return new AttemptFailure(verdict, Hope.RETRY, Duration.ZERO);
    }

    /** @param retryAfter the source asked for a pause of at least this */
    public static AttemptFailure retryable(BlobException verdict, Duration retryAfter) {
        return new AttemptFailure(verdict, Hope.RETRY, retryAfter);
    }

    /** Something was renewed, such as credentials: one more attempt, without a pause. */
    public static AttemptFailure renewed(BlobException verdict) {
        return new AttemptFailure(verdict, Hope.ONCE, Duration.ZERO);
    }

    public BlobException verdict() {
        return verdict;
    }

    Hope hope() {
        return hope;
    }

    Duration retryAfter() {
        return retryAfter;
    }
}
