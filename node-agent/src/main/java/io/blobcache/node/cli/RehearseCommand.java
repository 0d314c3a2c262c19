package io.blobcache.node.cli;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * Does a little of what the commands do, so that the virtual machine can record the classes that a start needs. Where
 * nothing can be mounted it records what is left.
 */
@Command(name = "rehearse", hidden = true)
final class RehearseCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    RehearseCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        ConfigWriter.yaml(AgentConfig.DEFAULT, new StringBuilder());
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        Surroundings silent =
                new Surroundings(nowhere, nowhere, Map.of(), surroundings.registry(), surroundings.agents());
        Main.run(silent, "version");
        Main.run(silent, "stat", "/no/such/mount");
        Main.run(silent, "mount", "--help");
        Main.run(silent, "cluster", "--help");
        int code = Main.run(surroundings, "demo", "--small");
        return code == ExitCode.NO_FUSE.code() ? ExitCode.OK.code() : code;
    }
}
