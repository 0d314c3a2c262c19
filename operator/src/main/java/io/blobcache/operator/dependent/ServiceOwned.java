package io.blobcache.operator.dependent;

import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Places;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** Headless: the addresses of all agents under one name, for clients of their API and for people. */
@KubernetesDependent(informer = @Informer(labelSelector = Names.SELECTOR))
public final class ServiceOwned extends Owned<Service> {
    public ServiceOwned() {
        super(Service.class);
    }

    @Override
    Service wanted(Plan plan) {
        return new ServiceBuilder()
                .withMetadata(metadata(plan, plan.names().agents()))
                .withNewSpec()
                .withClusterIP("None")
                .withSelector(plan.names().selector())
                .addNewPort()
                .withName("mesh")
                .withProtocol("TCP")
                .withPort(Places.MESH_PORT)
                .withNewTargetPort("mesh")
                .endPort()
                .endSpec()
                .build();
    }
}
