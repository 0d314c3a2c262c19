package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may be a peer, and what lies near to each other. */
public record PeersSpec(
        @JsonPropertyDescription(
                "Label of nodes whose value is the locality of their agents: a blob is fetched from its source once in each"
                        + " locality. Empty: all nodes are near to each other. A change is taken live.")
        @Default("topology.kubernetes.io/zone")
        @Size(max = 316)
        @ValidationRule(
                value =
                        "self.matches('^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$')"
                                + " || self == ''",
                message = "must be the key of a label, such as topology.kubernetes.io/zone")
        @Nullable
        String localityKey,

        @JsonPropertyDescription(
                "Secret of the same namespace with tls.crt, tls.key and ca.crt, as cert-manager writes it; every certificate"
                        + " has the DNS name blobcache-mesh. With it agents show each other certificates and all between"
                        + " them is encrypted; without it the NetworkPolicy alone keeps others out. A change restarts the agents.")
        @Size(min = 1, max = 253)
        @Nullable
        String tlsSecretName,

        @JsonPropertyDescription(
                "Namespaces whose pods may use the agents' API (blobcache.BlobCache, port 7480). Agents themselves always may.")
        @Size(max = 64)
        @Nullable
        List<@Size(min = 1, max = 63) String> clientNamespaces) {}
