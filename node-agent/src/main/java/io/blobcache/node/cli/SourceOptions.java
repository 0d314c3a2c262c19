package io.blobcache.node.cli;

import io.blobcache.node.source.SourceAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that is given a source. */
final class SourceOptions {
    @Option(names = "--endpoint", paramLabel = "URL", description = "S3: another server than AWS's.")
    private @Nullable String endpoint;

    @Option(names = "--region", paramLabel = "NAME", description = "S3: the bucket's region.")
    private @Nullable String region;

    @Option(names = "--path-style", description = "S3: the bucket stands in the path (MinIO, Ceph).")
    private boolean pathStyle;

    SourceAddress parse(String source) throws CommandFailure {
        try {
            return SourceAddress.parse(source, endpoint, region, pathStyle);
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    /** The same options for another command. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (endpoint != null) {
            arguments.addAll(List.of("--endpoint", endpoint));
        }
        if (region != null) {
            arguments.addAll(List.of("--region", region));
        }
        if (pathStyle) {
            arguments.add("--path-style");
        }
        return arguments;
    }

    /** The source for a process that starts in another directory. */
    static String text(String source, SourceAddress address) {
        return address instanceof SourceAddress.Directory local ? "dir:" + local.path() : source;
    }
}
