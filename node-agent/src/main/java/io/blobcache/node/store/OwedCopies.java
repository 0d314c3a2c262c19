package io.blobcache.node.store;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which contents somebody else should have a copy of and has none, remembered in the directory of the store: after a crash
 * too. A disk that fails costs the memory of it, not the content. Thread-safe.
 */
public final class OwedCopies {
    private static final Logger LOG = LoggerFactory.getLogger(OwedCopies.class);

    private final StoreDirectory directory;
    private final Predicate<String> stored;

    /** @param stored whether a content is here */
    OwedCopies(StoreDirectory directory, Predicate<String> stored) {
        this.directory = directory;
        this.stored = stored;
    }

    /** Durable when it returns, if the disk lets it. */
    public void owe(String digest) {
        try {
            directory.owe(digest);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("digest", digest).setCause(e).log("a copy that is owed is forgotten at the end");
        }
    }

    /** The copy is there. */
    public void settle(String digest) {
        try {
            directory.settle(digest);
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("digest", digest).setCause(e).log("a copy is given again at the next start");
        }
    }

    /** Of what is stored here; marks of anything else are removed. */
    public List<String> all() {
        List<String> owed = new ArrayList<>();
        try {
            for (String digest : directory.owed()) {
                if (stored.test(digest)) {
                    owed.add(digest);
                } else {
                    LOG.atInfo().addKeyValue("digest", digest).log("a copy is owed of what is not here any more");
                    directory.settle(digest);
                }
            }
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("which copies are owed cannot be read");
        }
        return owed;
    }
}
