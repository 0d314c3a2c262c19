package io.blobcache.operator.dependent;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The objects beside the DaemonSet. */
class OwnedTest {
    private static final List<Owned<? extends HasMetadata>> ALL = List.of(
            new ConfigMapOwned(),
            new MembersOwned(),
            new RoleOwned(),
            new RoleBindingOwned(),
            new ServiceAccountOwned(),
            new ServiceOwned(),
            new NetworkPolicyOwned(),
            new PodMonitorOwned(),
            new DaemonSetOwned());

    @Test
    void equalPlansGiveEqualObjectsSoThatNothingIsWrittenTwice() {
        for (Owned<? extends HasMetadata> owned : ALL) {
            HasMetadata first = owned.wanted(Plans.of("peers: {clientNamespaces: [a]}"));
            HasMetadata second = owned.wanted(Plans.of("peers: {clientNamespaces: [a]}"));
            assertThat(second).isEqualTo(first);
        }
    }

    @Test
    void everyObjectStandsInTheNamespaceOfTheResourceAndIsFoundByItsLabels() {
        for (Owned<? extends HasMetadata> owned : ALL) {
            HasMetadata object = owned.wanted(Plans.of(""));
            assertThat(object.getMetadata().getNamespace()).isEqualTo("team");
            assertThat(object.getMetadata().getName()).startsWith("blobcache-models");
            assertThat(object.getMetadata().getLabels())
                    .containsEntry("app.kubernetes.io/managed-by", "blobcache-operator")
                    .containsEntry("app.kubernetes.io/instance", "models");
        }
    }

    @Test
    void agentsMayReadTheirTwoConfigMapsAndNothingElse() {
        assertThat(new RoleOwned().wanted(Plans.of("")).getRules())
                .singleElement()
                .satisfies(OwnedTest::readsTwoConfigMaps);
    }

    @Test
    void theServiceAccountHasTheAnnotationsOfTheResourceAndNoOthers() {
        Plan plan = Plans.of("serviceAccount: {annotations: {eks.amazonaws.com/role-arn: reader}}");
        assertThat(new ServiceAccountOwned().wanted(plan).getMetadata().getAnnotations())
                .containsExactly(Map.entry("eks.amazonaws.com/role-arn", "reader"));
        for (String none : List.of("", "serviceAccount: {}", "serviceAccount: {annotations: {}}")) {
            assertThat(new ServiceAccountOwned()
                            .wanted(Plans.of(none))
                            .getMetadata()
                            .getAnnotations())
                    .as(none)
                    .isEmpty();
        }
    }

    private static void readsTwoConfigMaps(PolicyRule rule) {
        assertThat(rule.getResources()).containsExactly("configmaps");
        assertThat(rule.getResourceNames()).containsExactly("blobcache-models-config", "blobcache-models-members");
        assertThat(rule.getVerbs()).containsExactly("get", "list", "watch");
    }

    @Test
    void theConfigMapHasWhatAgentsAreAndWhatTheyAreToFetch() {
        assertThat(new ConfigMapOwned().wanted(Plans.of("")).getData())
                .containsEntry("agent.yaml", "agent file")
                .containsEntry("warmups.yaml", "warmups")
                .hasSize(2);
    }

    @Test
    void thePortsForPeersAreOpenToPeersAndThatOfTheApiToNamedNamespaces() {
        assertThat(ports(Plans.of(""))).containsExactly("peers 7480 7481", "all 9464");
        assertThat(ports(Plans.of("peers: {clientNamespaces: [apps]}")))
                .containsExactly("peers 7480 7481", "all 9464", "[apps] 7480");
    }

    private static List<String> ports(Plan plan) {
        NetworkPolicy policy = new NetworkPolicyOwned().wanted(plan);
        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
        return policy.getSpec().getIngress().stream().map(OwnedTest::shown).toList();
    }

    private static String shown(NetworkPolicyIngressRule rule) {
        StringBuilder text = new StringBuilder();
        if (rule.getFrom().isEmpty()) {
            text.append("all");
        } else if (rule.getFrom().getFirst().getNamespaceSelector() == null) {
            assertThat(rule.getFrom().getFirst().getPodSelector().getMatchLabels())
                    .isEqualTo(Plans.NAMES.selector());
            text.append("peers");
        } else {
            text.append(rule.getFrom()
                    .getFirst()
                    .getNamespaceSelector()
                    .getMatchExpressions()
                    .getFirst()
                    .getValues());
        }
        rule.getPorts().forEach(port -> text.append(' ').append(port.getPort().getIntVal()));
        return text.toString();
    }
}
