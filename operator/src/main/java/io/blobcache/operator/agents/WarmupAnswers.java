package io.blobcache.operator.agents;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the agents of one BlobCache told of their warmups, all at one time.
 *
 * @param nodes  on which there are agents, also those that cannot be asked: of these some are chosen
 * @param before the answers before these, for the speed; {@code null} if there are none
 */
public record WarmupAnswers(
        Instant time,
        List<String> nodes,
        List<Answer> all,
        @Nullable WarmupAnswers before) {
    public static final WarmupAnswers NONE = new WarmupAnswers(Instant.EPOCH, List.of(), List.of(), null);

    public WarmupAnswers {
        nodes = List.copyOf(nodes);
        all = List.copyOf(all);
    }

    /**
     * @param serves  whether it does, or did a moment ago: else nobody waits for it
     * @param warmups {@code null} if it does not answer
     */
    public record Answer(
            String node, boolean serves, @Nullable List<AgentWarmup> warmups) {

        public @Nullable AgentWarmup of(String id) {
            return warmups == null
                    ? null
                    : warmups.stream()
                            .filter(warmup -> warmup.id().equals(id))
                            .findFirst()
                            .orElse(null);
        }
    }

    /** The next ones. They know of these, but not of those before. */
    WarmupAnswers then(Instant now, List<String> where, List<Answer> answers) {
        return new WarmupAnswers(now, where, answers, new WarmupAnswers(time, nodes, all, null));
    }

    boolean sayTheSameAs(WarmupAnswers others) {
        return nodes.equals(others.nodes) && all.equals(others.all);
    }

    /** Bytes a second, of a run; an agent that was started anew counts from 0 again and is left out. */
    public long speed(String id) {
        WarmupAnswers earlier = before;
        if (earlier == null || earlier.all().isEmpty()) {
            return 0;
        }
        long bytes = 0;
        for (Answer answer : all) {
            AgentWarmup now = answer.of(id);
            long then = earlier.fetched(answer.node(), id);
            bytes += now == null ? 0 : Math.max(0, now.fetchedBytes() - then);
        }
        long millis = Duration.between(earlier.time(), time).toMillis();
        return millis <= 0 ? 0 : Math.round(bytes * 1000.0 / millis);
    }

    private long fetched(String node, String id) {
        for (Answer answer : all) {
            AgentWarmup warmup = answer.node().equals(node) ? answer.of(id) : null;
            if (warmup != null) {
                return warmup.fetchedBytes();
            }
        }
        return 0;
    }
}
