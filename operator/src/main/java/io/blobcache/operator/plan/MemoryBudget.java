package io.blobcache.operator.plan;

import io.blobcache.crd.ResourcesSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import org.jspecify.annotations.Nullable;

/** What an agent makes of the limit of its container when {@code memory.budgetBytes} is left to it. */
final class MemoryBudget {
    private static final String DEFAULT_LIMIT = "512Mi";
    private static final long MIN_BYTES = 64L << 20;
    private static final long MAX_BYTES = 512L << 20;

    private MemoryBudget() {}

    static long ofLimit(@Nullable ResourcesSpec resources) {
        String limit = resources == null || resources.memoryLimit() == null ? DEFAULT_LIMIT : resources.memoryLimit();
        long bytes = Quantity.getAmountInBytes(new Quantity(limit)).longValue();
        return Math.clamp(bytes / 4, MIN_BYTES, MAX_BYTES);
    }
}
