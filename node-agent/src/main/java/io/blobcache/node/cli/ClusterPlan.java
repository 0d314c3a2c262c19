package io.blobcache.node.cli;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigWriter;
import io.blobcache.node.config.MemoryConfig;
import io.blobcache.node.config.MeshConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The agents of a cluster on one machine and their files: {@code DIR/members.yaml}, and for each
 * {@code DIR/node-N/agent.yaml}, {@code mnt} and {@code state}.
 */
record ClusterPlan(Path directory, List<Node> nodes) {
    /** An agent that has less waits for buffers more than for its source; as little as {@code auto} ever gives. */
    private static final long MIN_BUDGET_BYTES = 64L << 20;

    /** One agent: on 127.0.0.1 with a port of its own. */
    record Node(String id, Path directory, int port) {
        Path mount() {
            return directory.resolve("mnt");
        }

        Path state() {
            return directory.resolve("state");
        }

        Path config() {
            return directory.resolve("agent.yaml");
        }
    }

    ClusterPlan {
        nodes = List.copyOf(nodes);
    }

    /** Ports that nothing listens on now. */
    static ClusterPlan of(Path directory, int nodes) throws IOException {
        List<Node> planned = new ArrayList<>();
        List<Integer> ports = freePorts(nodes);
        for (int i = 1; i <= nodes; i++) {
            String id = "node-" + i;
            planned.add(new Node(id, directory.resolve(id), ports.get(i - 1)));
        }
        return new ClusterPlan(directory, planned);
    }

    Path members() {
        return directory.resolve("members.yaml");
    }

    /**
     * Writes all files anew; what the agents have cached stays.
     *
     * @param template of every agent's configuration; its memory is divided among them, its mesh filled in
     */
    void write(AgentConfig template) throws CommandFailure {
        try {
            StringBuilder members = new StringBuilder("members:\n");
            for (Node node : nodes) {
                members.append("  - {id: %s, address: '127.0.0.1:%d'}\n".formatted(node.id(), node.port()));
            }
            Files.createDirectories(directory);
            Files.writeString(members(), members);
            for (Node node : nodes) {
                Files.createDirectories(node.mount());
                StringBuilder yaml = new StringBuilder();
                ConfigWriter.yaml(configOf(node, template), yaml);
                Files.writeString(node.config(), yaml);
            }
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.STATE_NOT_WRITABLE,
                    "%s cannot be written (%s): end what is mounted below it, or choose another with --dir"
                            .formatted(directory, e.getMessage()),
                    e);
        }
    }

    private AgentConfig configOf(Node node, AgentConfig template) {
        MeshConfig mesh = template.mesh().at(members().toString(), node.id(), "127.0.0.1:" + node.port(), 0);
        return template.with(memory(template.memory()), mesh);
    }

    /** All of them together have what one would have, as far as each has enough. */
    private MemoryConfig memory(MemoryConfig template) {
        long budgetBytes = Math.max(MIN_BUDGET_BYTES, template.budgetBytes() / nodes.size());
        long tierBytes = Math.min(template.tierBytes(), budgetBytes / 2);
        return new MemoryConfig(budgetBytes, tierBytes, template.watchLeases());
    }

    /** All held at once, so that no two are the same. */
    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.add(socket.getLocalPort());
            }
            return ports;
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }
}
