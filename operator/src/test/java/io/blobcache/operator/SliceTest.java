package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCacheStatus;
import io.blobcache.operator.rig.Await;
import io.blobcache.operator.rig.OperatorUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
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
        Await.until(
                "counted",
                OperatorUnderTest.START_LIMIT,
                () -> OPERATOR.nodes("models").equals(nodes + "/" + nodes));
        assertThat(OPERATOR.cache("models").getStatus().observedGeneration())
                .isEqualTo(OPERATOR.cache("models").getMetadata().getGeneration());
    }

    @Test
    void theAgentsAreMembersOfOneMesh() {
        int nodes = OPERATOR.client().nodes().list().getItems().size();
        Await.until(
                "all are members",
                OperatorUnderTest.START_LIMIT,
                () -> OPERATOR.text("blobcache-models-members", "members.yaml")
                                .lines()
                                .filter(line -> line.contains("state: ready"))
                                .count()
                        == nodes);
    }

    @Test
    void theAgentsTellHowTheyAre() {
        for (String told : List.of(
                "SourceReachable True/Answers",
                "PeersHealthy True/AllKnown",
                "DiskPressure False/RoomLeft",
                "Degraded False/AsWanted",
                "Progressing False/UpToDate")) {
            String[] parts = told.split(" ", 2);
            Await.until(
                    told,
                    Duration.ofMinutes(1),
                    () -> OPERATOR.condition("models", parts[0]).equals(parts[1]));
        }
        BlobCacheStatus status = Objects.requireNonNull(OPERATOR.cache("models").getStatus());
        assertThat(status.toString()).contains("disk=TierStatus[capacity=");
    }

    @Test
    void atRestNothingIsWrittenForAMinute() throws Exception {
        Await.until(
                "told",
                Duration.ofMinutes(1),
                () -> OPERATOR.condition("models", "PeersHealthy").equals("True/AllKnown"));
        Await.until("nothing is written any more", Duration.ofMinutes(2), () -> {
            OPERATOR.writes().clear();
            return Await.passed(Duration.ofSeconds(15)) && OPERATOR.writes().isEmpty();
        });
        assertThat(Await.passed(Duration.ofMinutes(1))).isTrue();
        assertThat(OPERATOR.writes()).isEmpty();
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
