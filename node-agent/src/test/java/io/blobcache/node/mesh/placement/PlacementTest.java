package io.blobcache.node.mesh.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Member.State;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.model.BlobId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PlacementTest {
    private static final int KEYS = 100_000;
    private static final List<BlobId> BLOBS = Keys.blobs(KEYS);

    @Test
    void everyMemberOwnsItsShareWithinFivePercent() {
        // 5,000 keys each; a binomial scatters by 69, so 5 % are more than three and a half of its deviations.
        Map<String, Integer> owned = owned(Keys.members(20));

        assertThat(owned).hasSize(20);
        assertThat(owned.values()).allSatisfy(keys -> assertThat(keys).isCloseTo(KEYS / 20, within(250)));
    }

    @Test
    void secondsAndThirdsAreSpreadAsOwnersAre() {
        Placement placement = placement(Keys.members(20));
        for (int place = 1; place < Placement.MAX_CANDIDATES; place++) {
            Map<String, Integer> counts = new HashMap<>();
            for (BlobId blob : BLOBS) {
                counts.merge(placement.candidates(blob, 0).get(place).id(), 1, Integer::sum);
            }
            assertThat(counts.values()).allSatisfy(keys -> assertThat(keys).isCloseTo(KEYS / 20, within(250)));
        }
    }

    @Test
    void theOwnersOfALostMembersKeysAreSpreadOverAllOthers() {
        Placement placement = placement(Keys.members(11));
        Map<String, Integer> heirs = new HashMap<>();
        for (BlobId blob : BLOBS) {
            List<Member> candidates = placement.candidates(blob, 0);
            if (candidates.getFirst().id().equals("node-3")) {
                heirs.merge(candidates.get(1).id(), 1, Integer::sum);
            }
        }

        // Some 909 keys for each of ten: five deviations are 150.
        assertThat(heirs).hasSize(10);
        assertThat(heirs.values()).allSatisfy(keys -> assertThat(keys).isCloseTo(909, within(150)));
    }

    @Test
    void aMemberOwnsByItsWeight() {
        List<Member> members = List.of(
                Keys.member(0, "", 1, State.READY),
                Keys.member(1, "", 3, State.READY),
                Keys.member(2, "", 6, State.READY),
                Keys.member(3, "", 90, State.READY));
        Map<String, Integer> owned = owned(members);

        // Five deviations: 5 * sqrt(KEYS * p * (1 - p)).
        for (Member member : members) {
            double share = member.weight() / 100.0;
            int bound = (int) (5 * Math.sqrt(KEYS * share * (1 - share)));
            assertThat(owned.get(member.id())).isCloseTo((int) (KEYS * share), within(bound));
        }
    }

    @Test
    void theSpansOfOneBlobAreSpread() {
        Placement placement = placement(Keys.members(10));
        Map<String, Integer> owned = new HashMap<>();
        for (int span = 0; span < 10_000; span++) {
            owned.merge(owner(placement, BLOBS.getFirst(), span * Placement.SPAN_BYTES), 1, Integer::sum);
        }

        assertThat(owned.values()).allSatisfy(spans -> assertThat(spans).isCloseTo(1000, within(150)));
    }

    @Test
    void theBlocksOfASpanHaveTheSameCandidates() {
        Placement placement = placement(Keys.members(50));
        for (BlobId blob : BLOBS.subList(0, 100)) {
            List<Member> first = placement.candidates(blob, 3 * Placement.SPAN_BYTES);

            assertThat(placement.candidates(blob, 3 * Placement.SPAN_BYTES + (4 << 20)))
                    .isEqualTo(first);
            assertThat(placement.candidates(blob, 4 * Placement.SPAN_BYTES - 1)).isEqualTo(first);
        }
    }

    @Test
    void aJoinMovesKeysToTheJoinerOnlyAndAtMostItsShareAndOnePercent() {
        Placement before = placement(Keys.members(20));
        Placement after = placement(Keys.members(21));
        int moved = 0;
        for (BlobId blob : BLOBS) {
            String owner = owner(after, blob, 0);
            if (!owner.equals(owner(before, blob, 0))) {
                assertThat(owner).isEqualTo("node-20");
                moved++;
            }
        }

        assertThat(moved).isBetween(1, KEYS / 21 + KEYS / 100);
    }

    @Test
    void aLeaveMovesTheKeysOfTheLeaverOnlyEachToItsFormerSecond() {
        List<Member> members = Keys.members(20);
        Placement before = placement(members);
        Placement after = placement(members.subList(0, 19));
        int moved = 0;
        for (BlobId blob : BLOBS) {
            List<Member> former = before.candidates(blob, 0);
            boolean leavers = former.getFirst().id().equals("node-19");
            moved += leavers ? 1 : 0;
            assertThat(owner(after, blob, 0))
                    .isEqualTo(former.get(leavers ? 1 : 0).id());
        }

        assertThat(moved).isBetween(1, KEYS / 20 + KEYS / 100);
    }

    @Test
    void theKeysOfAHeavierMemberGrowAndNoOthersMove() {
        List<Member> members = new ArrayList<>(Keys.members(10));
        Placement before = placement(members);
        members.set(4, Keys.member(4, "", 200, State.READY));
        Placement after = placement(members);
        for (BlobId blob : BLOBS) {
            String owner = owner(after, blob, 0);
            assertThat(owner).isIn("node-4", owner(before, blob, 0));
        }
    }

    @Test
    void aDrainingMemberOwnsNothingAndItsKeysGoToTheirSecond() {
        List<Member> members = new ArrayList<>(Keys.members(10));
        Placement before = placement(members);
        members.set(4, Keys.member(4, "", 100, State.DRAINING));
        Placement after = placement(members);
        for (BlobId blob : BLOBS.subList(0, 10_000)) {
            List<Member> former = before.candidates(blob, 0);
            List<Member> now = after.candidates(blob, 0);
            assertThat(now).hasSize(3).noneMatch(member -> member.id().equals("node-4"));
            assertThat(now.getFirst())
                    .isEqualTo(former.get(former.getFirst().id().equals("node-4") ? 1 : 0));
        }
    }

    @Test
    void theOrderOfTheListDoesNotMatter() {
        List<Member> shuffled = new ArrayList<>(Keys.members(100));
        Collections.shuffle(shuffled, new Random(5));
        Placement one = placement(Keys.members(100));
        Placement other = placement(shuffled);
        for (BlobId blob : BLOBS.subList(0, 10_000)) {
            assertThat(other.candidates(blob, 0)).isEqualTo(one.candidates(blob, 0));
        }
    }

    @Test
    void noCandidateIsNamedTwiceAndFewMembersAreAllNamed() {
        for (int count = 0; count <= 4; count++) {
            Placement placement = placement(Keys.members(count));
            for (BlobId blob : BLOBS.subList(0, 1000)) {
                List<Member> candidates = placement.candidates(blob, 0);
                Set<Member> different = new HashSet<>(candidates);
                assertThat(different).hasSize(candidates.size()).hasSize(Math.min(3, count));
            }
        }
    }

    @Test
    void skippingLogarithmsFindsWhatSortingAllScoresFinds() {
        SplittableRandom random = new SplittableRandom(7);
        for (int round = 0; round < 300; round++) {
            int count = 1 + random.nextInt(300);
            List<Member> members = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                // Weights over the whole range, evenly by their logarithm.
                int weight = (int) Math.exp(random.nextDouble(Math.log(10_000)));
                members.add(Keys.member(i, "", Math.max(1, weight), State.READY));
            }
            Placement placement = placement(members);
            for (int i = 0; i < 30; i++) {
                BlobId blob = BLOBS.get(random.nextInt(KEYS));
                long span = random.nextInt(1000);
                assertThat(placement.candidates(blob, span * Placement.SPAN_BYTES))
                        .isEqualTo(EveryScore.candidates(members, blob, span));
            }
        }
    }

    @Test
    void anOffsetBelowZeroIsRefused() {
        Placement placement = placement(Keys.members(3));

        assertThatThrownBy(() -> placement.candidates(BLOBS.getFirst(), -1))
                .hasMessage("offset must not be negative, was: -1");
    }

    private static Map<String, Integer> owned(List<Member> members) {
        Placement placement = placement(members);
        Map<String, Integer> owned = new HashMap<>();
        for (BlobId blob : BLOBS) {
            owned.merge(owner(placement, blob, 0), 1, Integer::sum);
        }
        return owned;
    }

    private static String owner(Placement placement, BlobId blob, long offset) {
        return placement.candidates(blob, offset).getFirst().id();
    }

    private static Placement placement(List<Member> members) {
        return new Placement(Members.of(members), "");
    }
}
