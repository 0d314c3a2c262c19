package io.blobcache.operator.settings;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the process is told by its environment.
 *
 * @param agentImage BLOBCACHE_AGENT_IMAGE and, separated by commas, BLOBCACHE_AGENT_PULL_SECRETS
 * @param namespaces BLOBCACHE_WATCH_NAMESPACES, separated by commas: those whose resources it looks after; empty is all
 * @param leaseNamespace POD_NAMESPACE: where operators agree on who leads; empty for one that is alone
 * @param identity   POD_NAME, unique among operators
 * @param httpPort   BLOBCACHE_HTTP_PORT, for probes and metrics, 8080 by default; 0 lets the system choose
 */
public record OperatorSettings(
        AgentImage agentImage, Set<String> namespaces, String leaseNamespace, String identity, int httpPort) {
    private static final int HTTP_PORT = 8080;

    public OperatorSettings {
        namespaces = Set.copyOf(namespaces);
        if (httpPort < 0 || httpPort > 65_535) {
            throw new IllegalArgumentException("BLOBCACHE_HTTP_PORT must be in [0, 65535], was: " + httpPort);
        }
    }

    /** @throws IllegalArgumentException with variable, value and remedy */
    public static OperatorSettings of(Map<String, String> environment) {
        return new OperatorSettings(
                new AgentImage(
                        environment.getOrDefault("BLOBCACHE_AGENT_IMAGE", ""),
                        names(environment, "BLOBCACHE_AGENT_PULL_SECRETS").toList()),
                names(environment, "BLOBCACHE_WATCH_NAMESPACES").collect(Collectors.toSet()),
                environment.getOrDefault("POD_NAMESPACE", ""),
                environment.getOrDefault("POD_NAME", ""),
                port(environment.getOrDefault("BLOBCACHE_HTTP_PORT", Integer.toString(HTTP_PORT))));
    }

    /** Whether there may be other operators. */
    public boolean elects() {
        return !leaseNamespace.isEmpty();
    }

    private static Stream<String> names(Map<String, String> environment, String variable) {
        return Arrays.stream(environment.getOrDefault(variable, "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty());
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("BLOBCACHE_HTTP_PORT must be in [0, 65535], was: " + text, e);
        }
    }
}
