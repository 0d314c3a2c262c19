package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import io.blobcache.node.admin.AgentLife;
import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigChange;
import io.blobcache.node.model.BlobException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts an agent that nobody stands beside: what may mend itself outside of it is waited for, in this process, and the
 * agent that is told to end first drains. What only another configuration or another environment can mend ends the start.
 *
 * @param life      told what the agent waits for, and asked whether it is told to end
 * @param drainTime as {@code mount.drainTime}
 */
record LastingStarter(AgentStarter agents, AgentLife life, Duration drainTime) implements AgentStarter {
    private static final Logger LOG = LoggerFactory.getLogger(LastingStarter.class);

    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);

    /** A source that is back is noticed within seconds; 1,000 nodes ask it a hundred times a second until then. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(10);

    @Override
    public RunningAgent start(MountSpec spec, AgentConfig config, AgentLife unused) throws IOException {
        Duration pause = MIN_PAUSE;
        while (true) {
            try {
                return new Draining(agents.start(spec, config, life), drainTime);
            } catch (BlobException e) {
                if (!mendsItself(e, spec)) {
                    throw e;
                }
                LOG.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .addKeyValue("pause", pause)
                        .log("waits for its source");
                life.waitsFor(String.valueOf(e.getMessage()));
            }
            rest(pause);
            pause = pause.multipliedBy(2).compareTo(MAX_PAUSE) < 0 ? pause.multipliedBy(2) : MAX_PAUSE;
        }
    }

    /**
     * A bucket may be made later, and a server come back; files with credentials are exchanged, but those of the
     * environment are the same as long as this process lives.
     */
    private static boolean mendsItself(BlobException e, MountSpec spec) {
        return switch (e) {
            case BlobException.Unavailable _,
                    BlobException.TimedOut _,
                    BlobException.NoBuffer _,
                    BlobException.NotFound _ -> true;
            case BlobException.Denied _ ->
                spec.sources().stream().anyMatch(source -> !source.credentials().isEmpty());
            case BlobException.Changed _, BlobException.Corrupt _, BlobException.Interrupted _ -> false;
        };
    }

    private void rest(Duration pause) throws InterruptedIOException {
        try {
            if (life.drainsWithin(pause)) {
                throw new InterruptedIOException("told to end before the source could be reached");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted while waiting for the source");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    /** Serves what is open before it ends. */
    private record Draining(RunningAgent agent, Duration drainTime) implements RunningAgent {
        @Override
        public AgentStatus status() {
            return agent.status();
        }

        @Override
        public void reconfigure(ConfigChange change) {
            agent.reconfigure(change);
        }

        @Override
        public void awaitUnmount() throws InterruptedException {
            agent.awaitUnmount();
        }

        @Override
        public boolean drain(Duration limit) throws InterruptedException {
            return agent.drain(limit);
        }

        @Override
        public void close() {
            try {
                boolean idle = agent.drain(drainTime);
                LOG.atInfo().addKeyValue("idle", idle).log(idle ? "drained" : "ends while files are open");
            } catch (InterruptedException e) {
                LOG.atWarn().setCause(e).log("interrupted while draining");
                Thread.currentThread().interrupt();
            } finally {
                agent.close();
            }
        }
    }
}
