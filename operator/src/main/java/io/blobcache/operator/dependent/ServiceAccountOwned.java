package io.blobcache.operator.dependent;

import io.blobcache.operator.plan.AgentFilePlan;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** As whom agents speak to the API server, and to a cloud that knows it by its annotations. */
@KubernetesDependent(informer = @Informer(labelSelector = Names.SELECTOR))
public final class ServiceAccountOwned extends Owned<ServiceAccount> {
    /** Of the dependent, for those that have to come after it. */
    public static final String NAME = "service-account";

    public ServiceAccountOwned() {
        super(ServiceAccount.class);
    }

    @Override
    ServiceAccount wanted(Plan plan) {
        return new ServiceAccountBuilder()
                .withMetadata(new ObjectMetaBuilder(metadata(plan, plan.names().agents()))
                        .withAnnotations(AgentFilePlan.identity(plan.spec()))
                        .build())
                .build();
    }
}
