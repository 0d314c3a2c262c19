package io.blobcache.node.mesh.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Member.State;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.model.BlobId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the mesh agrees on between versions and platforms. The values were worked out a second time by another program in
 * another language; a change here splits a mesh that is being updated.
 */
class PlacementGoldenTest {
    private static final Members EQUAL = Members.of(Keys.members(100));

    private static final Members WEIGHTED = Members.of(IntStream.range(0, 100)
            .mapToObj(number -> Keys.member(number, "", 1 + number * number, State.READY))
            .toList());

    @ParameterizedTest
    @CsvSource({
        "0,9e076a2499eaddff,node-48 node-66 node-36,node-48 node-66 node-78",
        "1,ed99df162cfe539d,node-90 node-34 node-96,node-90 node-96 node-97",
        "2,d1a45a891681f5a1,node-58 node-28 node-43,node-58 node-28 node-72",
        "3,ea6a1ce54419a54d,node-73 node-87 node-9,node-73 node-87 node-96",
        "4,c81bca0ea2e02d5d,node-35 node-37 node-46,node-97 node-35 node-37",
        "5,6f8c9a6b70279a00,node-83 node-89 node-28,node-83 node-89 node-90",
    })
    void theSameKeysHaveTheSameCandidatesForEver(int number, String key, String equal, String weighted) {
        BlobId blob = BlobId.of("s3://bucket", "path-" + number, "v1");
        long span = 100L * number;

        assertThat(Hash64.ofKey(blob, span)).isEqualTo(Long.parseUnsignedLong(key, 16));
        assertThat(candidates(EQUAL, blob, span)).isEqualTo(equal);
        assertThat(candidates(WEIGHTED, blob, span)).isEqualTo(weighted);
    }

    @Test
    void aMemberIsHashedByItsId() {
        assertThat(Hash64.ofMember("node-0")).isEqualTo(0x7c6cc41e6bf72e7aL);
        assertThat(Hash64.ofMember("node-1")).isEqualTo(0x35971be6e9bb024aL);
    }

    @Test
    void aScoreIsTheSameToTheLastBit() {
        // log1p(-0.5) = -ln 2, and one where a platform's own logarithm may round otherwise.
        assertThat(Rendezvous.score(0.5, 1)).isEqualTo(0x1.62e42fefa39efp-1);
        assertThat(Rendezvous.score(0x1p-53, 10_000)).isEqualTo(0x1p-53 / 10_000);
    }

    private static String candidates(Members members, BlobId blob, long span) {
        List<Member> candidates = new Placement(members, "").candidates(blob, span * Placement.SPAN_BYTES);
        return String.join(" ", candidates.stream().map(Member::id).toList());
    }
}
