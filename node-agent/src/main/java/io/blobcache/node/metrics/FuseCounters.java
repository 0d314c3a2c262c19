package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Requests of the kernel by operation: how many, how long, how many failed. */
public final class FuseCounters {

    /** The operations that are told apart; all others are OTHER. */
    public enum Operation {
        LOOKUP,
        GETATTR,
        READLINK,
        OPEN,
        READ,
        RELEASE,
        OPENDIR,
        READDIR,
        READDIRPLUS,
        RELEASEDIR,
        FORGET,
        STATFS,
        INTERRUPT,
        OTHER
    }

    private static final int OPERATIONS = Operation.values().length;

    private final Durations[] durations =
            Stream.generate(Durations::new).limit(OPERATIONS).toArray(Durations[]::new);

    private final LongAdder[] errors =
            Stream.generate(Counting::adder).limit(OPERATIONS).toArray(LongAdder[]::new);

    /**
     * Allocates nothing.
     *
     * @param beganNanos System.nanoTime of its arrival
     */
    public void answeredSince(Operation operation, long beganNanos, boolean failed) {
        if (Counting.ON) {
            answered(operation, System.nanoTime() - beganNanos, failed);
        }
    }

    /** The same of one whose duration is known. */
    public void answered(Operation operation, long nanos, boolean failed) {
        durations[operation.ordinal()].add(nanos);
        if (failed) {
            errors[operation.ordinal()].increment();
        }
    }

    Durations durations(Operation operation) {
        return durations[operation.ordinal()];
    }

    public long count(Operation operation) {
        return durations(operation).count();
    }

    public long totalNanos(Operation operation) {
        return durations(operation).totalNanos();
    }

    public long errors(Operation operation) {
        return errors[operation.ordinal()].sum();
    }
}
