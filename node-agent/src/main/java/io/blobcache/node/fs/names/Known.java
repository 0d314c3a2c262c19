package io.blobcache.node.fs.names;

import io.blobcache.node.fs.listing.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What the source said of a name.
 *
 * @param entry          {@code null}: nothing stands there
 * @param askedMillis    when it was asked: of two answers the younger counts
 * @param arrivedMillis  when it answered; from then on the answer is believed for {@code believedMillis}
 */
public record Known(@Nullable Entry entry, long askedMillis, long arrivedMillis, long believedMillis) {

    /** A clock that was set back makes an answer old, not young for ever. */
    public boolean freshAt(long nowMillis) {
        return leftAt(nowMillis) > 0;
    }

    /** How much longer it is believed. */
    public long leftAt(long nowMillis) {
        long age = nowMillis - arrivedMillis;
        return age < 0 ? 0 : Math.max(0, believedMillis - age);
    }
}
