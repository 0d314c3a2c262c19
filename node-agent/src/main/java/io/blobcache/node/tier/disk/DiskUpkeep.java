package io.blobcache.node.tier.disk;

import io.blobcache.node.config.DiskConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens by itself: twice a second health and watermarks, once a minute age, now and then one block scrubbed. */
final class DiskUpkeep implements AutoCloseable {
    /** Two a second: as often as JuiceFS probes, and within the second that a full disk has to be relieved in. */
    static final Duration TICK = Duration.ofMillis(500);

    private static final Duration AGE_TICK = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(DiskUpkeep.class);

    private final DiskParts parts;
    private final DeviceCalls calls;
    private volatile DiskConfig config;
    private final DiskEnvironment environment;
    private final Evictor evictor;
    private final Scrubber scrubber;
    private final BlobAges ages;
    private final WritebackWatch writeback;
    private final AtomicBoolean roomAsked = new AtomicBoolean();
    private final List<Future<?>> tasks = new ArrayList<>();
    private volatile boolean closed;
    private boolean lost;

    DiskUpkeep(
            DiskParts parts,
            DeviceCalls calls,
            DiskConfig config,
            DiskEnvironment environment,
            Evictor evictor,
            Scrubber scrubber) {
        this.parts = parts;
        this.calls = calls;
        this.config = config;
        this.environment = environment;
        this.evictor = evictor;
        this.scrubber = scrubber;
        this.ages = new BlobAges(parts, environment, evictor);
        this.writeback = new WritebackWatch(parts.directory());
    }

    void start() {
        tasks.add(environment.background().submit(safely("walk", new StartupWalk(parts))));
        tasks.add(repeat(TICK, "tick", this::tick, environment.ticks()));
        tasks.add(repeat(AGE_TICK, "age", this::ageTick, environment.background()));
        scheduleScrub();
    }

    void reconfigure(DiskConfig changed) {
        config = changed;
        parts.space().reconfigure(changed);
    }

    /**
     * Notices a slow device, relieves a full one, probes a failed one, looks at its space and keeps the watermarks. When
     * the device hangs this may hang with it, after which there is nothing here to be done until it answers.
     */
    void tick() {
        if (calls.takeOverdue()) {
            parts.health().slow("read", true);
        }
        if (parts.health().full()) {
            evictor.makeRoom();
        }
        boolean deviceFailed = parts.health().deviceFailed();
        if (parts.health().tick()) {
            lost |= parts.directory().takeRemade();
            if (deviceFailed) {
                distrustAll();
            }
        }
        if (lost) {
            forgetAll();
        }
        try {
            parts.space().sample();
            parts.ranking().fit(parts.space().limitBytes());
        } catch (IOException e) {
            parts.health().failed("statvfs", DiskErrors.errno(e));
        }
        evictor.keepWatermarks();
    }

    /** Unlinks everything that may be unlinked. */
    void evictAll() {
        evictor.evictUntil(0);
    }

    Scrubber scrubber() {
        return scrubber;
    }

    /** Saves when blobs were used, looks for lost writes, evicts what was not opened for the time to live. */
    void ageTick() {
        ages.saveUses();
        int errno = writeback.look(parts.counters().fills.sum());
        if (errno != 0) {
            parts.health().failed("write back", errno);
            distrustAll();
        }
        ages.evictAged(config.ttl());
    }

    /** A fill was declined: if that was for space, evict now and not at the next tick. Returns at once. */
    void makeRoomSoon() {
        if (parts.space().aboveHighWatermark() && roomAsked.compareAndSet(false, true)) {
            try {
                environment.ticks().execute(() -> {
                    roomAsked.set(false);
                    evictor.keepWatermarks();
                });
            } catch (RejectedExecutionException e) {
                roomAsked.set(false); // Closing.
            }
        }
    }

    /** The files of a blob may be gone; looks later, because the caller must not wait. */
    void suspect(BlockTable table) {
        try {
            environment.background().execute(() -> scrubber.suspect(table));
        } catch (RejectedExecutionException e) {
            log.atDebug().log("closing");
        }
    }

    @Override
    public void close() {
        closed = true; // The next step of the scrubber, which is scheduled already, sees it.
        tasks.forEach(task -> task.cancel(true));
        scrubber.close();
        writeback.close();
    }

    /** Waits for the disk. @return true */
    boolean saveUses() {
        ages.saveUses();
        return true;
    }

    /** The directory was removed and made anew: nothing that we remember of its files is true. */
    private void forgetAll() {
        boolean all = true;
        for (DiskBlob blob : parts.blobs().loaded()) {
            all &= blob.table() == null || evictor.evict(blob, parts.counters().evictedForAgeBytes);
        }
        if (all) {
            lost = false;
            parts.inventory().nothingLeft();
        }
    }

    /** The device lost writes, or answers again after it failed: who knows what it has now. */
    private void distrustAll() {
        parts.session().renew();
        for (DiskBlob blob : parts.blobs().loaded()) {
            BlockTable table = blob.table();
            if (table != null) {
                table.distrust();
            }
        }
    }

    private void scheduleScrub() {
        long blocks = Math.max(1, parts.inventory().blocks());
        Duration period = config.scrubPeriod();
        long millis = period.isZero() // Switched off: looks again whether it still is.
                ? Scrubber.MAX_PAUSE_MILLIS
                : Math.clamp(period.dividedBy(blocks).toMillis(), Scrubber.MIN_PAUSE_MILLIS, Scrubber.MAX_PAUSE_MILLIS);
        try {
            var _ = environment.background().schedule(this::scrub, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.atDebug().log("closing");
        }
    }

    private void scrub() {
        if (!closed && !config.scrubPeriod().isZero()) {
            safely("scrub", scrubber::step).run();
        }
        if (!closed) {
            scheduleScrub();
        }
    }

    private static Future<?> repeat(Duration period, String name, Runnable task, ScheduledExecutorService on) {
        return on.scheduleWithFixedDelay(
                safely(name, task), period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** A periodic task that throws would never run again, silently. */
    private static Runnable safely(String name, Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                log.atError().addKeyValue("task", name).setCause(e).log("disk tier upkeep failed");
            }
        };
    }
}
