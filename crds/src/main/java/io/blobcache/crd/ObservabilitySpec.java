package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is made for Prometheus' operator, where it is installed. */
public record ObservabilitySpec(
        @JsonPropertyDescription(
                "Whether a PodMonitor for these agents is made. Not needed beside the chart's, which has all agents.")
        @Default("false")
        @Nullable
        Boolean podMonitor,

        @JsonPropertyDescription("Time between two scrapes.")
        @Default("30s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "1s" + Cel.DURATION_TO + "1h" + Cel.DURATION_END,
                message = "must be a duration such as 30s or 1m, in [1s, 1h]")
        @Nullable
        String interval,

        @JsonPropertyDescription("Labels of the PodMonitor, by which Prometheus finds it.")
        @Size(max = 32)
        @ValidationRule(
                value = "self.all(key, size(key) <= 316 && size(self[key]) <= 63)",
                message = "keys of labels have at most 316 characters and values at most 63")
        @Nullable
        Map<String, @Size(max = 63) String> labels) {}
