package io.blobcache.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs another program to its end. */
public final class Shell {
    /** A program that has not ended by then hangs; long ones say their own limit. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private Shell() {}

    /** How it ended and what it said. */
    public record Result(List<String> command, int exitCode, String out, String err) {

        public Result expectSuccess() {
            if (exitCode != 0) {
                throw new AssertionError("exit code " + exitCode + " of " + command + "\n" + out + err);
            }
            return this;
        }
    }

    public static Result run(String... command) {
        return run(LIMIT, Map.of(), List.of(command));
    }

    /** A script for sh(1) with its arguments as {@code $1} and so on: names are never part of the script. */
    public static Result script(Duration limit, String script, Object... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return run(limit, Map.of(), command);
    }

    public static Result script(String script, Object... arguments) {
        return script(LIMIT, script, arguments);
    }

    public static Result run(Duration limit, Map<String, String> environment, List<String> command) {
        try {
            Path out = Files.createTempFile("blobcache-e2e-", ".out");
            Path err = Files.createTempFile("blobcache-e2e-", ".err");
            try {
                ProcessBuilder builder = new ProcessBuilder(command)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                boolean ended = ended(process, limit);
                String said = Files.readString(out);
                String complained = Files.readString(err);
                if (!ended) {
                    throw new AssertionError(command + " did not end within " + limit + "\n" + said + complained);
                }
                return new Result(command, process.exitValue(), said, complained);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean ended(Process process, Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return false;
    }
}
