package io.blobcache.operator.agents;

/**
 * What one agent answered.
 *
 * @param pod      unique for ever
 * @param node     where it runs
 * @param expected whether the kubelet says that it serves
 * @param answered whether it gave its metrics
 * @param waiting  why it does not serve although nothing of its own is missing; empty if it serves, or has not begun
 */
record AgentAnswer(
        String pod, String node, boolean expected, boolean answered, String waiting, PrometheusText metrics) {}
