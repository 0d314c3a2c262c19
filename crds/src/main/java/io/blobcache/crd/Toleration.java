package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** As in a pod. */
@ValidationRule(
        value = "self.operator == 'Equal' ? has(self.key) : !has(self.value)",
        message = "operator Equal needs a key; operator Exists takes no value, and without a key tolerates everything")
@ValidationRule(
        value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
        message = "tolerationSeconds is for effect NoExecute only: remove it, or set effect to NoExecute")
public record Toleration(
        @JsonPropertyDescription("Key of the taint; without it every key.") @Size(min = 1, max = 316) @Nullable
        String key,

        @JsonPropertyDescription("Whether the taint's value is compared.") @Default("Equal") @Nullable
        Operator operator,

        @JsonPropertyDescription("Value of the taint.") @Size(max = 63) @Nullable
        String value,

        @JsonPropertyDescription("Effect of the taint; without it every effect.") @Nullable
        Effect effect,

        @JsonPropertyDescription("For NoExecute: how long an agent stays; without it for ever.") @Min(0) @Nullable
        Long tolerationSeconds) {

    /** Those of Kubernetes. */
    public enum Operator {
        Equal,
        Exists
    }

    /** Those of Kubernetes. */
    public enum Effect {
        NoSchedule,
        PreferNoSchedule,
        NoExecute
    }
}
