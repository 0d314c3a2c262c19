package io.blobcache.node.mesh;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.StoredPath;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.tier.Peers;
import java.lang.foreign.MemorySegment;

/** Peers that are not asked for what this agent has stored. */
record LocalFirst(Peers peers, ContentStore store) implements Peers {

    @Override
    public boolean areAsked(Blob blob, long offset) {
        String digest = StoredPath.digest(blob.path());
        return (digest == null || store.lengthOf(digest).isEmpty()) && peers.areAsked(blob, offset);
    }

    @Override
    public boolean selfOwns(Blob blob, long offset) {
        return peers.selfOwns(blob, offset);
    }

    @Override
    public void prove(Blob blob) throws BlobException {
        peers.prove(blob);
    }

    @Override
    public boolean read(Blob blob, BlockKey key, long offset, MemorySegment into) throws BlobException {
        return peers.read(blob, key, offset, into);
    }
}
