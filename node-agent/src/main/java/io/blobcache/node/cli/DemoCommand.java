package io.blobcache.node.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "demo", description = "Shows the main job on generated objects.")
final class DemoCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("UnusedVariable") // For --help and --verbose, which picocli and Main act on.
    private final CommonOptions common = new CommonOptions();

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        surroundings.err().println("blobcache: not wired yet");
        return ExitCode.FAILED.code();
    }
}
