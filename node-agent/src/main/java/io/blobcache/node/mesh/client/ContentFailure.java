package io.blobcache.node.mesh.client;

import java.io.IOException;

/** Another agent did not do what it was asked with a content; the message says why. */
public final class ContentFailure extends IOException {
    private static final long serialVersionUID = 1;

    public ContentFailure(String message) {
        super(message);
    }
}
