package io.blobcache.operator.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class OperatorSettingsTest {
    @Test
    void secretsToPullWithAreNamesBetweenCommas() {
        assertThat(image("").pullSecrets()).isEmpty();
        assertThat(image("registry, other.registry,").pullSecrets()).containsExactly("registry", "other.registry");
    }

    @Test
    void whatIsNoNameOfASecretOrTooManyAreRefusedWithTheVariable() {
        assertThatThrownBy(() -> image("registry,Not A Name"))
                .hasMessage(
                        "BLOBCACHE_AGENT_PULL_SECRETS must be at most 8 names of Secrets, was: registry,Not A Name");
        assertThat(image("a,".repeat(8)).pullSecrets()).hasSize(8);
        assertThatThrownBy(() -> image("a,".repeat(9))).hasMessageContaining("at most 8 names");
    }

    private static AgentImage image(String pullSecrets) {
        return OperatorSettings.of(
                        Map.of("BLOBCACHE_AGENT_IMAGE", "agent:1", "BLOBCACHE_AGENT_PULL_SECRETS", pullSecrets))
                .agentImage();
    }
}
