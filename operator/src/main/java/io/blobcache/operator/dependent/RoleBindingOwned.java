package io.blobcache.operator.dependent;

import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** Gives the agents their role. */
@KubernetesDependent(informer = @Informer(labelSelector = Names.SELECTOR))
public final class RoleBindingOwned extends Owned<RoleBinding> {
    public RoleBindingOwned() {
        super(RoleBinding.class);
    }

    @Override
    RoleBinding wanted(Plan plan) {
        String agents = plan.names().agents();
        return new RoleBindingBuilder()
                .withMetadata(metadata(plan, agents))
                .withNewRoleRef("rbac.authorization.k8s.io", "Role", agents)
                .addNewSubject()
                .withKind("ServiceAccount")
                .withName(agents)
                .withNamespace(plan.names().namespace())
                .endSubject()
                .build();
    }
}
