package io.blobcache.operator.members;

import io.blobcache.operator.plan.Places;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who is in the mesh of one resource. A function of what the cluster says and of the list before:
 *
 * <ul>
 *   <li>an agent whose pod is ready is a member, and one on a cordoned node or whose pod is to end is a draining one;
 *   <li>a member that is no longer ready stays for {@link #GRACE}, for an agent that is started anew has its blocks again in
 *       seconds, while a list without it moves what it owns to others, twice; it is where it is now, if its address changed;
 *   <li>an agent that was never ready is none.
 * </ul>
 *
 * @param text      for the agents
 * @param lookAgain when a grace ends that has begun; zero if none has
 */
public record Membership(String text, Duration lookAgain) {
    /** Starting an agent takes seconds; a node that died is noticed by Kubernetes after some 50 s anyway. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final String RUNNING = "Running";

    /**
     * @param pods     of the resource's agents
     * @param nodes    by name; one that is not known yet is neither cordoned nor anywhere
     * @param weighing of a node
     * @param before   the list that agents have now; empty if there is none
     */
    public static Membership of(
            Collection<Pod> pods, Map<String, Node> nodes, Weighing weighing, String before, Instant now) {
        Set<String> known = MembersText.ids(before);
        SortedMap<String, MemberLine> members = new TreeMap<>();
        Duration lookAgain = Duration.ZERO;
        for (Pod pod : pods) {
            String node = pod.getSpec().getNodeName();
            if (!reachable(pod)) {
                continue;
            }
            Duration grace = GRACE.minus(Duration.between(unreadySince(pod), now));
            boolean leaving = pod.getMetadata().getDeletionTimestamp() != null;
            boolean starting = !ready(pod) && !leaving;
            if (starting && (!known.contains(node) || !grace.isPositive())) {
                continue;
            }
            if (starting && (lookAgain.isZero() || grace.compareTo(lookAgain) < 0)) {
                lookAgain = grace;
            }
            MemberLine member = weighing.member(node, address(pod), nodes.get(node), leaving);
            members.merge(node, member, Membership::staying);
        }
        return new Membership(MembersText.of(members.values(), Places.MESH_PORT), lookAgain);
    }

    /** A node has two agents for a moment when one is replaced. */
    private static MemberLine staying(MemberLine one, MemberLine other) {
        return one.state() == MemberLine.State.DRAINING ? other : one;
    }

    private static boolean reachable(Pod pod) {
        return pod.getSpec().getNodeName() != null
                && pod.getStatus() != null
                && RUNNING.equals(pod.getStatus().getPhase())
                && pod.getStatus().getPodIP() != null;
    }

    /** IPv6 in brackets, as in a URL. */
    private static String address(Pod pod) {
        String address = pod.getStatus().getPodIP();
        return address.contains(":") ? "[" + address + "]" : address;
    }

    private static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }

    private static Instant unreadySince(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .map(PodCondition::getLastTransitionTime)
                .filter(time -> time != null && !time.isEmpty())
                .map(Instant::parse)
                .findFirst()
                .orElse(Instant.EPOCH);
    }
}
