package io.blobcache.node.cli;

import picocli.CommandLine.Option;

/** Options that every command has. */
final class CommonOptions {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it.
    private boolean help;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log in detail to standard error, and show where an error came from.")
    private boolean verbose;

    boolean verbose() {
        return verbose;
    }
}
