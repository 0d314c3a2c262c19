package io.blobcache.node.mesh.placement;

import io.blobcache.node.mesh.members.Member;
import java.util.List;

/**
 * Weighted rendezvous hashing over one group of members: each member draws a score for each key, and the lowest scores
 * win. A score is the time that an exponential clock with the member's weight as its rate takes to ring, so a member is
 * first with the probability of its weight over the sum of all (Schindelhauer and Schomaker: Weighted Distributed Hash
 * Tables, 2005). Scores of the others do not change when a member comes or goes, so only its own keys move.
 *
 * <p>Reproducible to the last bit: integers, IEEE 754 arithmetic (strict since Java 17) and {@link StrictMath}, which is
 * fdlibm on every platform.
 */
final class Rendezvous {
    /** The 53 bits of a draw that a double holds exactly. */
    private static final int DRAW_SHIFT = 64 - 53;

    private static final double DRAW_UNIT = 0x1p-53;

    /**
     * Scores and the bound that spares them are rounded a few times, each time by less than 2^-52 of their value: 2^-40
     * more lets no winner slip through.
     */
    private static final double ROUNDING = 1 + 0x1p-40;

    private final List<Member> members;
    private final long[] hashes;
    private final double[] weights;

    /** @param members sorted by id, which decides between equal scores */
    Rendezvous(List<Member> members) {
        this.members = List.copyOf(members);
        this.hashes = members.stream()
                .mapToLong(member -> Hash64.ofMember(member.id()))
                .toArray();
        this.weights = members.stream().mapToDouble(Member::weight).toArray();
    }

    int size() {
        return members.size();
    }

    Member member(int index) {
        return members.get(index);
    }

    /**
     * The three best for a key. As -ln(1 - draw) is at least the draw itself, a member whose draw over its weight is above the third-best score
     * needs no logarithm: of 10,000 members some 30 do.
     */
    Best best(long key) {
        Best best = new Best();
        double bar = best.bar();
        for (int i = 0; i < hashes.length; i++) {
            double draw = (Hash64.mix(key ^ hashes[i]) >>> DRAW_SHIFT) * DRAW_UNIT;
            if (draw <= bar * weights[i] * ROUNDING) {
                best.offer(score(draw, weights[i]), i);
                bar = best.bar();
            }
        }
        return best;
    }

    /** @param draw uniform in [0, 1) */
    static double score(double draw, double weight) {
        return -StrictMath.log1p(-draw) / weight;
    }
}
