package io.blobcache.node.mesh.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Member.State;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.model.BlobId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalityTest {
    private static final List<BlobId> BLOBS = Keys.blobs(2_000);

    /** node-0, node-3, node-6 and so on are in zone-0. */
    private static List<Member> threeZones(int count) {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(Keys.member(i, "zone-" + i % 3, 100, State.READY));
        }
        return members;
    }

    @Test
    void candidatesAreOfTheAskingNodesLocality() {
        Placement placement = new Placement(Members.of(threeZones(30)), "zone-1");
        for (BlobId blob : BLOBS) {
            assertThat(placement.candidates(blob, 0))
                    .hasSize(3)
                    .allMatch(member -> member.locality().equals("zone-1"));
        }
    }

    @Test
    void withinALocalityTheRankingIsThatOfItsMembersAlone() {
        List<Member> members = threeZones(30);
        List<Member> inside = members.stream()
                .filter(member -> member.locality().equals("zone-2"))
                .toList();
        Placement placement = new Placement(Members.of(members), "zone-2");
        Placement alone = new Placement(Members.of(inside), "");
        for (BlobId blob : BLOBS) {
            assertThat(placement.candidates(blob, 0)).isEqualTo(alone.candidates(blob, 0));
        }
    }

    @Test
    void aSmallLocalityIsFilledUpWithTheBestOfTheOthers() {
        List<Member> members = threeZones(30);
        members.add(Keys.member(30, "small", 100, State.READY));
        members.add(Keys.member(31, "small", 100, State.READY));
        members.add(Keys.member(32, "small", 100, State.DRAINING));
        Placement placement = new Placement(Members.of(members), "small");
        Placement others = new Placement(Members.of(threeZones(30)), "");
        for (BlobId blob : BLOBS) {
            List<Member> candidates = placement.candidates(blob, 0);
            assertThat(candidates).hasSize(3);
            assertThat(candidates.subList(0, 2)).extracting(Member::id).containsExactlyInAnyOrder("node-30", "node-31");
            assertThat(candidates.getLast())
                    .isEqualTo(others.candidates(blob, 0).getFirst());
        }
    }

    @Test
    void aLocalityThatHasNoMemberAsksAllOthers() {
        Placement placement = new Placement(Members.of(threeZones(9)), "elsewhere");
        Placement plain = new Placement(Members.of(threeZones(9)), "");
        for (BlobId blob : BLOBS) {
            assertThat(placement.candidates(blob, 0)).isEqualTo(plain.candidates(blob, 0));
        }
    }

    @Test
    void aNodeWithoutLocalityAsksAnOwnerThatItsOwnLocalityAsksToo() {
        Members members = Members.of(threeZones(30));
        Placement nowhere = new Placement(members, "");
        for (BlobId blob : BLOBS) {
            Member owner = nowhere.candidates(blob, 0).getFirst();
            assertThat(new Placement(members, owner.locality())
                            .candidates(blob, 0)
                            .getFirst())
                    .isEqualTo(owner);
        }
    }

    @Test
    void aNodeWithoutLocalityFindsThoseWithoutOneNoNearer() {
        List<Member> members = threeZones(30);
        for (int i = 30; i < 40; i++) {
            members.add(Keys.member(i));
        }
        Placement nowhere = new Placement(Members.of(members), "");
        Placement plain = new Placement(Members.of(Keys.members(40)), "");
        for (BlobId blob : BLOBS) {
            assertThat(nowhere.candidates(blob, 0))
                    .extracting(Member::id)
                    .isEqualTo(
                            plain.candidates(blob, 0).stream().map(Member::id).toList());
        }
    }

    @Test
    void aMemberSeesTheMeshFromItsOwnLocality() {
        Members members = Members.of(threeZones(30));
        Placement seen = Placement.seenBy("node-4", members);
        Placement strange = Placement.seenBy("stranger", members);
        for (BlobId blob : BLOBS) {
            assertThat(seen.candidates(blob, 0)).isEqualTo(new Placement(members, "zone-1").candidates(blob, 0));
            assertThat(strange.candidates(blob, 0)).isEqualTo(new Placement(members, "").candidates(blob, 0));
        }
    }
}
