package io.blobcache.operator.rig;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The rights that the operator is installed with, for a service account of a test's namespace, and not one more. What it makes
 * it may make in this namespace only, as where the chart is told which namespaces to watch.
 */
record ShippedRights(KubernetesClient client, String namespace) {
    private static final Path SHIPPED = Path.of("../helm/blobcache.yaml");
    private static final String ACCOUNT = "operator";

    void grant() {
        for (HasMetadata shipped : shipped()) {
            String name = shipped.getMetadata().getName();
            if (shipped instanceof ClusterRole role) {
                String own = own(name);
                client.resource(new ClusterRoleBuilder()
                                .withNewMetadata()
                                .withName(own)
                                .endMetadata()
                                .withRules(role.getRules())
                                .build())
                        .forceConflicts()
                        .serverSideApply();
                if (name.endsWith("-dependent")) {
                    bindHere("ClusterRole", own);
                } else {
                    bindEverywhere(own);
                }
            } else if (shipped instanceof Role role) {
                client.resource(new RoleBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(name)
                                .endMetadata()
                                .withRules(role.getRules())
                                .build())
                        .serverSideApply();
                bindHere("Role", name);
            }
        }
    }

    /** The same server, asked as the service account. */
    Config of(Config administrator) {
        administrator.setImpersonateUsername("system:serviceaccount:%s:%s".formatted(namespace, ACCOUNT));
        return administrator;
    }

    void revoke() {
        for (HasMetadata shipped : shipped()) {
            if (shipped instanceof ClusterRole) {
                client.rbac()
                        .clusterRoles()
                        .withName(own(shipped.getMetadata().getName()))
                        .delete();
                client.rbac()
                        .clusterRoleBindings()
                        .withName(own(shipped.getMetadata().getName()))
                        .delete();
            }
        }
    }

    private String own(String name) {
        return namespace + "-" + name;
    }

    private void bindEverywhere(String role) {
        client.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(role)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName(ACCOUNT)
                        .withNamespace(namespace)
                        .endSubject()
                        .build())
                .forceConflicts()
                .serverSideApply();
    }

    private void bindHere(String kind, String role) {
        client.resource(new RoleBindingBuilder()
                        .withNewMetadata()
                        .withNamespace(namespace)
                        .withName(role)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", kind, role)
                        .addNewSubject()
                        .withKind("ServiceAccount")
                        .withName(ACCOUNT)
                        .withNamespace(namespace)
                        .endSubject()
                        .build())
                .serverSideApply();
    }

    private List<HasMetadata> shipped() {
        try (InputStream in = Files.newInputStream(SHIPPED)) {
            return client.load(in).items();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
