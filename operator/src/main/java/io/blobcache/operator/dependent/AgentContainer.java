package io.blobcache.operator.dependent;

import io.blobcache.crd.ResourcesSpec;
import io.blobcache.operator.plan.Places;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import org.jspecify.annotations.Nullable;

/** The agent itself, as decision 21 has it. */
final class AgentContainer {
    private AgentContainer() {}

    static Container of(Plan plan) {
        return new ContainerBuilder()
                .withName("agent")
                .withImage(plan.agentImage().name())
                .withImagePullPolicy("IfNotPresent")
                .withArgs("agent", "--config", Places.CONFIG + "/" + Places.CONFIG_KEY)
                .withEnv(
                        field("NODE_NAME", "spec.nodeName"),
                        field("POD_NAME", "metadata.name"),
                        field("POD_NAMESPACE", "metadata.namespace"),
                        field("POD_IP", "status.podIP"))
                .addNewPort()
                .withName("metrics")
                .withContainerPort(Places.ADMIN_PORT)
                .withProtocol("TCP")
                .endPort()
                .addNewPort()
                .withName("mesh")
                .withContainerPort(Places.MESH_PORT)
                .withProtocol("TCP")
                .endPort()
                // Ten minutes to begin; an agent that waits for its source has begun.
                .withStartupProbe(probe("/startupz", 1, 600))
                .withReadinessProbe(probe("/readyz", 1, 3))
                .withLivenessProbe(probe("/livez", 10, 6))
                .withResources(resources(plan.spec().resources()))
                .withTerminationMessagePolicy("FallbackToLogsOnError")
                // Mounting, until a process of its own does it.
                .withNewSecurityContext()
                .withPrivileged(true)
                .withReadOnlyRootFilesystem(true)
                .endSecurityContext()
                .withVolumeMounts(AgentVolumes.mounts(plan))
                .build();
    }

    private static EnvVar field(String name, String path) {
        return new EnvVarBuilder()
                .withName(name)
                .withNewValueFrom()
                .withNewFieldRef("v1", path)
                .endValueFrom()
                .build();
    }

    private static Probe probe(String path, int periodSeconds, int failures) {
        return new ProbeBuilder()
                .withNewHttpGet()
                .withPath(path)
                .withNewPort("metrics")
                .withScheme("HTTP")
                .endHttpGet()
                .withPeriodSeconds(periodSeconds)
                .withTimeoutSeconds(5)
                .withFailureThreshold(failures)
                .build();
    }

    private static ResourceRequirements resources(@Nullable ResourcesSpec spec) {
        ResourceRequirementsBuilder wanted = new ResourceRequirementsBuilder();
        if (spec == null) {
            return wanted.build();
        }
        if (spec.cpu() != null) {
            wanted.addToRequests("cpu", new Quantity(spec.cpu()));
        }
        if (spec.memory() != null) {
            wanted.addToRequests("memory", new Quantity(spec.memory()));
        }
        if (spec.cpuLimit() != null) {
            wanted.addToLimits("cpu", new Quantity(spec.cpuLimit()));
        }
        if (spec.memoryLimit() != null) {
            wanted.addToLimits("memory", new Quantity(spec.memoryLimit()));
        }
        return wanted.build();
    }
}
