package io.blobcache.node.mesh.placement;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.model.BlobId;
import java.util.Comparator;
import java.util.List;

/** The model: every score with its logarithm, sorted. */
final class EveryScore {
    private record Scored(double score, Member member) {}

    private EveryScore() {}

    static List<Member> candidates(List<Member> members, BlobId blob, long span) {
        long key = Hash64.ofKey(blob, span);
        return members.stream()
                .map(member -> new Scored(score(key, member), member))
                .sorted(Comparator.comparingDouble(Scored::score)
                        .thenComparing(scored -> scored.member().id()))
                .limit(3)
                .map(Scored::member)
                .toList();
    }

    private static double score(long key, Member member) {
        double draw = (Hash64.mix(key ^ Hash64.ofMember(member.id())) >>> 11) * 0x1p-53;
        return -StrictMath.log1p(-draw) / member.weight();
    }
}
