package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import io.blobcache.node.NodeAgent;
import io.blobcache.node.admin.AgentLife;
import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigChange;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** How commands get an agent; the seam where tests put one of their own. */
@FunctionalInterface
interface AgentStarter {

    /**
     * When it returns the mount answers.
     *
     * @param life is told so
     * @throws IOException with one line that says what is wrong and what to do; nothing is left mounted
     */
    RunningAgent start(MountSpec spec, AgentConfig config, AgentLife life) throws IOException;

    /** An agent that serves a mount. Closing unmounts, the first time. */
    interface RunningAgent extends AutoCloseable {
        AgentStatus status();

        /** Takes the new values of live settings. */
        void reconfigure(ConfigChange change);

        /**
         * Unmounts as soon as no file is open, or gives up at the limit.
         *
         * @return whether it is unmounted
         */
        boolean drain(Duration limit) throws InterruptedException;

        /** Waits until the mount is gone. */
        void awaitUnmount() throws InterruptedException;

        @Override
        void close();
    }

    /** The real one. */
    static RunningAgent node(MountSpec spec, AgentConfig config, AgentLife life) throws IOException {
        NodeAgent agent = NodeAgent.start(spec, config, life);
        AtomicBoolean closed = new AtomicBoolean();
        return new RunningAgent() {
            @Override
            public AgentStatus status() {
                return agent.status();
            }

            @Override
            public void reconfigure(ConfigChange change) {
                agent.reconfigure(change.config());
            }

            @Override
            public boolean drain(Duration limit) throws InterruptedException {
                return agent.drain(limit);
            }

            @Override
            public void awaitUnmount() throws InterruptedException {
                agent.awaitUnmount();
            }

            @Override
            public void close() {
                if (closed.compareAndSet(false, true)) {
                    agent.close();
                }
            }
        };
    }
}
