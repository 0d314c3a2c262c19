package io.blobcache.node.cli;

import io.blobcache.node.admin.RecordJson;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "version",
        description = "Prints the version.",
        footerHeading = "%nExamples:%n",
        footer = {"  blobcache version", "  blobcache version --output json"})
final class VersionCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("UnusedVariable") // For --help and --verbose, which picocli and Main act on.
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--output", paramLabel = "text|json", description = "Default: ${DEFAULT-VALUE}.")
    private Output output = Output.text;

    VersionCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    private record Version(String version, String java, String system) {
        static Version ofThisProcess() {
            return new Version(
                    ofThisJar(),
                    System.getProperty("java.vm.version"),
                    "%s %s %s"
                            .formatted(
                                    System.getProperty("os.name"),
                                    System.getProperty("os.version"),
                                    System.getProperty("os.arch")));
        }
    }

    /** Of the jar that we were started from; {@code dev} outside of one. */
    static String ofThisJar() {
        String version = VersionCommand.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    static String line() {
        Version version = Version.ofThisProcess();
        return "blobcache %s (JDK %s, %s)".formatted(version.version(), version.java(), version.system());
    }

    @Override
    public Integer call() {
        surroundings.out().println(output == Output.json ? RecordJson.write(Version.ofThisProcess()) : line());
        return ExitCode.OK.code();
    }
}
