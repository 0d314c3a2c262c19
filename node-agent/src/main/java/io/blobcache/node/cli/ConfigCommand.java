package io.blobcache.node.cli;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.config.ConfigWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "config",
        description = "Prints the effective configuration, complete and with the reason for each value; what it prints"
                + " is itself a valid file. With --check it only validates a file and names every wrong field.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache config > agent.yaml",
            "  blobcache config --config agent.yaml --output json",
            "  blobcache config --check agent.yaml",
        })
final class ConfigCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("UnusedVariable") // For --help and --verbose, which picocli and Main act on.
    private final CommonOptions common = new CommonOptions();

    @ArgGroup(exclusive = true)
    private @Nullable FileOption file;

    @Option(names = "--output", paramLabel = "yaml|json", description = "Default: yaml.")
    private Form form = Form.yaml;

    ConfigCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private enum Form {
        yaml,
        json
    }

    private static final class FileOption {
        @Option(names = "--config", paramLabel = "FILE", description = "The file that is in effect.")
        private @Nullable Path effective;

        @Option(names = "--check", paramLabel = "FILE", description = "Validate this file; exit code 2 if it is wrong.")
        private @Nullable Path checked;
    }

    @Override
    public Integer call() throws CommandFailure, IOException {
        if (file != null && file.checked != null) {
            load(file.checked);
            surroundings.out().println("%s: ok".formatted(file.checked));
            return ExitCode.OK.code();
        }
        AgentConfig config = file == null ? AgentConfig.DEFAULT : load(file.effective);
        StringBuilder text = new StringBuilder();
        switch (form) {
            case yaml -> ConfigWriter.yaml(config, text);
            case json -> ConfigWriter.json(config, text);
        }
        surroundings.out().print(text);
        surroundings.out().flush();
        return ExitCode.OK.code();
    }

    /** @param file the defaults if there is none */
    static AgentConfig load(@Nullable Path file) throws CommandFailure {
        if (file == null) {
            return AgentConfig.DEFAULT;
        }
        try {
            return ConfigLoader.load(file);
        } catch (IOException e) {
            String reason = !Files.exists(file)
                    ? "does not exist"
                    : Files.isDirectory(file)
                            ? "is a directory"
                            : "cannot be read (" + e.getClass().getSimpleName().toLowerCase(Locale.ROOT) + ")";
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "configuration file %s %s: 'blobcache config' prints a complete one".formatted(file, reason),
                    e);
        }
    }
}
