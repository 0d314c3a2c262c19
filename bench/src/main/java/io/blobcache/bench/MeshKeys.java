package io.blobcache.bench;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Member.State;
import io.blobcache.node.model.BlobId;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Members and blobs to place, the same in every run. */
final class MeshKeys {
    private MeshKeys() {}

    /** Node 0 to node {@code count - 1}, of weight 100. */
    static List<Member> members(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Member("node-" + number, "node-" + number, 7777, "", 100, State.READY))
                .toList();
    }

    static Stream<BlobId> blobs() {
        SplittableRandom random = new SplittableRandom(20261127);
        return Stream.generate(
                () -> new BlobId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong()));
    }
}
