package io.blobcache.node.mesh.placement;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Member.State;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.model.BlobId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says which members to ask for a piece of a blob. Nodes that have the same list and are in the same locality give the
 * same answer, and nodes whose lists differ by one member differ in that member's pieces only.
 *
 * <p>Members of the asking node's locality come first, by rendezvous hashing; only if it has fewer than three that are
 * ready do the best of the others follow. So a blob is fetched from its source once a locality. A node without a
 * locality finds all members equally near.
 *
 * <p>Immutable, for any number of threads. A lookup looks at every member: docs/performance.md has what that costs.
 */
public final class Placement {
    /** A whole number of blocks of every size (1, 4, 16 MiB): the blocks of one span have the same owner. */
    public static final long SPAN_BYTES = 16L << 20;

    /** The owner, the second that is asked if it does not answer, and one more. */
    public static final int MAX_CANDIDATES = Best.COUNT;

    private final Rendezvous near;
    private final Rendezvous far;

    /** The near ones with those that are leaving; empty if none is. */
    private final Optional<Rendezvous> before;

    /** @param locality of the node that asks; empty if it has none */
    public Placement(Members members, String locality) {
        List<Member> inside = new ArrayList<>();
        List<Member> outside = new ArrayList<>();
        List<Member> insideBefore = new ArrayList<>();
        for (Member member : members.all()) {
            boolean isNear = locality.isEmpty() || member.locality().equals(locality);
            if (isNear) {
                insideBefore.add(member);
            }
            if (member.state() == State.READY) {
                (isNear ? inside : outside).add(member);
            }
        }
        this.before =
                insideBefore.size() > inside.size() ? Optional.of(new Rendezvous(insideBefore)) : Optional.empty();
        this.near = new Rendezvous(inside);
        this.far = new Rendezvous(outside);
    }

    /** As the member with this id sees it; one that is not in the list has no locality. */
    public static Placement seenBy(String id, Members members) {
        return new Placement(members, members.find(id).map(Member::locality).orElse(""));
    }

    /**
     * Whom to ask for the block that begins at this offset, the owner first. At most {@value #MAX_CANDIDATES}; fewer if
     * fewer members are ready; the asking node itself may be among them.
     *
     * @param offset in bytes, from 0
     * @throws IllegalArgumentException if the offset is negative
     */
    public List<Member> candidates(BlobId blob, long offset) {
        if (offset < 0) {
            throw new IllegalArgumentException("offset must not be negative, was: " + offset);
        }
        long key = Hash64.ofKey(blob, offset / SPAN_BYTES);
        Member[] candidates = new Member[Math.min(MAX_CANDIDATES, near.size() + far.size())];
        int count = fill(candidates, 0, near, key);
        if (count < candidates.length) {
            fill(candidates, count, far, key);
        }
        return List.of(candidates);
    }

    /**
     * The near member that owned this block until it began to leave: it may have what the new owner would have to fetch.
     *
     * @param offset in bytes, from 0
     */
    public Optional<Member> leavingOwner(BlobId blob, long offset) {
        return before.map(group -> group.member(
                        group.best(Hash64.ofKey(blob, offset / SPAN_BYTES)).index(0)))
                .filter(owner -> owner.state() == State.DRAINING);
    }

    /** @return how many candidates there are now */
    private static int fill(Member[] candidates, int count, Rendezvous group, long key) {
        Best best = group.best(key);
        int added = Math.min(best.count(), candidates.length - count);
        for (int place = 0; place < added; place++) {
            candidates[count + place] = group.member(best.index(place));
        }
        return count + added;
    }
}
