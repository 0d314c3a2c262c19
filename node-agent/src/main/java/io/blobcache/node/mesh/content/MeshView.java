package io.blobcache.node.mesh.content;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import java.util.function.Supplier;

/**
 * What clients are told of this agent and its mesh.
 *
 * @param version of the agent
 * @param listen  where it listens
 * @param self    its id among the members
 */
public record MeshView(String version, String listen, String self, Supplier<Members> members) {
    /** Where others reach it, as the list of members says; as long as that does not name it, where it listens. */
    String advertised() {
        return members.get().find(self).map(Member::address).orElse(listen);
    }
}
