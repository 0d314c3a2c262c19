package io.blobcache.node.mesh.client;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Whom this agent asks for what, by the list of members in force. Thread-safe. */
final class Candidates {
    private final String self;
    private final KnownPeers peers;
    private volatile Seen seen = new Seen(Members.NONE, Placement.seenBy("", Members.NONE));

    private record Seen(Members members, Placement placement) {}

    /** @param self this agent's id among the members; one that is not among them owns nothing and asks all the same */
    Candidates(String self, KnownPeers peers) {
        this.self = self;
        this.peers = peers;
    }

    /** Takes a new list of members, and how this agent sees it. */
    void take(Members members, Placement placement) {
        seen = new Seen(members, placement);
        peers.retain(members);
    }

    /** Whether somebody else comes before this agent. Makes no connection. */
    boolean includeOthers(Blob blob, long offset) {
        List<Member> candidates = seen.placement().candidates(blob.id(), offset);
        return (!candidates.isEmpty() && !isSelf(candidates.getFirst()))
                || leaving(blob, offset).isPresent();
    }

    /** Whether this agent comes first; not while it knows of nobody. */
    boolean startWithSelf(Blob blob, long offset) {
        List<Member> candidates = seen.placement().candidates(blob.id(), offset);
        return !candidates.isEmpty() && isSelf(candidates.getFirst());
    }

    /** Those before this agent itself, which is as near to the source as those after it; the owner first. */
    List<Peer> nearerThanSelf(Blob blob, long offset) {
        List<Peer> others = new ArrayList<>(Placement.MAX_CANDIDATES);
        for (Member member : seen.placement().candidates(blob.id(), offset)) {
            if (isSelf(member)) {
                break;
            }
            others.add(peers.of(member));
        }
        return others;
    }

    /** The owner until a moment ago, which is about to leave. */
    Optional<Peer> leavingOwner(Blob blob, long offset) {
        return leaving(blob, offset).map(peers::of);
    }

    /** Of stored content all blocks have one owner, by the digest. This agent itself need not have it, being the owner. */
    List<Peer> keepers(String digest, int most) {
        return ofContent(digest)
                .filter(member -> !isSelf(member))
                .limit(most)
                .map(peers::of)
                .toList();
    }

    /** Of stored content; empty if it is this agent itself. */
    List<Peer> owner(String digest) {
        return ofContent(digest)
                .limit(1)
                .filter(member -> !isSelf(member))
                .map(peers::of)
                .toList();
    }

    /** Whether it is this agent itself. */
    boolean selfOwns(String digest) {
        return ofContent(digest).findFirst().filter(this::isSelf).isPresent();
    }

    /** The member of this id, if there is one and it is another. */
    Optional<Peer> member(String id) {
        return seen.members().find(id).filter(member -> !isSelf(member)).map(peers::of);
    }

    private Optional<Member> leaving(Blob blob, long offset) {
        return seen.placement().leavingOwner(blob.id(), offset).filter(member -> !isSelf(member));
    }

    private Stream<Member> ofContent(String digest) {
        return seen.placement().candidates(BlobId.ofHex(digest), 0).stream();
    }

    private boolean isSelf(Member member) {
        return member.id().equals(self);
    }
}
