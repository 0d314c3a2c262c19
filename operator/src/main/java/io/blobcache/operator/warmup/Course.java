package io.blobcache.operator.warmup;

import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.crd.StatusCondition;
import io.blobcache.crd.WarmupSpec;
import io.blobcache.crd.WarmupStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a warmup: a function of what was seen of it and of its own status before, so that an operator that is
 * started anew goes on where the other one was.
 *
 * @param status  to be told
 * @param changed whether it differs from what was told: if it does not, nothing is written
 * @param news    conditions to be announced
 * @param again   when to look again; zero if only an event brings anything new
 * @param delete  its time is over
 */
public record Course(WarmupStatus status, boolean changed, List<StatusCondition> news, Duration again, boolean delete) {
    /** Each walks and fetches on its own; agents fetch as much at once however many there are. */
    static final int MAX_UNDER_WAY = 8;

    /** A cache of which an agent is missing for so long is warmed as it is. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration LOOK = Duration.ofSeconds(10);

    /** Agents' answers are events; this is for one that got lost. */
    private static final Duration LOOK_WHILE_RUNNING = Duration.ofSeconds(30);

    /** Whether agents are to work at it: not while it is suspended, or being deleted. */
    public static boolean underWay(BlobCacheWarmup warmup) {
        return Work.underWay(warmup) != null;
    }

    public static Course of(Seen seen) {
        return new Planning(seen).course();
    }

    /** One look. */
    private static final class Planning {
        private final Seen seen;
        private final WarmupSpec spec;
        private final Instant now;
        private final @Nullable WarmupStatus before;
        private final Draft draft;

        Planning(Seen seen) {
            this.seen = seen;
            this.spec = seen.warmup().getSpec();
            this.now = seen.now();
            this.before = seen.warmup().getStatus();
            this.draft = new Draft(before);
        }

        Course course() {
            Optional<Schedule> schedule;
            try {
                schedule = Optional.ofNullable(spec.schedule()).map(Schedule::of);
            } catch (IllegalArgumentException e) {
                String message = "spec.schedule '%s': %s".formatted(spec.schedule(), e.getMessage());
                return told(new Conditions(false, true, "InvalidSchedule", message), Duration.ZERO);
            }
            Work work = Work.of(spec);
            if (seen.cache() == Seen.Cache.MISSING) {
                String message = "there is no BlobCache %s in this namespace".formatted(spec.cacheName());
                return told(Conditions.waiting("CacheMissing", message), Duration.ZERO);
            } else if (Boolean.TRUE.equals(spec.suspend())) {
                draft.nextRun = null;
                return told(Conditions.waiting("Suspended", "spec.suspend is true"), Duration.ZERO);
            } else if (draft.underWay() && work.isOf(draft.run())) {
                return running(work, schedule);
            }
            Instant due = due(work, schedule);
            if (due == null) {
                return over();
            } else if (due.isAfter(now)) {
                return scheduled(due);
            }
            return begin(work, schedule, due);
        }

        /** When a run is to begin; {@code null} if none is. */
        private @Nullable Instant due(Work work, Optional<Schedule> schedule) {
            Instant created = Instant.parse(seen.warmup().getMetadata().getCreationTimestamp());
            if (draft.underWay()) {
                return now; // Of something else by now.
            } else if (schedule.isPresent()) {
                Instant last = draft.start == null ? created : draft.start;
                return schedule.get().after(last).orElse(null);
            }
            return draft.run == null ? created : work.isOf(draft.run()) ? null : now;
        }

        private Course begin(Work work, Optional<Schedule> schedule, Instant due) {
            boolean late = Duration.between(due, now).compareTo(PATIENCE) >= 0;
            if (seen.cache() == Seen.Cache.UNABLE || (seen.cache() == Seen.Cache.INCOMPLETE && !late)) {
                String message = "not all agents of %s serve and know each other".formatted(spec.cacheName());
                return told(Conditions.waiting("WaitingForCache", message), LOOK);
            } else if (seen.others() >= MAX_UNDER_WAY) {
                String message = seen.others() + " other warmups are under way";
                return told(Conditions.waiting("WaitingForTurn", message), LOOK);
            }
            Instant start = now.truncatedTo(ChronoUnit.SECONDS);
            draft.begin(work.run(start), start);
            draft.nextRun = next(schedule, now);
            return told(running(), LOOK_WHILE_RUNNING);
        }

        private Course running(Work work, Optional<Schedule> schedule) {
            Progress progress = Progress.of(seen.answers(), work, Work.id(seen.warmup(), draft.run()));
            draft.nextRun = next(schedule, now);
            // Answers from before it began know nothing of it.
            if (progress.agents() > 0) {
                draft.take(progress);
            }
            if (!progress.over()) {
                return told(running(), LOOK_WHILE_RUNNING);
            }
            draft.end(progress, now.truncatedTo(ChronoUnit.SECONDS));
            return told(outcome(progress), LOOK);
        }

        private static Conditions running() {
            return Conditions.waiting("Running", "agents fetch what is missing");
        }

        private Conditions outcome(Progress progress) {
            if (!progress.unable().isEmpty()) {
                String message = String.join("; ", progress.unable());
                return new Conditions(false, true, "AgentsUnable", message);
            } else if (progress.failed()) {
                String message = "%d of %d files failed: %s"
                        .formatted(progress.failedFiles(), progress.files(), String.join("; ", progress.failures()));
                return new Conditions(false, true, "FilesFailed", message);
            }
            return new Conditions(true, false, "Warmed", progress.files() + " files are there");
        }

        private Course over() {
            Duration ttl = spec.schedule() == null ? Work.ttl(spec) : null;
            if (ttl != null && draft.completion != null) {
                Duration left = Duration.between(now, draft.completion.plus(ttl));
                return left.isPositive() ? unchanged(left, false) : unchanged(Duration.ZERO, true);
            }
            return unchanged(Duration.ZERO, false);
        }

        private Course scheduled(Instant due) {
            draft.nextRun = due;
            Duration until = Duration.between(now, due).plusMillis(1);
            if (draft.run != null) {
                return kept(until, false);
            }
            return told(Conditions.waiting("Scheduled", "the first run is at " + due), until);
        }

        private static @Nullable Instant next(Optional<Schedule> schedule, Instant after) {
            return schedule.flatMap(times -> times.after(after)).orElse(null);
        }

        private Course unchanged(Duration again, boolean delete) {
            draft.nextRun = null;
            return kept(again, delete);
        }

        /** Of the last run all stays as it was told. */
        private Course kept(Duration again, boolean delete) {
            List<StatusCondition> conditions =
                    before == null || before.conditions() == null ? List.of() : before.conditions();
            WarmupStatus status = draft.status(seen.warmup().getMetadata().getGeneration(), conditions);
            return new Course(status, !status.equals(before), List.of(), again, delete);
        }

        private Course told(Conditions claims, Duration again) {
            long generation = seen.warmup().getMetadata().getGeneration();
            List<StatusCondition> conditions = claims.at(generation, before, now);
            WarmupStatus status = draft.status(generation, conditions);
            return new Course(status, !status.equals(before), Conditions.news(conditions, before), again, false);
        }
    }
}
