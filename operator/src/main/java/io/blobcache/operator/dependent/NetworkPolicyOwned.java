package io.blobcache.operator.dependent;

import io.blobcache.crd.PeersSpec;
import io.blobcache.operator.plan.Names;
import io.blobcache.operator.plan.Places;
import io.blobcache.operator.plan.Plan;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpecBuilder;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.KubernetesDependent;
import java.util.List;

/**
 * Who reaches an agent: its peers, pods of the namespaces that the resource names (the API only, not the peers' bulk port), and
 * for metrics and probes everybody. What an agent asks is not limited: its source may be anywhere.
 */
@KubernetesDependent(informer = @Informer(labelSelector = Names.SELECTOR))
public final class NetworkPolicyOwned extends Owned<NetworkPolicy> {
    /** The label that every namespace has by itself. */
    private static final String NAMESPACE = "kubernetes.io/metadata.name";

    public NetworkPolicyOwned() {
        super(NetworkPolicy.class);
    }

    @Override
    NetworkPolicy wanted(Plan plan) {
        NetworkPolicySpecBuilder spec = new NetworkPolicySpecBuilder()
                .withNewPodSelector()
                .withMatchLabels(plan.names().selector())
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .addNewIngress()
                .addNewFrom()
                .withNewPodSelector()
                .withMatchLabels(plan.names().selector())
                .endPodSelector()
                .endFrom()
                .withPorts(port(Places.MESH_PORT), port(Places.BULK_PORT))
                .endIngress()
                .addNewIngress()
                .withPorts(port(Places.ADMIN_PORT))
                .endIngress();
        PeersSpec peers = plan.spec().peers();
        List<String> clients = peers == null || peers.clientNamespaces() == null ? List.of() : peers.clientNamespaces();
        if (!clients.isEmpty()) {
            spec.addNewIngress()
                    .addNewFrom()
                    .withNewNamespaceSelector()
                    .addNewMatchExpression()
                    .withKey(NAMESPACE)
                    .withOperator("In")
                    .withValues(clients)
                    .endMatchExpression()
                    .endNamespaceSelector()
                    .endFrom()
                    .withPorts(port(Places.MESH_PORT))
                    .endIngress();
        }
        return new NetworkPolicyBuilder()
                .withMetadata(metadata(plan, plan.names().agents()))
                .withSpec(spec.build())
                .build();
    }

    private static NetworkPolicyPort port(int number) {
        return new NetworkPolicyPortBuilder()
                .withPort(new IntOrString(number))
                .withProtocol("TCP")
                .build();
    }
}
