package io.blobcache.operator.warmup;

import io.blobcache.crd.StatusCondition;
import io.blobcache.crd.WarmupStatus;
import io.blobcache.operator.status.Figure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The status of a warmup, being written: what it was, and what is new. */
final class Draft {
    private static final int MAX_FAILURE = 1024;

    @Nullable
    String run;

    @Nullable
    Instant start;

    @Nullable
    Instant completion;

    @Nullable
    Instant nextRun;

    private @Nullable Integer progressPercent;
    private @Nullable Long files;
    private @Nullable Long warmedFiles;
    private @Nullable Long failedFiles;
    private @Nullable String warmed;
    private @Nullable String speed;
    private @Nullable String failure;

    Draft(@Nullable WarmupStatus before) {
        if (before != null) {
            run = before.run();
            start = instant(before.startTime());
            completion = instant(before.completionTime());
            nextRun = instant(before.nextRun());
            progressPercent = before.progressPercent();
            files = before.files();
            warmedFiles = before.warmedFiles();
            failedFiles = before.failedFiles();
            warmed = before.warmed();
            speed = before.speed();
            failure = before.failure();
        }
    }

    boolean underWay() {
        return run != null && completion == null;
    }

    /** Of one that has run. */
    String run() {
        return Objects.requireNonNull(run);
    }

    void begin(String newRun, Instant at) {
        run = newRun;
        start = at;
        completion = null;
        progressPercent = null;
        files = null;
        warmedFiles = null;
        failedFiles = null;
        warmed = null;
        speed = null;
        failure = null;
    }

    void take(Progress progress) {
        files = progress.files();
        warmedFiles = progress.warmedFiles();
        failedFiles = progress.failedFiles();
        warmed = Figure.text(progress.warmedBytes());
        speed = Figure.text(progress.speed());
        progressPercent = progress.counted() ? percent(progress.warmedBytes(), progress.bytes()) : null;
        List<String> first = progress.unable().isEmpty() ? progress.failures() : progress.unable();
        failure = first.isEmpty()
                ? null
                : first.getFirst()
                        .substring(0, Math.min(MAX_FAILURE, first.getFirst().length()));
    }

    /** The speed of the whole is told from then on. */
    void end(Progress progress, Instant at) {
        completion = at;
        warmedFiles = progress.unable().isEmpty() ? progress.files() - progress.failedFiles() : progress.warmedFiles();
        long seconds =
                start == null ? 1 : Math.max(1, Duration.between(start, at).toSeconds());
        speed = Figure.text(progress.fetchedBytes() / seconds);
    }

    WarmupStatus status(long generation, List<StatusCondition> conditions) {
        return new WarmupStatus(
                generation,
                conditions,
                run,
                progressPercent,
                files,
                warmedFiles,
                failedFiles,
                warmed,
                speed,
                failure,
                text(start),
                text(completion),
                text(nextRun));
    }

    private static int percent(long part, long whole) {
        return whole == 0 ? 100 : (int) Math.clamp(100 * (double) part / whole, 0, 100);
    }

    private static @Nullable Instant instant(@Nullable String text) {
        return text == null ? null : Instant.parse(text);
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}
