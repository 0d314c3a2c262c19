package io.blobcache.node.mesh.placement;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Member.State;
import io.blobcache.node.model.BlobId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Seeded blobs and plain members. */
final class Keys {
    private Keys() {}

    static List<BlobId> blobs(int count) {
        SplittableRandom random = new SplittableRandom(20261127);
        return Stream.generate(
                        () -> new BlobId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()))
                .limit(count)
                .toList();
    }

    static List<Member> members(int count) {
        return IntStream.range(0, count).mapToObj(Keys::member).toList();
    }

    static Member member(int number) {
        return member(number, "", 100, State.READY);
    }

    static Member member(int number, String locality, int weight, State state) {
        return new Member("node-" + number, "node-" + number, 7777, locality, weight, state);
    }
}
