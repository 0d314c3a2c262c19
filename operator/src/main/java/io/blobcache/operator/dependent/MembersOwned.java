package io.blobcache.operator.dependent;

import io.blobcache.operator.plan.Places;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** The list of who is in the mesh. */
@KubernetesDependent
public final class MembersOwned extends Owned<ConfigMap> {
    public MembersOwned() {
        super(ConfigMap.class);
    }

    @Override
    ConfigMap wanted(Plan plan) {
        return new ConfigMapBuilder()
                .withMetadata(metadata(plan, plan.names().membersMap()))
                .addToData(Places.MEMBERS_KEY, plan.members())
                .build();
    }
}
