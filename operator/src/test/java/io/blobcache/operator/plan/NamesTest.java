package io.blobcache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class NamesTest {
    /** As long as the schema allows; a name of Service and label has at most 63. */
    private static final Names LONGEST = new Names("team", "x".repeat(50));

    @Test
    void theLongestNameStillMakesNamesThatKubernetesTakes() {
        assertThat(LONGEST.agents()).hasSizeLessThanOrEqualTo(63);
        assertThat(LONGEST.configMap()).hasSizeLessThanOrEqualTo(253);
        assertThat(LONGEST.membersMap()).hasSizeLessThanOrEqualTo(253).isNotEqualTo(LONGEST.configMap());
        assertThat(LONGEST.labels().values()).allMatch(value -> value.length() <= 63);
    }

    @Test
    void anObjectSaysWhoseItIs() {
        Pod pod = new PodBuilder()
                .withNewMetadata()
                .withLabels(new Names("team", "models").labels())
                .endMetadata()
                .build();
        assertThat(Names.instance(pod)).isEqualTo("models");
        assertThat(Names.instance(
                        new PodBuilder().withNewMetadata().endMetadata().build()))
                .isEmpty();
    }

    @Test
    void podsAreFoundByLabelsThatTheyHave() {
        assertThat(LONGEST.labels()).containsAllEntriesOf(LONGEST.selector());
    }
}
