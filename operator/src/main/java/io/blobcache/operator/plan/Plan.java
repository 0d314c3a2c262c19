package io.blobcache.operator.plan;

import io.blobcache.crd.BlobCacheSpec;
import io.blobcache.operator.settings.AgentImage;
import java.util.List;

/**
 * What is wanted of one resource.
 *
 * @param agentFile   by which its agents are told everything
 * @param restartHash differs if and only if agents have to be started anew to take {@code agentFile} and their identity
 * @param members     the file of members
 * @param warmups     the file of what is to be fetched before somebody reads it
 * @param podMonitors whether Prometheus' operator can be told of the agents in this cluster
 * @param problems    why {@code agentFile} is still an earlier one; empty if it is what the resource says
 */
public record Plan(
        Names names,
        BlobCacheSpec spec,
        String agentFile,
        String restartHash,
        String members,
        String warmups,
        AgentImage agentImage,
        boolean podMonitors,
        List<String> problems) {

    public Plan {
        problems = List.copyOf(problems);
    }
}
