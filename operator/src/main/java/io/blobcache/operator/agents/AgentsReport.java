package io.blobcache.operator.agents;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the agents of one resource are, all together.
 *
 * @param asked      agents that have an address
 * @param answered   of these, those that told
 * @param waiting    why agents do not serve, each once, with the name of a node; of those that did begin
 * @param sourceFailures nodes whose agents have a source that gave no answer last, with its label, or asked lately and
 *     always in vain
 * @param sourceAnswers whether an agent serves, which it does only after a source answered
 * @param lonely     nodes whose agents do not know all members
 * @param failingPeers nodes whose agents leave peers alone because they fail or lie
 * @param diskTrouble nodes whose disk tier takes nothing, is bypassed or has no room
 * @param memory     {@code null} until an agent has told
 * @param disk       {@code null} until an agent has told
 * @param hitPercent {@code null} if nothing was read in the last minutes
 */
public record AgentsReport(
        int asked,
        int answered,
        List<String> waiting,
        List<String> sourceFailures,
        boolean sourceAnswers,
        List<String> lonely,
        List<String> failingPeers,
        List<String> diskTrouble,
        @Nullable TierBytes memory,
        @Nullable TierBytes disk,
        @Nullable Integer hitPercent) {

    /** Before the first answer. */
    public static final AgentsReport NONE =
            new AgentsReport(0, 0, List.of(), List.of(), false, List.of(), List.of(), List.of(), null, null, null);

    public AgentsReport {
        waiting = List.copyOf(waiting);
        sourceFailures = List.copyOf(sourceFailures);
        lonely = List.copyOf(lonely);
        failingPeers = List.copyOf(failingPeers);
        diskTrouble = List.copyOf(diskTrouble);
    }

    /** Of one tier, over all agents. */
    public record TierBytes(long capacity, long used) {}
}
