package io.blobcache.operator.status;

import io.blobcache.crd.BlobCacheStatus;
import io.blobcache.crd.BlobCacheStatus.NodesStatus;
import io.blobcache.crd.BlobCacheStatus.TierStatus;
import io.blobcache.crd.BlobCacheStatus.TiersStatus;
import io.blobcache.crd.StatusCondition;
import io.blobcache.operator.agents.AgentsReport.TierBytes;
import io.blobcache.operator.status.Seen.Rollout;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The status of a resource, and what became of it since it was told last.
 *
 * @param changed    whether it differs from what was told: if it does not, nothing is written
 * @param transitions conditions that are new or say something else than before
 */
public record Told(BlobCacheStatus status, boolean changed, List<StatusCondition> transitions) {

    public Told {
        transitions = List.copyOf(transitions);
    }

    public static Told of(Seen seen, @Nullable BlobCacheStatus before, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<StatusCondition> conditions = new ArrayList<>();
        List<StatusCondition> transitions = new ArrayList<>();
        for (Conditions.Claim claim : new Conditions(seen).all()) {
            StatusCondition old = find(before, claim.type());
            StatusCondition condition = claim.at(seen.generation(), since(old, claim, time));
            conditions.add(condition);
            if (old == null || !claim.says(old)) {
                transitions.add(condition);
            }
        }
        BlobCacheStatus status = new BlobCacheStatus(
                seen.generation(),
                conditions,
                nodes(seen.agents()),
                tiers(seen, before),
                seen.report().hitPercent());
        return new Told(status, !status.equals(before), transitions);
    }

    /** Whether all is as the resource asks for. */
    public boolean ready() {
        StatusCondition condition = find(status, "Ready");
        return condition != null && condition.status().equals("True");
    }

    private static String since(@Nullable StatusCondition old, Conditions.Claim claim, String now) {
        return old != null && old.status().equals(claim.truth().word()) ? old.lastTransitionTime() : now;
    }

    private static NodesStatus nodes(Rollout agents) {
        return new NodesStatus(
                agents.desired(), agents.ready(), agents.updated(), agents.ready() + "/" + agents.desired());
    }

    private static TiersStatus tiers(Seen seen, @Nullable BlobCacheStatus before) {
        TiersStatus old = before == null ? null : before.tiers();
        return new TiersStatus(
                tier(seen.report().memory(), old == null ? null : old.memory()),
                tier(seen.report().disk(), old == null ? null : old.disk()));
    }

    /** What nobody has told now is what was told last. */
    private static @Nullable TierStatus tier(@Nullable TierBytes bytes, @Nullable TierStatus before) {
        if (bytes == null) {
            return before;
        }
        return new TierStatus(
                Figure.of(bytes.capacity(), bytes.capacity(), before == null ? "" : before.capacity()),
                Figure.of(bytes.used(), bytes.capacity(), before == null ? "" : before.used()));
    }

    private static @Nullable StatusCondition find(@Nullable BlobCacheStatus status, String type) {
        List<StatusCondition> all = status == null ? null : status.conditions();
        return all == null
                ? null
                : all.stream()
                        .filter(condition -> condition.type().equals(type))
                        .findFirst()
                        .orElse(null);
    }
}
