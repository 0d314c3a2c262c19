package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Off-heap memory of the data path. */
@ValidationRule(
        value = "self.budgetBytes == 'auto' || self.tierBytes == 'auto'"
                + " || !self.budgetBytes.matches('^[0-9]{1,15}([KMGT]iB?)?$')"
                + " || !self.tierBytes.matches('^[0-9]{1,15}([KMGT]iB?)?$')"
                + " || quantity(self.budgetBytes.replace('B', '')).sub(quantity('16Mi'))"
                + ".compareTo(quantity(self.tierBytes.replace('B', ''))) >= 0",
        message = "tierBytes must leave 16MiB of budgetBytes")
public record MemorySpec(
        @JsonPropertyDescription(
                "All buffers together: blocks under way and blocks kept. auto is a quarter of the memory limit of the container (cgroup v1 or v2), or an eighth of the machine's memory where there is no limit; at least 64MiB and at most 512MiB. A change restarts the agents.")
        @Default("auto")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.AUTO_OR + Cel.BYTES_FROM + "32Mi" + Cel.BYTES_TO + "1Ti" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [32MiB, 1TiB], or auto")
        @Nullable
        String budgetBytes,

        @JsonPropertyDescription(
                "Of memory.budgetBytes, what the memory tier may keep; the rest is for blocks under way. 0 switches the memory tier off. auto is half of the budget. A change restarts the agents.")
        @Default("auto")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.AUTO_OR + Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "1Ti" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 1TiB], or auto")
        @Nullable
        String tierBytes,

        @JsonPropertyDescription(
                "Whether to remember where each buffer was taken, so that the log can name the place of one that is never given back. A change restarts the agents.")
        @Default("false")
        @Nullable
        Boolean watchLeases) {}
