package io.blobcache.node.cli;

import java.io.PrintWriter;
import java.util.Map;

/** All that a command touches outside of its arguments. */
record Surroundings(
        PrintWriter out,
        PrintWriter err,
        Map<String, String> environment,
        MountRegistry registry,
        AgentStarter agents) {

    /** The same with other agents. */
    Surroundings with(AgentStarter otherAgents) {
        return new Surroundings(out, err, environment, registry, otherAgents);
    }
}
