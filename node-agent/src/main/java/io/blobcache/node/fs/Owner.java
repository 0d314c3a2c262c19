package io.blobcache.node.fs;

/** To whom every file of a mount belongs. */
public record Owner(int userId, int groupId) {
    public static final Owner ROOT = new Owner(0, 0);
}
