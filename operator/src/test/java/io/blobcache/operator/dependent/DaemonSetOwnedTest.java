package io.blobcache.operator.dependent;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetUpdateStrategy;
import java.util.List;
import org.junit.jupiter.api.Test;

class DaemonSetOwnedTest {
    @Test
    void aChangeThatNeedsARestartIsAnotherTemplateAndNoOtherChangeIs() {
        DaemonSet set = daemonSet(Plans.of(""));
        assertThat(set.getSpec().getTemplate().getMetadata().getAnnotations())
                .containsEntry("blobcache.io/restart-hash", "0123");
        Plan live = Plans.of("disk: {quotaBytes: 5GiB}");
        assertThat(daemonSet(live).getSpec().getTemplate())
                .isEqualTo(set.getSpec().getTemplate());
        assertThat(set.getSpec().getSelector().getMatchLabels()).isEqualTo(Plans.NAMES.selector());
        assertThat(set.getSpec().getTemplate().getMetadata().getLabels()).containsAllEntriesOf(Plans.NAMES.selector());
    }

    @Test
    void agentsAreReplacedAsTheResourceSays() {
        assertThat(strategy("").getRollingUpdate().getMaxUnavailable()).isEqualTo(new IntOrString(1));
        assertThat(strategy("updateStrategy: {maxUnavailable: 25%}")
                        .getRollingUpdate()
                        .getMaxUnavailable())
                .isEqualTo(new IntOrString("25%"));
        DaemonSetUpdateStrategy byHand = strategy("updateStrategy: {type: OnDelete, maxUnavailable: 25%}");
        assertThat(byHand.getType()).isEqualTo("OnDelete");
        assertThat(byHand.getRollingUpdate()).isNull();
    }

    @Test
    void anAgentHasItsFileItsNodeAndItsProbes() {
        Container agent = container(Plans.of(""));
        assertThat(agent.getArgs()).containsExactly("agent", "--config", "/etc/blobcache/config/agent.yaml");
        assertThat(agent.getImage()).isEqualTo("agent:1");
        assertThat(agent.getEnv())
                .extracting(env ->
                        env.getName() + "=" + env.getValueFrom().getFieldRef().getFieldPath())
                .contains("NODE_NAME=spec.nodeName", "POD_IP=status.podIP");
        assertThat(agent.getEnvFrom()).isEmpty();
        assertThat(agent.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/livez");
        assertThat(agent.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
        assertThat(agent.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    }

    @Test
    void theImageIsPulledWithTheSecretsThatTheOperatorWasTold() {
        assertThat(pod(Plans.of("")).getImagePullSecrets())
                .extracting(LocalObjectReference::getName)
                .containsExactly("registry");
    }

    @Test
    void credentialsAreFilesAndNoPartOfTheEnvironment() {
        Plan plan = Plans.of("{url: \"s3://bucket\", secretName: keys}", "");
        assertThat(container(plan).getEnvFrom()).isEmpty();
        assertThat(pod(plan).getVolumes())
                .filteredOn(volume -> volume.getName().startsWith("credentials"))
                .singleElement()
                .satisfies(volume -> {
                    assertThat(volume.getSecret().getSecretName()).isEqualTo("keys");
                    assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0400);
                });
        assertThat(container(plan).getVolumeMounts())
                .filteredOn(mount -> mount.getName().startsWith("credentials"))
                .singleElement()
                .satisfies(mount -> {
                    assertThat(mount.getMountPath()).isEqualTo("/etc/blobcache/credentials/keys");
                    assertThat(mount.getReadOnly()).isTrue();
                    assertThat(mount.getSubPath())
                            .as("with a subPath it would never be renewed")
                            .isNull();
                });
    }

    @Test
    void aClaimAndCertificatesAreMountedReadOnly() {
        Plan plan = Plans.of("{url: \"dir:/tree\", claimName: data}", "peers: {tlsSecretName: mesh}");
        assertThat(pod(plan).getVolumes())
                .extracting(Volume::getName)
                .containsExactly("host", "config", "members", "run", "tmp", "tls", "source");
        List<VolumeMount> mounts = container(plan).getVolumeMounts();
        assertThat(mounts)
                .filteredOn(mount -> Boolean.TRUE.equals(mount.getReadOnly()))
                .extracting(VolumeMount::getName)
                .containsExactly("config", "members", "tls", "source");
        assertThat(mounts)
                .filteredOn(mount -> mount.getName().equals("host"))
                .singleElement()
                .satisfies(host -> assertThat(host.getMountPropagation()).isEqualTo("Bidirectional"));
    }

    @Test
    void resourcesAreThoseThatAreAskedForAndNoOthers() {
        assertThat(container(Plans.of("")).getResources().getRequests()).isEmpty();
        Container agent = container(Plans.of("resources: {cpu: 500m, memoryLimit: 2Gi}"));
        assertThat(agent.getResources().getRequests()).containsOnlyKeys("cpu");
        assertThat(agent.getResources().getLimits()).containsEntry("memory", new Quantity("2Gi"));
    }

    @Test
    void aPodMayTakeAsLongToEndAsItsAgentDrains() {
        assertThat(pod(Plans.of("")).getTerminationGracePeriodSeconds()).isEqualTo(30);
        assertThat(pod(Plans.of("mount: {drainTime: 2m}")).getTerminationGracePeriodSeconds())
                .isEqualTo(140);
    }

    @Test
    void agentsRunWhereTheResourceSays() {
        PodSpec pod = pod(Plans.of("""
                placement:
                  nodeSelector: {gpu: "true"}
                  nodeExpressions: [{key: zone, operator: In, values: [a, b]}]
                  tolerations: [{key: gpu, operator: Exists, effect: NoSchedule}]
                  priorityClassName: high
                """));
        assertThat(pod.getNodeSelector()).containsEntry("gpu", "true");
        assertThat(pod.getPriorityClassName()).isEqualTo("high");
        assertThat(pod.getTolerations())
                .singleElement()
                .satisfies(toleration -> assertThat(toleration.getEffect()).isEqualTo("NoSchedule"));
        assertThat(pod.getAffinity().getNodeAffinity().toString()).contains("zone", "[a, b]");
        assertThat(pod(Plans.of("placement: {}")).getAffinity()).isNull();
    }

    private static DaemonSetUpdateStrategy strategy(String fields) {
        return daemonSet(Plans.of(fields)).getSpec().getUpdateStrategy();
    }

    private static Container container(Plan plan) {
        return pod(plan).getContainers().getFirst();
    }

    private static PodSpec pod(Plan plan) {
        return daemonSet(plan).getSpec().getTemplate().getSpec();
    }

    private static DaemonSet daemonSet(Plan plan) {
        return new DaemonSetOwned().wanted(plan);
    }
}
