package io.blobcache.node.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.client.ContentClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which agent a command talks to, and how: the one that is named, else one that this user has mounted. */
final class AgentOption {
    private static final JsonFactory JSON = new JsonFactory();

    @Option(
            names = "--address",
            paramLabel = "HOST:PORT",
            description = "The mesh address of an agent. Default: an agent of this machine that has a mesh.")
    private @Nullable String address;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "A configuration with mesh.tlsCertificate, mesh.tlsKey and mesh.tlsAuthorities, for a mesh with TLS:"
                            + " the agent's own, or one with a certificate for clients. Default: no TLS.")
    private @Nullable Path config;

    ContentClient client(Surroundings surroundings) throws CommandFailure, IOException {
        if (address != null) {
            return named(address, ConfigCommand.load(config).mesh());
        }
        List<MountRegistry.Entry> mounts = surroundings.registry().all();
        for (MountRegistry.Entry mount : mounts) {
            int port = meshPort(mount);
            if (port > 0) {
                return ContentClient.of(
                        "127.0.0.1", port, ConfigCommand.load(config).mesh());
            }
        }
        throw mounts.isEmpty()
                ? new CommandFailure(
                        ExitCode.NOT_MOUNTED,
                        "no agent runs here: mount something with mesh.members set, or name an agent with --address HOST:PORT")
                : new CommandFailure(
                        ExitCode.FAILED,
                        "no agent of this machine has a mesh: set mesh.members in its configuration, or name another with --address HOST:PORT");
    }

    private static ContentClient named(String address, MeshConfig mesh) throws CommandFailure, IOException {
        int colon = address.lastIndexOf(':');
        try {
            String host = address.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
            return ContentClient.of(host, Integer.parseInt(address.substring(colon + 1)), mesh);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(
                    ExitCode.USAGE, "--address must be HOST:PORT, such as 127.0.0.1:7400, was: " + address, e);
        }
    }

    /** 0 if it has none, or does not answer. */
    private static int meshPort(MountRegistry.Entry mount) {
        try (JsonParser parser = JSON.createParser(AdminClient.read(mount.adminPort(), "/status"))) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                boolean isPort = token == JsonToken.VALUE_NUMBER_INT
                        && "port".equals(parser.currentName())
                        && "mesh".equals(parser.getParsingContext().getParent().getCurrentName());
                if (isPort) {
                    return parser.getIntValue();
                }
            }
            return 0;
        } catch (IOException _) {
            return 0;
        }
    }
}
