package io.blobcache.operator.warmup;

import io.blobcache.crd.StatusCondition;
import io.blobcache.crd.WarmupStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The two conditions of a warmup, which say the same from both sides: what people wait for, and what they are warned of. */
record Conditions(boolean complete, boolean failed, String reason, String message) {
    private static final int MAX_MESSAGE = 1024;

    static Conditions waiting(String reason, String message) {
        return new Conditions(false, false, reason, message);
    }

    List<StatusCondition> at(long generation, @Nullable WarmupStatus before, Instant now) {
        return List.of(
                condition("Complete", complete, generation, before, now),
                condition("Failed", failed, generation, before, now));
    }

    /** What is news: a condition that is true now, and what a warmup that is not at its end does or waits for. */
    static List<StatusCondition> news(List<StatusCondition> now, @Nullable WarmupStatus before) {
        return now.stream()
                .filter(condition -> {
                    StatusCondition old = find(before, condition.type());
                    boolean same = old != null
                            && old.status().equals(condition.status())
                            && old.reason().equals(condition.reason());
                    return !same
                            && (condition.status().equals("True")
                                    || condition.type().equals("Complete"));
                })
                .filter(condition -> condition.status().equals("True")
                        || now.stream().noneMatch(other -> other.status().equals("True")))
                .toList();
    }

    private StatusCondition condition(
            String type, boolean holds, long generation, @Nullable WarmupStatus before, Instant now) {
        String status = holds ? "True" : "False";
        StatusCondition old = find(before, type);
        String since = old != null && old.status().equals(status)
                ? old.lastTransitionTime()
                : now.truncatedTo(ChronoUnit.SECONDS).toString();
        String shown = message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) : message;
        return new StatusCondition(type, status, generation, since, reason, shown);
    }

    private static @Nullable StatusCondition find(@Nullable WarmupStatus status, String type) {
        List<StatusCondition> all = status == null ? null : status.conditions();
        return all == null
                ? null
                : all.stream()
                        .filter(condition -> condition.type().equals(type))
                        .findFirst()
                        .orElse(null);
    }
}
