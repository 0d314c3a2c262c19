package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** On which nodes agents run. A change moves agents: those of nodes that no longer match drain and end. */
public record PlacementSpec(
        @JsonPropertyDescription("Labels that a node must have, all of them.")
        @Size(max = 32)
        @ValidationRule(
                value = "self.all(key, size(key) <= 316 && size(self[key]) <= 63)",
                message = "keys of labels have at most 316 characters and values at most 63")
        @ValidationRule(
                value = "self.all(key, self[key].matches('" + Cel.LABEL_VALUE + "'))",
                message = Cel.LABEL_VALUE_MESSAGE)
        @Nullable
        Map<String, @Size(max = 63) String> nodeSelector,

        @JsonPropertyDescription("Expressions over labels that a node must fulfil, all of them.")
        @Size(max = 16)
        @Nullable
        List<NodeExpression> nodeExpressions,

        @JsonPropertyDescription("Taints that agents tolerate; several are tolerated by every DaemonSet anyway.")
        @Size(max = 32)
        @Nullable
        List<Toleration> tolerations,

        @JsonPropertyDescription(
                "PriorityClass of the agents, such as system-node-critical where the cache matters more than what uses it.")
        @Size(min = 1, max = 253)
        @Nullable
        String priorityClassName) {}
