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
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Starts an agent in a process and session of its own and waits until it says that its mount answers. It says so, or
 * what is wrong, in one line on its standard output; after that nobody reads there and it is silent.
 */
record DetachedAgent(Surroundings surroundings) {

    /** The source's own limits end a start well before. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    ExitCode run(MountSpec spec, List<String> arguments) throws CommandFailure, IOException, InterruptedException {
        // Opening it once here names an unusable directory before a process is started for it.
        StateDirectory.open(spec.state()).close();
        Process agent = start(spec, arguments);
        Thread hook = Thread.ofPlatform().unstarted(agent::destroy);
        Runtime.getRuntime().addShutdownHook(hook);
        Thread timer = Thread.ofVirtual().start(() -> giveUpAfterPatience(agent));
        String line = firstLine(agent);
        timer.interrupt();
        if (line != null && line.startsWith(ForegroundAgent.READY)) {
            Runtime.getRuntime().removeShutdownHook(hook);
            surroundings.out().println(line.substring(ForegroundAgent.READY.length()) + startTime());
            return ExitCode.OK;
        }
        int code = agent.waitFor();
        Runtime.getRuntime().removeShutdownHook(hook);
        throw failure(code, line, spec);
    }

    private static Process start(MountSpec spec, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            // A session of its own: neither Ctrl-C nor the end of the terminal reaches it.
            command.add(SETSID.toString());
        }
        command.addAll(ownCommand());
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .directory(Path.of("/").toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectError(AgentLog.errorsOf(spec.state()).toFile())
                .start();
    }

    /** How this process was started, up to and with the main class or the jar: the agent gets the same options. */
    private static List<String> ownCommand() throws IOException {
        byte[] raw = Files.readAllBytes(Path.of("/proc/self/cmdline"));
        List<String> words = Arrays.asList(new String(raw, StandardCharsets.UTF_8).split("\0", -1));
        int mount = words.indexOf("mount");
        if (mount < 0) {
            throw new IOException("cannot tell how this process was started: use --foreground");
        }
        List<String> command = new ArrayList<>(words.subList(0, mount));
        command.set(0, Path.of(System.getProperty("java.home"), "bin", "java").toString());
        return command;
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

    private String startTime() {
        long begun = startedMillis();
        return String.format(Locale.ROOT, " in %.2f s", (System.currentTimeMillis() - begun) / 1000.0);
    }

    /** From the launcher's first line if it has told, else from the start of this process. */
    private long startedMillis() {
        String told = surroundings.environment().getOrDefault("BLOBCACHE_STARTED_MILLIS", "");
        if (told.matches("\\d{1,15}")) {
            return Long.parseLong(told);
        }
        return ProcessHandle.current()
                .info()
                .startInstant()
                .map(java.time.Instant::toEpochMilli)
                .orElse(System.currentTimeMillis());
    }
}
