package io.blobcache.bench;

import java.io.IOException;

/** How a server of {@code bench/run} says where it is, and how long it lives: as long as the program that started it. */
final class Announcement {
    private Announcement() {}

    /** Prints the port as a line and returns when standard input ends, which it does with whoever holds its other end. */
    static void untilInputEnds(int port) throws IOException {
        System.out.println(port);
        System.out.flush();
        while (System.in.read() >= 0) {
            // Nothing is ever said here.
        }
    }
}
