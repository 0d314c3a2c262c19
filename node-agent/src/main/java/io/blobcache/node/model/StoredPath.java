package io.blobcache.node.model;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where stored content stands in a mount, beside what the source has: {@code .blobcache/by-digest/<64 hex>}. */
public final class StoredPath {
    /** A directory of ours at the root; one of this name in the source is not shown. */
    public static final String ROOT = ".blobcache";

    public static final String BY_DIGEST = ROOT + "/by-digest";

    private static final Pattern CONTENT = Pattern.compile("\\.blobcache/by-digest/[0-9a-f]{64}");

    private StoredPath() {}

    public static String of(String digest) {
        return BY_DIGEST + "/" + digest;
    }

    /** Whether a path belongs to this tree, whatever stands there. */
    public static boolean within(String path) {
        return path.equals(ROOT) || path.startsWith(ROOT + "/");
    }

    /** The digest that a path names; {@code null} if it is not of stored content. */
    public static @Nullable String digest(String path) {
        return CONTENT.matcher(path).matches() ? path.substring(BY_DIGEST.length() + 1) : null;
    }
}
