package io.blobcache.operator.dependent;

import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** As whom agents speak to the API server. */
@KubernetesDependent(informer = @Informer(labelSelector = Names.SELECTOR))
public final class ServiceAccountOwned extends Owned<ServiceAccount> {
    public ServiceAccountOwned() {
        super(ServiceAccount.class);
    }

    @Override
    ServiceAccount wanted(Plan plan) {
        return new ServiceAccountBuilder()
                .withMetadata(metadata(plan, plan.names().agents()))
                .build();
    }
}
