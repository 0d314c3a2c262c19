package io.blobcache.operator.dependent;

import io.blobcache.crd.BlobCacheSpec;
import io.blobcache.crd.MountSpec;
import io.blobcache.node.config.Quantity;
import java.time.Duration;

/** How long an agent of a resource goes on serving after it was told to end. */
final class Drain {
    private static final String DEFAULT = "10s";

    private Drain() {}

    static Duration time(BlobCacheSpec spec) {
        MountSpec mount = spec.mount();
        String time = mount == null ? null : mount.drainTime();
        return Quantity.parseDuration(time == null ? DEFAULT : time);
    }
}
