package io.blobcache.operator.settings;

import java.util.List;
import java.util.regex.Pattern;

/**
 * What runs in the agents' pods, and how nodes come by it.
 *
 * @param name        as a registry takes it
 * @param pullSecrets names of Secrets in the namespace of each resource; one that is not there is passed over by Kubernetes
 */
public record AgentImage(String name, List<String> pullSecrets) {
    /** Each kubelet tries one after the other. */
    private static final int MAX_PULL_SECRETS = 8;

    /** Of a Secret, as Kubernetes has it: a DNS subdomain. */
    private static final Pattern SECRET = Pattern.compile("(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?");

    public AgentImage {
        pullSecrets = List.copyOf(pullSecrets);
        if (name.isBlank()) {
            throw new IllegalArgumentException(
                    "BLOBCACHE_AGENT_IMAGE must name the image of the agents, such as blobcache-agent:1.0, was empty");
        }
        if (pullSecrets.size() > MAX_PULL_SECRETS
                || !pullSecrets.stream()
                        .allMatch(secret -> SECRET.matcher(secret).matches())) {
            throw new IllegalArgumentException(
                    "BLOBCACHE_AGENT_PULL_SECRETS must be at most %d names of Secrets, was: %s"
                            .formatted(MAX_PULL_SECRETS, String.join(",", pullSecrets)));
        }
    }

    public AgentImage(String name) {
        this(name, List.of());
    }
}
