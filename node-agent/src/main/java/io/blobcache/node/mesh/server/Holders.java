package io.blobcache.node.mesh.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Who got which block lately: when this agent has too much to do, they are named to those who come later. Thread-safe. */
final class Holders {
    /** A block that many want at once is one of few: 4,096 of 4 MiB are 16 GiB. */
    private static final int MAX_BLOCKS = 4096;

    /** After a minute without a request the crowd is over, and who got the block may have dropped it. */
    private static final Duration KEPT = Duration.ofMinutes(1);

    /** Of one block, the latest. */
    private static final int MAX_HOLDERS = 16;

    /** Named to one: if one of them does not have it, the next will. */
    private static final int NAMED = 3;

    /** As long as an id may be, which is a name of DNS. */
    private static final int MAX_ID_CHARACTERS = 253;

    private final Cache<BlockKey, Latest> holders;

    Holders(NanoClock clock) {
        this.holders = Caffeine.newBuilder()
                .maximumSize(MAX_BLOCKS)
                .expireAfterAccess(KEPT)
                .ticker(clock::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    /** @param memberId as the one who asked for the block says; may be empty, and need not be true */
    void gave(BlockKey key, String memberId) {
        if (!memberId.isEmpty() && memberId.length() <= MAX_ID_CHARACTERS) {
            holders.get(key, _ -> new Latest()).add(memberId);
        }
    }

    /** Some who got this block, others each time. */
    List<String> of(BlockKey key) {
        Latest latest = holders.getIfPresent(key);
        return latest == null ? List.of() : latest.some();
    }

    private static final class Latest {
        @GuardedBy("this")
        private final List<String> ids = new ArrayList<>(MAX_HOLDERS);

        @GuardedBy("this")
        private int added;

        @GuardedBy("this")
        private int named;

        synchronized void add(String id) {
            if (ids.contains(id)) {
                return;
            }
            if (ids.size() < MAX_HOLDERS) {
                ids.add(id);
            } else {
                ids.set(added % MAX_HOLDERS, id);
            }
            added = (added + 1) % MAX_HOLDERS;
        }

        synchronized List<String> some() {
            List<String> some = new ArrayList<>(NAMED);
            for (int i = 0; i < Math.min(NAMED, ids.size()); i++) {
                some.add(ids.get(named++ % ids.size()));
            }
            named %= MAX_HOLDERS;
            return some;
        }
    }
}
