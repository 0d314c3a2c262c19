package io.blobcache.bench;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Rendezvous hashing as one writes it first: every score with its logarithm, all sorted, three taken. */
final class PlainRendezvous {
    private record Scored(double score, Member member) {}

    private final List<Member> members;
    private final long[] hashes;

    PlainRendezvous(List<Member> members) {
        this.members = members;
        this.hashes = members.stream().mapToLong(PlainRendezvous::hash).toArray();
    }

    List<Member> candidates(BlobId blob, long span) {
        long key = mix(mix(mix(mix(mix(blob.word0()) ^ blob.word1()) ^ blob.word2()) ^ blob.word3()) ^ span);
        return IntStream.range(0, hashes.length)
                .mapToObj(index -> new Scored(score(key, index), members.get(index)))
                .sorted(Comparator.comparingDouble(Scored::score))
                .limit(3)
                .map(Scored::member)
                .toList();
    }

    private double score(long key, int index) {
        // 53 bits and a half: never 0, whose logarithm is infinite.
        double draw = ((mix(key ^ hashes[index]) >>> 11) + 0.5) * 0x1p-53;
        return -Math.log(draw) / members.get(index).weight();
    }

    private static long hash(Member member) {
        byte[] digest = Sha256.begin().digest(member.id().getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest).getLong();
    }

    /** The finalizer of MurmurHash3 (Austin Appleby). */
    private static long mix(long bits) {
        long first = (bits ^ (bits >>> 33)) * 0xff51afd7ed558ccdL;
        long second = (first ^ (first >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return second ^ (second >>> 33);
    }
}
