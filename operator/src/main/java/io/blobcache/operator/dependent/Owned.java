package io.blobcache.operator.dependent;

import io.blobcache.crd.BlobCache;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;

/** An object that is made of a resource by server-side apply, and is deleted with it because it belongs to it. */
abstract class Owned<R extends HasMetadata> extends CRUDKubernetesDependentResource<R, BlobCache> {

    Owned(Class<R> type) {
        super(type);
    }

    /** Equal plans give equal objects; a value that the API server would fill in stands there, or it is left out. */
    abstract R wanted(Plan plan);

    @Override
    protected final R desired(BlobCache cache, Context<BlobCache> context) {
        return wanted(planOf(context));
    }

    static Plan planOf(Context<BlobCache> context) {
        return context.managedWorkflowAndDependentResourceContext().getMandatory(Plan.class, Plan.class);
    }

    static ObjectMeta metadata(Plan plan, String name) {
        return new ObjectMetaBuilder()
                .withNamespace(plan.names().namespace())
                .withName(name)
                .withLabels(plan.names().labels())
                .build();
    }
}
