package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts an agent in a process and session of its own and waits until it says that its mount answers. It says so, or
 * what is wrong, in one line on its standard output; after that nobody reads there and it is silent.
 *
 * @param command the one that this process runs, by which its own command line is understood
 */
record DetachedAgent(String command) {

    /** The source's own limits end a start well before. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    /**
     * @param arguments of the agent's process, from the command's name on
     * @return what it said: what is mounted where
     */
    String start(MountSpec spec, List<String> arguments) throws CommandFailure, IOException, InterruptedException {
        // Opening it once here names an unusable directory before a process is started for it.
        StateDirectory.open(spec.state()).close();
        Process agent = launch(spec, arguments);
        Thread hook = hook(agent);
        Thread timer = Thread.ofVirtual().start(() -> giveUpAfterPatience(agent));
        String line = firstLine(agent);
        timer.interrupt();
        if (line != null && line.startsWith(ForegroundAgent.READY)) {
            remove(hook);
            return line.substring(ForegroundAgent.READY.length());
        }
        int code = agent.waitFor();
        remove(hook);
        throw failure(code, line, spec);
    }

    /** Ends the agent if this process is ended while it waits for it. */
    private static Thread hook(Process agent) throws CommandFailure {
        Thread hook = Thread.ofPlatform().unstarted(agent::destroy);
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return hook;
        } catch (IllegalStateException e) {
            agent.destroy();
            throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
        }
    }

    private static void remove(Thread hook) throws CommandFailure {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // This process is ending, and the hook has ended the agent.
            throw new CommandFailure(ExitCode.FAILED, "interrupted", e);
        }
    }

    private Process launch(MountSpec spec, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            // A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
            words.add(SETSID.toString());
        }
        words.addAll(ownCommand());
        words.addAll(arguments);
        return new ProcessBuilder(words)
                .directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(AgentLog.errorsOf(spec.state()).toFile())
                .start();
    }

    /** How this process was started, up to and with the main class or the jar: the agent gets the same options. */
    private List<String> ownCommand() throws IOException {
        byte[] raw = Files.readAllBytes(Path.of("/proc/self/cmdline"));
        List<String> words = Arrays.asList(new String(raw, StandardCharsets.UTF_8).split("\0", -1));
        int end = words.indexOf(command);
        if (end < 0) {
            throw new IOException("cannot tell how this process was started: use 'mount --foreground'");
        }
        List<String> own = new ArrayList<>(words.subList(0, end));
        own.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return own;
    }

    private static @Nullable String firstLine(Process agent) throws IOException {
        // Not closed: the pipe stays open until this process ends, and the agent writes nothing more.
        BufferedReader output =
                new BufferedReader(new InputStreamReader(agent.getInputStream(), StandardCharsets.UTF_8));
        return output.readLine();
    }

    private static void giveUpAfterPatience(Process agent) {
        try {
            Thread.sleep(PATIENCE);
            agent.destroy();
            if (!agent.waitFor(10, TimeUnit.SECONDS)) {
                agent.destroyForcibly();
            }
        } catch (InterruptedException _) {
            // It has answered.
            return;
        }
    }

    private static CommandFailure failure(int code, @Nullable String line, MountSpec spec) {
        ExitCode exit = Arrays.stream(ExitCode.values())
                .filter(known -> known.code() == code && known != ExitCode.OK)
                .findFirst()
                .orElse(ExitCode.FAILED);
        if (line != null && !line.isBlank()) {
            return new CommandFailure(exit, line);
        }
        return new CommandFailure(
                exit,
                "the agent ended with code %d before it was ready: look into %s and %s"
                        .formatted(code, AgentLog.of(spec.state()), AgentLog.errorsOf(spec.state())));
    }
}
