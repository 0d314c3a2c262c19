package io.blobcache.operator;

import java.util.function.Consumer;

/**
 * What the operator tells the process around it; from any thread.
 *
 * @param writes   given method and path of each request that changes something, before it is sent
 * @param lostLead called when another one leads, or may, or the cluster is no longer heard: what this one has in memory may
 *                 be old, so it has to end at once
 */
public record Callbacks(Consumer<String> writes, Runnable lostLead) {}
