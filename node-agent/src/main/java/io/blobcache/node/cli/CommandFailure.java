package io.blobcache.node.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a command ends without having done its work: what is wrong and what to do, and the code to exit with. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1;

    private final ExitCode exit;
    private final transient List<String> lines;

    CommandFailure(ExitCode exit, String line) {
        this(exit, List.of(line), null);
    }

    CommandFailure(ExitCode exit, String line, Throwable cause) {
        this(exit, List.of(line), cause);
    }

    /** @param lines one for each problem; usually one */
    CommandFailure(ExitCode exit, List<String> lines, @Nullable Throwable cause) {
        super(String.join("\n", lines), cause);
        this.exit = exit;
        this.lines = List.copyOf(lines);
    }

    ExitCode exit() {
        return exit;
    }

    List<String> lines() {
        return lines;
    }
}
