package io.blobcache.node.source.request;

import org.jspecify.annotations.Nullable;

/** Looks through the causes of an exception. */
public final class ExceptionChain {
    /** Longer chains than this are loops. */
    private static final int MAX_LINKS = 20;

    private ExceptionChain() {}

    /** The outermost exception of a type, the given one included. */
    public static <T extends Throwable> @Nullable T find(Throwable e, Class<T> type) {
        Throwable link = e;
        for (int i = 0; i < MAX_LINKS && link != null; i++) {
            if (type.isInstance(link)) {
                return type.cast(link);
            }
            link = link.getCause();
        }
        return null;
    }
}
