package io.blobcache.node.mesh.members;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.mesh.members.Member.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final Member A = member("a", "a", 100);
    private static final Member B = member("b", "b", 100);

    @Test
    void listsOfTheSameMembersAreEqualInAnyOrder() {
        assertThat(Members.of(List.of(B, A)))
                .isEqualTo(Members.of(List.of(A, B)))
                .hasSameHashCodeAs(Members.of(List.of(A, B)));
        assertThat(Members.of(List.of(B, A)).all()).containsExactly(A, B);
        assertThat(Members.of(List.of(A))).isNotEqualTo(Members.of(List.of(A, B)));
    }

    @Test
    void anIdOrAnAddressIsThatOfOneMember() {
        assertThatThrownBy(() -> Members.of(List.of(A, member("a", "other", 100))))
                .hasMessage("members.id must be unique, was twice: a");
        assertThatThrownBy(() -> Members.of(List.of(A, member("b", "A", 100))))
                .hasMessage("members.address must be unique, was twice: a:7777");
    }

    @Test
    void aMemberNamesEveryRuleThatItBreaks() {
        assertThatThrownBy(() -> new Member("", "no host", 0, "a b", 10_001, State.READY))
                .hasMessage("""
                        id must have 1 to 253 printable ASCII characters and no space
                        locality must have at most 253 printable ASCII characters and no space, was: a b
                        weight must be in [1, 10000], was: 10001
                        address must be a name, an IPv4 address or an IPv6 address without zone, was: no host:0""");
    }

    @Test
    void theLongestIdHas253Characters() {
        assertThat(member("x".repeat(253), "a", 1).id()).hasSize(253);
        assertThatThrownBy(() -> member("x".repeat(254), "a", 1)).hasMessageStartingWith("id must have 1 to 253");
    }

    @Test
    void aChangeSaysWhoJoinedLeftAndChanged() {
        Member heavier = member("b", "b", 200);
        Member joiner = member("c", "c", 100);

        MembersChange change = MembersChange.between(Members.of(List.of(A, B)), Members.of(List.of(heavier, joiner)));

        assertThat(change).isEqualTo(new MembersChange(List.of(joiner), List.of(A), List.of(heavier)));
    }

    private static Member member(String id, String host, int weight) {
        return new Member(id, host, 7777, "", weight, State.READY);
    }
}
