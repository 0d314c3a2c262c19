package io.blobcache.node.simulation;

/** Everything that was said in a run, as one number: two runs that differ in anything differ in it. */
final class Trace {
    enum Kind {
        ASK,
        ANSWER,
        SOURCE,
        READ,
        FAULT
    }

    /** FNV-1a, 64 bits. */
    private static final long PRIME = 0x100000001b3L;

    private long hash = 0xcbf29ce484222325L;
    private long events;

    void add(long nanos, Kind kind, long... details) {
        events++;
        mix(nanos);
        mix(kind.ordinal());
        for (long detail : details) {
            mix(detail);
        }
    }

    long hash() {
        return hash;
    }

    long events() {
        return events;
    }

    private void mix(long value) {
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            hash = (hash ^ ((value >>> shift) & 0xff)) * PRIME;
        }
    }
}
