package io.blobcache.bench;

import java.io.IOException;

/** The server said that it cannot answer now and is to be asked again; nothing is broken. */
final class Busy extends IOException {
    private static final long serialVersionUID = 1;

    Busy(String message) {
        super(message);
    }
}
