package io.blobcache.operator.members;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.MembersFile;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembershipTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Weighing WEIGHING = new Weighing("zone", 0);
    private static final String NOBODY = "";

    @TempDir
    private Path directory;

    @Test
    void aReadyAgentIsAMemberWithItsLocalityAndItsShare() throws Exception {
        Membership membership =
                of(List.of(ready("n1", "10.0.0.1")), Map.of("n1", node("n1", "a", "95Gi", false)), NOBODY);
        assertThat(read(membership)).containsExactly(new Member("n1", "10.0.0.1", 7480, "a", 10, Member.State.READY));
    }

    @Test
    void anAgentReadsTheListAsItIsMeant() throws Exception {
        Membership membership = of(
                List.of(ready("n2", "fd00::2"), leaving("n1", "10.0.0.1")),
                Map.of("n1", node("n1", "a", "1Gi", false), "n2", node("n2", "b", "20Gi", true)),
                NOBODY);
        assertThat(read(membership))
                .containsExactly(
                        new Member("n1", "10.0.0.1", 7480, "a", 1, Member.State.DRAINING),
                        new Member("n2", "fd00::2", 7480, "b", 2, Member.State.DRAINING));
    }

    @Test
    void withoutAgentsTheListSaysSo() throws Exception {
        assertThat(read(of(List.of(), Map.of(), NOBODY))).isEmpty();
    }

    @Test
    void theQuotaIsTheShareWhereItIsSmallerThanTheDisk() throws Exception {
        Membership membership = Membership.of(
                List.of(ready("n1", "10.0.0.1")),
                Map.of("n1", node("n1", "a", "950Gi", false)),
                new Weighing("zone", 50L << 30),
                NOBODY,
                NOW);
        assertThat(read(membership)).extracting(Member::weight).containsExactly(5);
    }

    @Test
    void anAgentThatWasNeverReadyIsNoMember() throws Exception {
        assertThat(read(of(List.of(starting("n1", "10.0.0.1", 5)), Map.of(), NOBODY)))
                .isEmpty();
    }

    @Test
    void aMemberThatIsStartedAnewStaysForAWhileWithItsNewAddress() throws Exception {
        String before = of(List.of(ready("n1", "10.0.0.1")), Map.of(), NOBODY).text();
        Membership during = of(List.of(starting("n1", "10.0.0.9", 5)), Map.of(), before);
        assertThat(read(during)).extracting(Member::address).containsExactly("10.0.0.9:7480");
        assertThat(during.lookAgain()).isEqualTo(Duration.ofSeconds(25));
        Membership after = of(List.of(starting("n1", "10.0.0.9", 31)), Map.of(), during.text());
        assertThat(read(after)).isEmpty();
        assertThat(after.lookAgain()).isZero();
    }

    @Test
    void ofTwoAgentsOnOneNodeTheOneThatStaysCounts() throws Exception {
        for (List<Pod> pods : List.of(
                List.of(leaving("n1", "10.0.0.1"), ready("n1", "10.0.0.2")),
                List.of(ready("n1", "10.0.0.2"), leaving("n1", "10.0.0.1")))) {
            assertThat(read(of(pods, Map.of(), NOBODY)))
                    .extracting(Member::address, Member::state)
                    .containsExactly(org.assertj.core.groups.Tuple.tuple("10.0.0.2:7480", Member.State.READY));
        }
    }

    @Test
    void whatSomebodyElseWroteIntoTheListIsNotTrusted() throws Exception {
        assertThat(read(of(List.of(starting("n1", "10.0.0.1", 1)), Map.of(), "members: [{id: ")))
                .isEmpty();
        assertThat(read(of(List.of(starting("n1", "10.0.0.1", 1)), Map.of(), "42")))
                .isEmpty();
    }

    private static Membership of(List<Pod> pods, Map<String, Node> nodes, String before) {
        return Membership.of(pods, nodes, WEIGHING, before, NOW);
    }

    /** As an agent reads it. */
    private List<Member> read(Membership membership) throws Exception {
        Path file = directory.resolve("members.yaml");
        Files.writeString(file, membership.text());
        return MembersFile.read(file).all();
    }

    private static Pod ready(String node, String address) {
        return pod(node, address, "True", 3600).build();
    }

    private static Pod starting(String node, String address, int seconds) {
        return pod(node, address, "False", seconds).build();
    }

    private static Pod leaving(String node, String address) {
        return pod(node, address, "True", 3600)
                .editMetadata()
                .withDeletionTimestamp(NOW.toString())
                .endMetadata()
                .build();
    }

    private static PodBuilder pod(String node, String address, String ready, int seconds) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("agent-" + address)
                .endMetadata()
                .withNewSpec()
                .withNodeName(node)
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .withPodIP(address)
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .withLastTransitionTime(NOW.minusSeconds(seconds).toString())
                .endCondition()
                .endStatus();
    }

    private static Node node(String name, String zone, String disk, boolean cordoned) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("zone", zone)
                .endMetadata()
                .withNewSpec()
                .withUnschedulable(cordoned)
                .endSpec()
                .withNewStatus()
                .addToCapacity("ephemeral-storage", new Quantity(disk))
                .endStatus()
                .build();
    }
}
