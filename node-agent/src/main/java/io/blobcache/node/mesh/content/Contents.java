package io.blobcache.node.mesh.content;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.store.Elsewhere;
import io.blobcache.node.store.SourceWithStored;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.TieredReader;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Finds content: here, else at those whose task it is to keep it. What another agent asks for is looked up here only. Thread-safe. */
final class Contents {
    private final ContentStore store;
    private final Elsewhere elsewhere;
    private final TieredReader reader;
    private final BlockSize blockSize;

    Contents(ContentStore store, Elsewhere elsewhere, TieredReader reader, BlockSize blockSize) {
        this.store = store;
        this.elsewhere = elsewhere;
        this.reader = reader;
        this.blockSize = blockSize;
    }

    /** @return empty if those who were asked do not have it */
    OptionalLong lengthOf(String digest, boolean fromPeer) {
        OptionalLong here = store.lengthOf(digest);
        return here.isPresent() || fromPeer ? here : elsewhere.lengthOf(digest);
    }

    /** @return {@code null} if those who were asked do not have it */
    @Nullable
    OpenContent open(String digest, boolean fromPeer) throws BlobException {
        if (store.lengthOf(digest).isPresent()) {
            return new OpenContent.Here(store.read(digest));
        }
        OptionalLong there = lengthOf(digest, fromPeer);
        return there.isEmpty()
                ? null
                : new OpenContent.There(
                        reader, new BlobBlocks(SourceWithStored.blob(digest, there.getAsLong()), blockSize));
    }
}
