package io.blobcache.node.tier.disk;

import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs at once what is to be run at once, and nothing that is periodic: the test calls that. */
final class ManualTicks extends ScheduledThreadPoolExecutor {
    ManualTicks() {
        super(0);
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        return super.schedule((Callable<Void>) () -> null, 365, TimeUnit.DAYS);
    }
}
