package io.blobcache.e2e.cluster;

import io.fabric8.kubernetes.api.model.Pod;

/** What there is to know of a scenario's namespace after it failed. */
final class Description {
    private Description() {}

    static String of(Cluster cluster) {
        StringBuilder text = new StringBuilder("pods of " + cluster.namespace() + ":\n");
        for (Pod pod :
                cluster.client().pods().inNamespace(cluster.namespace()).list().getItems()) {
            String name = pod.getMetadata().getName();
            text.append("--- ").append(name).append(" on ").append(pod.getSpec().getNodeName());
            text.append(' ').append(pod.getStatus().getPhase()).append('\n');
            pod.getStatus()
                    .getContainerStatuses()
                    .forEach(status -> text.append(status.getState()).append('\n'));
            pod.getSpec().getContainers().forEach(container -> text.append(log(cluster, name, container.getName())));
        }
        cluster.client()
                .v1()
                .events()
                .inNamespace(cluster.namespace())
                .list()
                .getItems()
                .forEach(event -> text.append(event.getInvolvedObject().getName())
                        .append(": ")
                        .append(event.getMessage())
                        .append('\n'));
        return text.toString();
    }

    private static String log(Cluster cluster, String pod, String container) {
        String log = cluster.log(pod, container);
        return log.substring(Math.max(0, log.length() - 4000)) + "\n";
    }
}
