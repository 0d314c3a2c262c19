package io.blobcache.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "blobcache",
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Mounts a bucket, a web server or a directory as a read-only file system that caches what it reads"
                        + " in memory and on the local disk.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache demo",
            "  blobcache mount s3://my-bucket/models /mnt/models",
            "  blobcache stat /mnt/models",
            "  blobcache warm /mnt/models/llama",
            "  blobcache unmount /mnt/models",
        })
final class RootCommand implements Runnable {
    @Mixin
    @SuppressWarnings("UnusedVariable") // For --help and --verbose, which picocli and Main act on.
    private final CommonOptions common = new CommonOptions();

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the spec before it calls.
    RootCommand() {}

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
