package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long it takes until all agents know of a member's change, by way of the operator and the API server. */
@Tag("cluster")
class MemberChangeTest {
    /** Odd, for a median. */
    private static final int CHANGES = 11;

    private static final Duration GOAL = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("member-change");

    @Test
    void allAgentsHearOfItWithinTwoSecondsAsARule() {
        String node = CLUSTER.nodes().getLast();
        try (Chart _ = Chart.install(CLUSTER);
                ChosenNode changing = new ChosenNode(CLUSTER, node)) {
            Bucket.with(CLUSTER, 1 << 20, "one");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            cache.agents().awaitJoined();
            List<Duration> latencies = new ArrayList<>();
            for (int change = 0; change < CHANGES; change++) {
                Instant begun = Instant.now();
                if (change % 2 == 0) {
                    changing.cordon();
                } else {
                    changing.uncordon();
                }
                latencies.add(Duration.between(begun, heard(cache.agents(), node, begun)));
            }
            Collections.sort(latencies);
            Duration median = latencies.get(CHANGES / 2);
            new Figure("median of %d changes of a member, until the last agent knows".formatted(CHANGES)).is(median);
            new Figure("slowest of %d changes of a member".formatted(CHANGES)).is(latencies.getLast());
            assertThat(median).isLessThan(GOAL);
        }
    }

    /** When the last agent heard, by its own log: asking them takes longer than that. */
    private static Instant heard(Agents agents, String node, Instant begun) {
        List<Instant> times = new ArrayList<>();
        Set<String> names = agents.names();
        Await.until("every agent has heard of " + node, LIMIT, () -> {
            times.clear();
            names.stream()
                    .flatMap(agent -> first(CLUSTER.log(agent, "agent"), node, begun).stream())
                    .forEach(times::add);
            return times.size() == names.size();
        });
        return Collections.max(times);
    }

    private static Optional<Instant> first(String log, String node, Instant begun) {
        return log.lines()
                .filter(line -> line.contains("member changed") && line.contains("id=\"" + node + "\""))
                .map(line -> OffsetDateTime.parse(line.substring(0, line.indexOf(' ')))
                        .toInstant())
                .filter(time -> time.isAfter(begun))
                .findFirst();
    }
}
