package io.blobcache.node;

import io.blobcache.node.fuse.FuseMount;
import java.time.Duration;

/** Lets readers finish: a mount goes as soon as nobody has a file of it open. */
record Drain(FuseMount mount) {
    /** One umount(2) that is refused costs microseconds; a reader who has just closed holds nobody up for long. */
    private static final Duration LOOK = Duration.ofMillis(100);

    /** @return whether it is unmounted; if not, the limit is over and nothing has changed */
    boolean within(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!mount.unmountIfIdle()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(LOOK);
        }
        return true;
    }
}
