package io.blobcache.operator.dependent;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A resource of Prometheus' operator, by which it finds pods. Its spec is kept as it is, since others may add to it. It has a
 * class, and is not looked up in the cluster by its name, because it has to be spoken of where the cluster does not have it.
 */
@Group("monitoring.coreos.com")
@Version("v1")
public class PodMonitor extends CustomResource<Map<String, Object>, Void> implements Namespaced {
    private static final long serialVersionUID = 1;

    @Override
    protected Map<String, Object> initSpec() {
        return new LinkedHashMap<>();
    }
}
