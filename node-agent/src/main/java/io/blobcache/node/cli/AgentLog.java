package io.blobcache.node.cli;

import java.nio.file.Path;

/** Where an agent that runs by itself writes. */
final class AgentLog {
    private AgentLog() {}

    static Path of(Path state) {
        return state.resolve("agent.log");
    }

    /** What the virtual machine itself says when it dies, and nothing else. */
    static Path errorsOf(Path state) {
        return state.resolve("agent.err");
    }
}
