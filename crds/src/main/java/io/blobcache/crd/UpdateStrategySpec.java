package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How agents are replaced when a change restarts them. */
public record UpdateStrategySpec(
        @JsonPropertyDescription(
                "RollingUpdate replaces agents by itself; OnDelete replaces an agent when somebody deletes its pod.")
        @Default("RollingUpdate")
        @Nullable
        Type type,

        @JsonPropertyDescription("For RollingUpdate: how many agents, or which share of them, may be away at once.")
        @Default("1")
        @Size(max = 5)
        @ValidationRule(
                value = "self.matches('^([1-9][0-9]{0,3}|[1-9][0-9]?%|100%)$')",
                message = "must be a number of agents from 1 to 9999, or a share from 1% to 100%")
        @Nullable
        String maxUnavailable,

        @JsonPropertyDescription(
                "For RollingUpdate: how many agents may run beside those that they replace. Only 0 so far: two agents cannot"
                        + " hold one mount and one state directory of a node.")
        @Default("0")
        @Size(max = 5)
        @ValidationRule(
                value = "self == '0' || self == '0%'",
                message = "must be 0: two agents cannot hold one mount and one state directory of a node;"
                        + " use maxUnavailable")
        @Nullable
        String maxSurge) {

    /** Those of a DaemonSet. */
    public enum Type {
        RollingUpdate,
        OnDelete
    }
}
