package io.blobcache.operator.agents;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * By how much two counters of one agent grew lately. An agent that was started anew counts from 0 again: what it shows is then
 * the growth. Not thread-safe.
 */
final class CounterWindow {
    private final Duration length;
    private final Deque<Reading> readings = new ArrayDeque<>();

    private record Reading(Instant time, long one, long other) {}

    /** Growth of the first and of the second counter. */
    record Growth(long one, long other) {}

    CounterWindow(Duration length) {
        this.length = length;
    }

    /** Readings come in the order of their times. */
    void add(Instant time, long one, long other) {
        Reading last = readings.peekLast();
        if (last != null && (one < last.one || other < last.other)) {
            readings.clear();
            readings.add(new Reading(last.time, 0, 0));
        }
        readings.add(new Reading(time, one, other));
        // The one before the window stays: growth is counted from there.
        while (readings.size() > 2 && second().time.isBefore(time.minus(length))) {
            readings.removeFirst();
        }
    }

    /** None before there are two readings. */
    Growth growth() {
        Reading first = readings.peekFirst();
        Reading last = readings.peekLast();
        return first == null || last == null
                ? new Growth(0, 0)
                : new Growth(last.one - first.one, last.other - first.other);
    }

    private Reading second() {
        return readings.stream().skip(1).findFirst().orElseThrow();
    }
}
