package io.blobcache.node.warmup;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.NanoClock;
import java.time.Duration;

/**
 * Tries again what failed for a reason that may pass, with growing pauses. The source has tried each request several times
 * by itself before.
 */
record Attempts(int retries, NanoClock clock) {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(1);

    @FunctionalInterface
    interface Attempt<T> {
        /** @param number from 0 */
        T run(int number) throws BlobException, InterruptedException;
    }

    <T> T of(Attempt<T> attempt) throws BlobException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        for (int number = 0; ; number++) {
            try {
                return attempt.run(number);
            } catch (BlobException e) {
                if (number >= retries || !mayPass(e)) {
                    throw e;
                }
            }
            clock.sleep(pause.toNanos());
            pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
        }
    }

    private static boolean mayPass(BlobException reason) {
        return switch (reason) {
            case BlobException.Unavailable _,
                    BlobException.NoBuffer _,
                    BlobException.TimedOut _,
                    BlobException.Corrupt _,
                    BlobException.Changed _ -> true;
            case BlobException.NotFound _, BlobException.Denied _, BlobException.Interrupted _ -> false;
        };
    }
}
