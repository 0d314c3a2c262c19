package io.blobcache.operator.agents;

import io.blobcache.operator.agents.AgentsReport.TierBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes a report of what the agents of one resource answered, and of what they answered before. Not thread-safe. */
final class AgentsHistory {
    /** Of the hit ratio: the window of the recording rule. */
    static final Duration READS = Duration.ofMinutes(5);

    /** Of requests to the source: an agent pauses 10 s at most between two tries. */
    private static final Duration REQUESTS = Duration.ofMinutes(1);

    /** Fewer may have met a restart of one front end. */
    private static final int FAILURES = 3;

    private final Map<String, CounterWindow> reads = new HashMap<>();
    private final Map<String, CounterWindow> requests = new HashMap<>();
    private final HitPercent hit = new HitPercent();
    private int membersBefore = -1;

    /** @param members in the list that the agents are given */
    AgentsReport report(List<AgentAnswer> answers, int members, Instant now) {
        remember(answers, now);
        boolean settled = members == membersBefore;
        membersBefore = members;
        List<AgentAnswer> told = answers.stream().filter(AgentAnswer::answered).toList();
        return new AgentsReport(
                (int) answers.stream().filter(AgentAnswer::expected).count(),
                (int) told.stream().filter(AgentAnswer::expected).count(),
                answers.stream()
                        .filter(answer -> !answer.waiting().isEmpty())
                        .map(answer -> answer.node() + ": " + answer.waiting())
                        .sorted()
                        .toList(),
                told.stream()
                        .map(this::sourceFailure)
                        .filter(failure -> !failure.isEmpty())
                        .sorted()
                        .toList(),
                !told.isEmpty(),
                // Agents take a new list within seconds: the one of the last look is what they are measured by.
                settled ? nodes(told, answer -> answer.metrics().sum("blobcache_mesh_members") != members) : List.of(),
                nodes(
                        told,
                        answer -> answer.metrics().sum("blobcache_peers_quarantined")
                                        + answer.metrics().sum("blobcache_peers_failing")
                                > 0),
                nodes(told, AgentsHistory::diskLimited),
                tier(told, "memory"),
                tier(told, "disk"),
                hit.tell(hitPercent(), now));
    }

    private void remember(List<AgentAnswer> answers, Instant now) {
        Set<String> pods = answers.stream().map(AgentAnswer::pod).collect(Collectors.toSet());
        reads.keySet().retainAll(pods);
        requests.keySet().retainAll(pods);
        for (AgentAnswer answer : answers) {
            if (answer.answered()) {
                long all = answer.metrics().sum("blobcache_read_bytes_total");
                long source = answer.metrics()
                        .sum("blobcache_read_bytes_total", labels -> "source".equals(labels.get("tier")));
                reads.computeIfAbsent(answer.pod(), _ -> new CounterWindow(READS))
                        .add(now, all, source);
                long asked = answer.metrics().sum("blobcache_source_requests_total");
                long failed = answer.metrics().sum("blobcache_source_requests_total", AgentsHistory::failed);
                requests.computeIfAbsent(answer.pod(), _ -> new CounterWindow(REQUESTS))
                        .add(now, asked, failed);
            }
        }
    }

    /** The node, and of several sources which; empty if none fails. */
    private String sourceFailure(AgentAnswer answer) {
        List<String> away = answer.metrics().zeros("blobcache_source_reachable", "source");
        if (!away.isEmpty()) {
            return answer.node() + " (" + String.join(", ", away) + ")";
        }
        CounterWindow.Growth growth =
                requests.getOrDefault(answer.pod(), new CounterWindow(REQUESTS)).growth();
        return growth.other() >= FAILURES && growth.other() == growth.one() ? answer.node() : "";
    }

    /** A code is an HTTP status, ok, or a word for what never answered. A name that is missing is an answer. */
    private static boolean failed(Map<String, String> labels) {
        String code = labels.getOrDefault("code", "");
        return !code.equals("ok") && !code.matches("[23]..|404|412|416");
    }

    private static boolean diskLimited(AgentAnswer answer) {
        PrometheusText metrics = answer.metrics();
        boolean unstable =
                metrics.sum("blobcache_tier_state", labels -> isDisk(labels) && !"normal".equals(labels.get("state")))
                        > 0;
        boolean tier = metrics.sum("blobcache_tier_state", AgentsHistory::isDisk) > 0;
        return unstable || (tier && metrics.sum("blobcache_tier_capacity_bytes", AgentsHistory::isDisk) == 0);
    }

    private static boolean isDisk(Map<String, String> labels) {
        return "disk".equals(labels.get("tier"));
    }

    private @Nullable Integer hitPercent() {
        long all = 0;
        long source = 0;
        for (CounterWindow window : reads.values()) {
            all += window.growth().one();
            source += window.growth().other();
        }
        return all == 0 ? null : Math.toIntExact(100 * (all - source) / all);
    }

    private static @Nullable TierBytes tier(List<AgentAnswer> told, String tier) {
        long capacity = 0;
        long used = 0;
        for (AgentAnswer answer : told) {
            capacity +=
                    answer.metrics().sum("blobcache_tier_capacity_bytes", labels -> tier.equals(labels.get("tier")));
            used += answer.metrics().sum("blobcache_tier_used_bytes", labels -> tier.equals(labels.get("tier")));
        }
        return told.isEmpty() ? null : new TierBytes(capacity, used);
    }

    private static List<String> nodes(List<AgentAnswer> answers, java.util.function.Predicate<AgentAnswer> chosen) {
        List<String> nodes = new ArrayList<>();
        answers.stream().filter(chosen).map(AgentAnswer::node).sorted().forEach(nodes::add);
        return nodes;
    }
}
