package io.blobcache.node.mesh.client;

import io.blobcache.node.mesh.members.Member;

/** The network, as far as peers are reached by it. Thread-safe. */
interface Lines extends AutoCloseable {

    /** A line to a member, which connects when it is first used. */
    Line to(Member member);

    /**
     * Says something once over a line to this agent itself, so that nothing of it has to be loaded later. Waits 10 s at
     * most.
     *
     * @param self where this agent serves its peers
     */
    void rehearse(Member self);

    @Override
    void close();
}
