package io.blobcache.node.fuse;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the tools of the system on a mount: they are independent of our code, and of Java's view of file names. */
public final class Shell {
    /** Far above what any of the tests needs; a mount that hangs fails the test. */
    private static final int LIMIT_SECONDS = 60;

    /** Output as ISO 8859-1, one character a byte: names need not be UTF-8. */
    public record Result(int exitCode, String output) {}

    private Shell() {}

    /** Runs a bash script that is to succeed; its standard output. {@code $1} and so on are the arguments. */
    public static String bash(String script, Object... arguments) {
        return succeeded(run(List.of("bash", "-euo", "pipefail", "-c", script, "bash"), arguments));
    }

    /** Runs a Python program that is to succeed; its standard output. {@code sys.argv[1]} and so on are the arguments. */
    public static String python(String program, Object... arguments) {
        return succeeded(run(List.of("python3", "-c", program), arguments));
    }

    /** Runs a bash script; standard output and errors together. */
    public static Result tryBash(String script, Object... arguments) {
        return run(List.of("bash", "-c", script, "bash"), arguments);
    }

    private static String succeeded(Result result) {
        if (result.exitCode != 0) {
            throw new AssertionError("exit code " + result.exitCode + ": " + result.output);
        }
        return result.output;
    }

    private static Result run(List<String> command, Object... arguments) {
        List<String> line = new ArrayList<>(command);
        for (Object argument : arguments) {
            line.add(argument.toString());
        }
        try {
            Path output = Files.createTempFile("shell", ".out");
            try {
                Process process = new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
                process.getOutputStream().close();
                if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError("still running: " + String.join(" ", command));
                }
                return new Result(process.exitValue(), new String(Files.readAllBytes(output), ISO_8859_1));
            } finally {
                Files.delete(output);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A name as {@link Result#output} shows it. */
    public static String asBytes(String name) {
        return new String(name.getBytes(UTF_8), ISO_8859_1);
    }
}
