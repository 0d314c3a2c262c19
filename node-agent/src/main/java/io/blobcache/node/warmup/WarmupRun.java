package io.blobcache.node.warmup;

import io.blobcache.node.config.Quantity;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.Pace;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.warmup.WarmupProgress.State;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This agent's part of one run of a warmup, until its thread is interrupted. It walks twice: once to count, so that progress
 * has a goal and what cannot fit is not begun, and once to fetch. What is there already is not fetched again, so after a
 * restart of the agent, or when members of the mesh come and go, it simply begins anew.
 */
final class WarmupRun implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(WarmupRun.class);

    /** Small files are one block each: as many at once as there are blocks on their way. */
    private static final int FILES_AT_ONCE = 8;

    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final WarmupParts parts;
    private final WantedWarmup wanted;
    private final List<PathGlob> globs;
    private final Attempts attempts;
    private final Pace pace;
    private volatile Tally tally = new Tally(0);

    WarmupRun(WarmupParts parts, WantedWarmup wanted) {
        this.parts = parts;
        this.wanted = wanted;
        this.globs = wanted.paths().stream().map(PathGlob::of).toList();
        this.attempts = new Attempts(wanted.retries(), parts.clock());
        this.pace = new Pace(wanted.bytesPerSecond(), parts.clock());
    }

    WarmupProgress progress() {
        return tally.progress(wanted.id());
    }

    @Override
    public void run() {
        try {
            while (true) {
                Object version = parts.share().version();
                pass();
                tell();
                while (wanted.everywhere() || version.equals(parts.share().version())) {
                    parts.clock().sleep(LOOK_AGAIN.toNanos());
                }
                tally = new Tally(tally.fetchedBytes.get());
            }
        } catch (InterruptedException _) {
            LOG.atInfo().addKeyValue("warmup", wanted.id()).log("warmup ended");
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("warmup", wanted.id()).setCause(e).log("warmup failed");
            fail("failed, see the agent's log: " + e);
        }
    }

    private void pass() throws InterruptedException {
        walk(file -> {
            tally.files.incrementAndGet();
            tally.bytes.addAndGet(warming(file).bytes());
        });
        long room = parts.roomBytes().getAsLong();
        if (tally.bytes.get() > room) {
            fail("needs %s on this node, whose disk tier keeps %s at most: raise disk.quotaBytes or name fewer paths"
                    .formatted(Quantity.bytes(tally.bytes.get()), Quantity.bytes(room)));
            return;
        }
        tally.state(State.WARMING);
        Semaphore places = new Semaphore(FILES_AT_ONCE);
        try (Crew crew = new Crew(places)) {
            try {
                walk(file -> crew.hand(() -> warm(file)));
            } catch (InterruptedException e) {
                crew.cancel();
                throw e;
            }
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("the warmup was ended");
        }
        tally.state(State.DONE);
    }

    private void walk(FileSink sink) throws InterruptedException {
        new TreeWalk(parts.source(), attempts, globs, new TreeWalk.Visitor() {
                    @Override
                    public void file(SourceEntry.File file) throws InterruptedException {
                        sink.take(file);
                    }

                    @Override
                    public void failed(String path, String reason) {
                        if (giveUp(path, reason)) {
                            tally.files.incrementAndGet();
                        }
                    }
                })
                .walk();
    }

    @FunctionalInterface
    private interface FileSink {
        void take(SourceEntry.File file) throws InterruptedException;
    }

    private void warm(SourceEntry.File listed) {
        try {
            attempts.of(number -> {
                warming(number == 0 ? listed : again(listed)).run();
                return true;
            });
            tally.warmedFiles.incrementAndGet();
            parts.counters().doneFiles.increment();
        } catch (BlobException.Interrupted | InterruptedException _) {
            LOG.atDebug().addKeyValue("warmup", wanted.id()).log("a file is left");
        } catch (BlobException e) {
            giveUp(listed.path(), String.valueOf(e.getMessage()));
        }
    }

    /** It may have changed since it was listed. */
    private SourceEntry.File again(SourceEntry.File listed) throws BlobException {
        if (parts.source().stat(listed.path()) instanceof SourceEntry.File file) {
            return file;
        }
        throw new BlobException.NotFound(listed.path() + " is no file any more");
    }

    private BlobWarming warming(SourceEntry.File file) {
        Blob blob = parts.source().blob(file.path(), file.version(), file.lengthBytes());
        return new BlobWarming(
                parts,
                pace,
                new BlobBlocks(blob, parts.blockSize()),
                wanted.everywhere(),
                tally.warmedBytes::addAndGet,
                bytes -> {
                    tally.fetchedBytes.addAndGet(bytes);
                    parts.counters().fetchedBytes.add(bytes);
                });
    }

    /** @return whether it is no failure that was told before */
    private boolean giveUp(String path, String reason) {
        boolean news = tally.fail(path, reason);
        if (news) {
            parts.counters().failedFiles.increment();
        }
        return news;
    }

    private void fail(String reason) {
        giveUp("", reason);
        tally.state(State.FAILED);
    }

    private void tell() {
        WarmupProgress now = progress();
        LOG.atInfo()
                .addKeyValue("warmup", wanted.id())
                .addKeyValue("state", now.state())
                .addKeyValue("files", now.files())
                .addKeyValue("failed", now.failedFiles())
                .addKeyValue("warmedBytes", now.warmedBytes())
                .addKeyValue("fetchedBytes", now.fetchedBytes())
                .log("warmup passed");
    }
}
