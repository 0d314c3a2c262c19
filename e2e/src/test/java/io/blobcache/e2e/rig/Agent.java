package io.blobcache.e2e.rig;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** One agent in the foreground as a process of its own, and its mount. May be killed and started again. */
public final class Agent {
    /** A cold Java on a busy machine with two processors; how fast it must be is asked where it matters. */
    private static final Duration START_LIMIT = Duration.ofSeconds(40);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

    private final Plan plan;
    private final Path log;
    private Process process;

    /** What is to be mounted, and how. */
    public static final class Plan {
        private final Scratch scratch;
        private final String source;
        private final List<String> options = new ArrayList<>();
        private final List<String> javaOptions = new ArrayList<>();
        private final List<String> around = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();
        private Path mount;
        private Path state;
        private List<String> network = List.of();
        private boolean apart;
        private String file = "";

        Plan(Scratch scratch, String source) {
            this.scratch = scratch;
            this.source = source;
            this.mount = scratch.directory("mnt");
            this.state = scratch.path("state");
        }

        public Plan config(String yaml) {
            return options("--config", scratch.file("agent.yaml", yaml).toString());
        }

        /** Runs {@code blobcache agent}, which is told its sources and all else by this file. */
        public Plan toldByFile(String yaml) {
            file = yaml;
            return this;
        }

        public Plan options(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        public Plan javaOptions(String... more) {
            javaOptions.addAll(List.of(more));
            return this;
        }

        public Plan environment(Map<String, String> more) {
            environment.putAll(more);
            return this;
        }

        public Plan mount(Path directory) {
            mount = directory;
            return this;
        }

        public Plan state(Path directory) {
            state = directory;
            return this;
        }

        /** Runs it in a network namespace, and asks it there. */
        public Plan network(String namespace) {
            // Not "ip netns exec", which makes a mount namespace as well: nobody outside would see the mount.
            network = List.of("nsenter", "--net=/run/netns/" + namespace, "--");
            return this;
        }

        /** A command that runs the agent's, which it finds as its last arguments. */
        public Plan within(String... command) {
            around.addAll(List.of(command));
            return this;
        }

        /**
         * Runs it where the machine seems to have been started anew: the kernel tells it another boot id. It lives in a
         * mount namespace of its own then, which {@link Agent#mount} looks into.
         */
        public Plan afterReboot() {
            apart = true;
            String boot = scratch.file("boot-id", UUID.randomUUID() + "\n").toString();
            String script = "mount --bind \"$0\" /proc/sys/kernel/random/boot_id && exec \"$@\"";
            return within("unshare", "-m", "--propagation", "private", "sh", "-c", script, boot);
        }

        /** The whole command. */
        public List<String> command(String... more) {
            List<String> command = new ArrayList<>(network);
            command.addAll(around);
            if (!file.isEmpty()) {
                String whole = "mount: {path: %s, state: %s}\n%s".formatted(mount, state, file);
                Path path = scratch.file("agent.yaml", whole);
                command.addAll(Project.agent(javaOptions, "agent", "--config", path.toString()));
                return command;
            }
            command.addAll(Project.agent(javaOptions, "mount", source, mount.toString(), "--state", state.toString()));
            command.addAll(options);
            command.addAll(List.of(more));
            return command;
        }

        /** Runs the mount command to its end, in the background or because it fails. */
        public Shell.Result runMount() {
            scratch.undo("unmount " + mount, () -> Mounts.clear(mount));
            return Shell.run(START_LIMIT, environment, command());
        }

        /** Returns when the mount answers. */
        public Agent start() {
            return new Agent(this);
        }
    }

    public static Plan of(Scratch scratch, String source) {
        return new Plan(scratch, source);
    }

    public static Plan of(Scratch scratch, Path directory) {
        return new Plan(scratch, "dir:" + directory);
    }

    private Agent(Plan plan) {
        this.plan = plan;
        this.log = plan.scratch.path("agent-" + plan.mount.getFileName() + ".log");
        plan.scratch.printWhenFailed(log);
        plan.scratch.undo("stop the agent on " + plan.mount, this::end);
        this.process = launch();
        awaitAnswer();
    }

    /**
     * Starts it again on the same state and mount point, after it has died.
     *
     * @return until the mount answered
     */
    public Duration restart() {
        process = launch();
        return awaitAnswer();
    }

    private Process launch() {
        ProcessBuilder builder = new ProcessBuilder(plan.command("--foreground"))
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(plan.environment);
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Duration awaitAnswer() {
        return Await.until("the mount answers", START_LIMIT, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("the agent ended with " + process.exitValue() + ":\n" + log());
            }
            return Mounts.mounted(process.pid(), plan.mount) && answers();
        });
    }

    private boolean answers() {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(mount())) {
            return entries.iterator().hasNext();
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            return false; // A mount whose agent has died, not yet replaced.
        }
    }

    /** The mounted directory as the test can reach it. */
    public Path mount() {
        return plan.apart ? Path.of("/proc/" + process.pid() + "/root" + plan.mount) : plan.mount;
    }

    public Path state() {
        return plan.state;
    }

    public Path path(String name) {
        return mount().resolve(name);
    }

    public Process process() {
        return process;
    }

    public long pid() {
        return process.pid();
    }

    public String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code blobcache stat}, as a program sees it. */
    public JsonNode stat() {
        List<String> command = new ArrayList<>(plan.network);
        command.addAll(Project.agent(List.of(), "stat", plan.mount.toString(), "--output", "json"));
        try {
            return new ObjectMapper()
                    .readTree(Shell.run(STOP_LIMIT, Map.of(), command)
                            .expectSuccess()
                            .out());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One tier of {@link #stat}. */
    public JsonNode tier(String name) {
        for (JsonNode tier : stat().get("tiers")) {
            if (tier.get("name").asText().equals(name)) {
                return tier;
            }
        }
        throw new AssertionError("no tier " + name);
    }

    /** A sample of {@code /metrics}, by its name and labels as they stand there. */
    public double counter(String series) {
        String url = "http://127.0.0.1:" + stat().get("adminPort").asText() + "/metrics";
        List<String> command = new ArrayList<>(plan.network);
        command.addAll(List.of("curl", "-sf", url));
        return Shell.run(STOP_LIMIT, Map.of(), command)
                .expectSuccess()
                .out()
                .lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no series " + series));
    }

    /** Makes the kernel ask again for what it has cached of this mount, and the disk tier its disk. */
    public void forgetPages() {
        PageCache.forget(mount(), plan.state);
    }

    /** SIGKILL; the mount stays behind and answers nothing. */
    public void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** SIGTERM, as a user or a service does it. */
    public void stop() {
        process.destroy();
        awaitExit();
    }

    /** It ends by itself or by a signal that the test has sent. */
    public void awaitExit() {
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("the agent did not end within " + STOP_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void end() {
        try {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            kill();
        } finally {
            Mounts.clear(plan.mount);
        }
    }
}
