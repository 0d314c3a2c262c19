package io.blobcache.crd;

import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * A condition as Kubernetes has it (metav1.Condition).
 *
 * @param lastTransitionTime when {@code status} became what it is, RFC 3339
 * @param reason             one word for programs
 * @param message            a sentence for people
 */
public record StatusCondition(
        @Required @Size(min = 1, max = 316) String type,

        @Required @Pattern("^(True|False|Unknown)$") @Size(max = 7)
        String status,

        @Nullable Long observedGeneration,
        @Required @Size(max = 35) String lastTransitionTime,
        @Required @Size(min = 1, max = 1024) String reason,
        @Required @Size(max = 32768) String message) {}
