package io.blobcache.node.mesh.call;

import io.blobcache.node.model.BlobException;
import io.grpc.StatusException;

/** What a method with one request does; it may wait. */
@FunctionalInterface
public interface Answerer<Q, R> {
    /**
     * @param fromPeer whether another agent asks, whose request is not passed on
     * @throws InterruptedException if the client has given up
     */
    void answer(Q request, boolean fromPeer, RequestCall<Q, R> responses)
            throws BlobException, StatusException, InterruptedException;
}
