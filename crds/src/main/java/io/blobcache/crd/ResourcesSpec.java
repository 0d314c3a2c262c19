package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** What a container of an agent asks for and may take. A change restarts the agents. */
@ValidationRule(
        value = "!has(self.memory) || !has(self.memoryLimit)"
                + " || quantity(self.memory).compareTo(quantity(self.memoryLimit)) <= 0",
        message = "memory must be at most memoryLimit")
public record ResourcesSpec(
        @JsonPropertyDescription("Processors that the scheduler keeps for an agent.")
        @Default("50m")
        @Size(max = 20)
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).isGreaterThan(quantity('0'))",
                message = "must be a quantity above 0, such as 50m or 2")
        @Nullable
        String cpu,

        @JsonPropertyDescription(
                "Most processors that an agent may use. Without it there is no limit: a cache that is throttled is a slow disk.")
        @Size(max = 20)
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).isGreaterThan(quantity('0'))",
                message = "must be a quantity above 0, such as 500m or 4")
        @Nullable
        String cpuLimit,

        @JsonPropertyDescription("Memory that the scheduler keeps for an agent.")
        @Default("256Mi")
        @Size(max = 20)
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).isGreaterThan(quantity('0'))",
                message = "must be a quantity above 0, such as 256Mi")
        @Nullable
        String memory,

        @JsonPropertyDescription(
                "Most memory that an agent may use; its buffers are a quarter of it unless memory.budgetBytes says otherwise.")
        @Default("512Mi")
        @Size(max = 20)
        @ValidationRule(
                value = "isQuantity(self) && quantity(self).compareTo(quantity('256Mi')) >= 0",
                message = "must be a quantity of at least 256Mi: an agent needs that much for itself")
        @Nullable
        String memoryLimit) {}
