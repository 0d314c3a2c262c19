package io.blobcache.operator.dependent;

import io.blobcache.operator.plan.Places;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;

/** The file by which agents are told everything, and that of what they are to fetch ahead. */
@KubernetesDependent
public final class ConfigMapOwned extends Owned<ConfigMap> {
    public ConfigMapOwned() {
        super(ConfigMap.class);
    }

    @Override
    ConfigMap wanted(Plan plan) {
        return new ConfigMapBuilder()
                .withMetadata(metadata(plan, plan.names().configMap()))
                .addToData(Places.CONFIG_KEY, plan.agentFile())
                .addToData(Places.WARMUPS_KEY, plan.warmups())
                .build();
    }
}
