package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As whom agents speak to the API server and, where the cluster vouches for them, to the cloud. A change restarts the agents. */
public record ServiceAccountSpec(
        @JsonPropertyDescription(
                "Annotations of the agents' service account blobcache-NAME, by which a cloud knows whose identity it has, such"
                        + " as eks.amazonaws.com/role-arn. What is taken out of here is taken from the account too. A change"
                        + " restarts the agents: an identity is given to a pod when it is made.")
        @Size(max = 16)
        @ValidationRule(
                value = "self.all(key, size(key) <= 316)",
                message = "keys of annotations have at most 316 characters")
        @ValidationRule(
                value = "!self.exists(key, key.startsWith('blobcache.io/') || key.startsWith('javaoperatorsdk.io/')"
                        + " || key.startsWith('kubernetes.io/') || key.startsWith('kubectl.kubernetes.io/'))",
                message =
                        "annotations of blobcache.io/, javaoperatorsdk.io/, kubernetes.io/ and kubectl.kubernetes.io/ are not"
                                + " for this place: remove them")
        @Nullable
        Map<String, @Size(max = 2048) String> annotations) {}
