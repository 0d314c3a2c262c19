package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.rig.Await;
import io.blobcache.operator.rig.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.client.dsl.ServiceAccountResource;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a cloud has to know of the agents' account goes there, and away again. An API server is enough: no node is chosen. */
class ServiceAccountTest {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String SOURCE = "sources: [{url: \"s3://bucket\"}]";
    private static final String NOWHERE = "placement: {nodeSelector: {there-is: no-such-node}}";
    private static final String ROLE = "eks.amazonaws.com/role-arn";
    private static final String EXPIRES = "eks.amazonaws.com/token-expiration";

    @RegisterExtension
    static final OperatorUnderTest OPERATOR = new OperatorUnderTest("account");

    @Test
    void annotationsComeChangeAndGoAndOthersAreLeftAlone() {
        apply("serviceAccount: {annotations: {%s: first, %s: \"3600\"}}".formatted(ROLE, EXPIRES));
        Await.until(
                "annotated",
                SOON,
                () -> annotations()
                        .entrySet()
                        .containsAll(Map.of(ROLE, "first", EXPIRES, "3600").entrySet()));
        Await.until("agents are wanted", SOON, () -> !restartHash().isEmpty());
        String before = restartHash();
        account()
                .edit(found -> new ServiceAccountBuilder(found)
                        .editMetadata()
                        .addToAnnotations("example.com/somebody", "else")
                        .endMetadata()
                        .build());

        apply("serviceAccount: {annotations: {%s: second}}".formatted(ROLE));
        Await.until(
                "changed",
                SOON,
                () -> "second".equals(annotations().get(ROLE)) && !annotations().containsKey(EXPIRES));
        Await.until("agents are to be replaced", SOON, () -> !restartHash().equals(before));

        apply("disk: {quotaBytes: 1GiB}");
        Await.until("gone", SOON, () -> !annotations().containsKey(ROLE));
        assertThat(annotations()).containsEntry("example.com/somebody", "else");
    }

    private static void apply(String fields) {
        OPERATOR.applyCache("models", SOURCE, NOWHERE, fields);
    }

    private static Map<String, String> annotations() {
        ServiceAccount account = account().get();
        return account == null || account.getMetadata().getAnnotations() == null
                ? Map.of()
                : account.getMetadata().getAnnotations();
    }

    /** Empty until there is a DaemonSet. */
    private static String restartHash() {
        DaemonSet set = OPERATOR.client()
                .apps()
                .daemonSets()
                .inNamespace(OPERATOR.namespace())
                .withName("blobcache-models")
                .get();
        return set == null
                ? ""
                : set.getSpec()
                        .getTemplate()
                        .getMetadata()
                        .getAnnotations()
                        .getOrDefault("blobcache.io/restart-hash", "");
    }

    private static ServiceAccountResource account() {
        return OPERATOR.client()
                .serviceAccounts()
                .inNamespace(OPERATOR.namespace())
                .withName("blobcache-models");
    }
}
