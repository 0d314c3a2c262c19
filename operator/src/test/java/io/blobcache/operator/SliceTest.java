package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.rig.Await;
import io.blobcache.operator.rig.OperatorUnderTest;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One resource applied to a real cluster: agents on every node, that know each other. */
class SliceTest {
    @RegisterExtension
    static final OperatorUnderTest OPERATOR = new OperatorUnderTest("slice");

    @BeforeAll
    static void aBucketAndACache() {
        OPERATOR.applyFile("s3.yaml");
        OPERATOR.applyCache(
                "models",
                "sources: [{url: \"s3://bucket\", endpoint: \"http://s3.${NAMESPACE}.svc:7070\", region: us-east-1,"
                        + " pathStyle: true, secretName: s3-credentials}]",
                "disk: {quotaBytes: 2GiB}");
        OPERATOR.awaitReady("models");
    }

    @Test
    void everyNodeHasAnAgentAndTheStatusCountsThem() {
        int nodes = OPERATOR.client().nodes().list().getItems().size();
        assertThat(OPERATOR.nodes("models")).isEqualTo(nodes + "/" + nodes);
        assertThat(OPERATOR.cache("models").getStatus().observedGeneration())
                .isEqualTo(OPERATOR.cache("models").getMetadata().getGeneration());
    }

    @Test
    void theAgentsAreMembersOfOneMesh() {
        String members = OPERATOR.text("blobcache-models-members", "members.yaml");
        assertThat(members.lines().filter(line -> line.contains("state: ready")))
                .hasSize(OPERATOR.client().nodes().list().getItems().size());
    }

    @Test
    void anAgentThatIsDeletedIsBackInTheListWithItsNewAddress() {
        String before = OPERATOR.text("blobcache-models-members", "members.yaml");
        OPERATOR
                .client()
                .pods()
                .inNamespace(OPERATOR.namespace())
                .withLabel("app.kubernetes.io/instance", "models")
                .list()
                .getItems()
                .stream()
                .limit(1)
                .forEach(pod -> OPERATOR.client().resource(pod).delete());
        Await.until(
                "the list has the new address",
                Duration.ofMinutes(2),
                () -> !OPERATOR.text("blobcache-models-members", "members.yaml").equals(before));
        OPERATOR.awaitReady("models");
    }
}
