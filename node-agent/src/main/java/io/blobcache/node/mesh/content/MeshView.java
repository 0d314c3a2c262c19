package io.blobcache.node.mesh.content;

import io.blobcache.node.mesh.members.Members;
import java.util.function.Supplier;

/**
 * What clients are told of this agent and its mesh.
 *
 * @param version of the agent
 * @param address where it serves
 * @param self    its id among the members
 */
public record MeshView(String version, String address, String self, Supplier<Members> members) {}
