package io.blobcache.operator.dependent;

import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** What agents may: read and watch their two ConfigMaps, by name. */
@KubernetesDependent(informer = @Informer(labelSelector = Names.SELECTOR))
public final class RoleOwned extends Owned<Role> {
    public RoleOwned() {
        super(Role.class);
    }

    @Override
    Role wanted(Plan plan) {
        return new RoleBuilder()
                .withMetadata(metadata(plan, plan.names().agents()))
                .addNewRule()
                .withApiGroups("")
                .withResources("configmaps")
                .withResourceNames(plan.names().configMap(), plan.names().membersMap())
                .withVerbs("get", "list", "watch")
                .endRule()
                .build();
    }
}
