package io.blobcache.e2e.cluster;

import java.time.Duration;

/** A figure that a scenario measured, on a line of its own that begins with FIGURE, for docs/kubernetes.md. */
record Figure(String what) {

    void is(Duration value) {
        is("%.2f s".formatted(value.toMillis() / 1e3));
    }

    void is(String value) {
        System.out.println("FIGURE " + what + ": " + value);
    }
}
