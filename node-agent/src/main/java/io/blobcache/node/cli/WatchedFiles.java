package io.blobcache.node.cli;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.config.MountConfig;
import io.blobcache.node.kubernetes.FreshCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The files that an agent is told by, each as new as can be had: copies of those whose ConfigMap is named, else the files
 * themselves.
 */
final class WatchedFiles implements AutoCloseable {
    /** In the state directory. */
    private static final String COPIES = "told";

    private final Path file;
    private final String node;
    private final @Nullable FreshCopy config;
    private final @Nullable FreshCopy members;
    private final @Nullable FreshCopy warmups;

    private WatchedFiles(
            Path file,
            String node,
            @Nullable FreshCopy config,
            @Nullable FreshCopy members,
            @Nullable FreshCopy warmups) {
        this.file = file;
        this.node = node;
        this.config = config;
        this.members = members;
        this.warmups = warmups;
    }

    /**
     * @param said  what {@code file} says now
     * @param state the agent's directory, where the copies are
     */
    static WatchedFiles of(Path file, AgentConfig said, Path state, Map<String, String> environment)
            throws IOException {
        Path copies = state.resolve(COPIES);
        String configMap = said.kubernetes().configMap();
        String membersMap = said.mesh().enabled() ? said.kubernetes().membersConfigMap() : "";
        FreshCopy config = configMap.isEmpty() ? null : copy(file, copies, configMap, environment);
        FreshCopy members =
                membersMap.isEmpty() ? null : copy(Path.of(said.mesh().members()), copies, membersMap, environment);
        String wanted = said.mount().warmups();
        FreshCopy warmups =
                configMap.isEmpty() || wanted.isEmpty() ? null : copy(Path.of(wanted), copies, configMap, environment);
        return new WatchedFiles(file, environment.getOrDefault("NODE_NAME", ""), config, members, warmups);
    }

    /** To be watched for changes of the configuration. */
    Path config() {
        return config == null ? file : config.path();
    }

    /**
     * What the file says, with what it leaves to the surroundings: the member is the node, whose name is unique in its
     * cluster and outlives the pod, and the lists of members and warmups are where they are freshest.
     */
    AgentConfig completed(AgentConfig said) {
        MeshConfig mesh = said.mesh();
        String self = mesh.self().isEmpty() ? node : mesh.self();
        String list = members == null ? mesh.members() : members.path().toString();
        MountConfig mount = warmups == null
                ? said.mount()
                : said.mount().withWarmups(warmups.path().toString());
        return said.with(mount, said.memory(), mesh.of(self, list));
    }

    @Override
    public void close() {
        if (config != null) {
            config.close();
        }
        if (members != null) {
            members.close();
        }
        if (warmups != null) {
            warmups.close();
        }
    }

    private static FreshCopy copy(Path mounted, Path copies, String configMap, Map<String, String> environment)
            throws IOException {
        Files.createDirectories(
                copies, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return FreshCopy.of(mounted, copies, configMap, environment);
    }
}
