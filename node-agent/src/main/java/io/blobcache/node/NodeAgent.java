package io.blobcache.node;

import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.config.AgentConfig;
import java.io.IOException;

/** One running agent: wires the layers together by constructors and takes them down again in the reverse order. */
@SuppressWarnings("DoNotCallSuggester")
public final class NodeAgent implements AutoCloseable {
    private NodeAgent() {}

    /**
     * Mounts and serves. When it returns the mount answers.
     *
     * @throws IOException with one line that says what is wrong and what to do; nothing is left mounted
     */
    public static NodeAgent start(MountSpec spec, AgentConfig config) throws IOException {
        throw new UnsupportedOperationException("not wired yet: " + spec + config);
    }

    /** Waits until the mount is gone. */
    public void awaitUnmount() throws InterruptedException {
        throw new InterruptedException("not wired yet");
    }

    /** What the agent says of itself now; waits for nothing. */
    public AgentStatus status() {
        throw new UnsupportedOperationException("not wired yet");
    }

    /** Puts the new values of live settings in force; the others are those the agent was started with. */
    public void reconfigure(AgentConfig config) {
        throw new UnsupportedOperationException("not wired yet: " + config);
    }

    @Override
    public void close() {}
}
