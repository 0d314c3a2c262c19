package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import io.blobcache.node.admin.AdminServer;
import io.blobcache.node.admin.AgentLife;
import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.admin.Statuses;
import io.blobcache.node.cli.AgentStarter.RunningAgent;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigChange;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One call of the command line inside this process, with agents that are none. */
final class Invocation {
    final Map<String, String> environment = new HashMap<>();
    final MountRegistry registry;
    final List<MountSpec> started = new ArrayList<>();
    final List<AgentConfig> configs = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private AgentStarter starter = this::answering;

    Invocation(Path runtime) {
        registry = new MountRegistry(List.of(runtime));
    }

    /** An agent that cannot be started. */
    void failWith(IOException failure) {
        starter = (_, _, _) -> {
            throw failure;
        };
    }

    AgentStarter starter() {
        return starter;
    }

    void startWith(AgentStarter other) {
        starter = other;
    }

    int run(String... arguments) {
        Surroundings surroundings =
                new Surroundings(new PrintWriter(out), new PrintWriter(err), environment, registry, starter);
        int code = Main.run(surroundings, arguments);
        surroundings.out().flush();
        surroundings.err().flush();
        return code;
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }

    private RunningAgent answering(MountSpec spec, AgentConfig config, AgentLife life) throws IOException {
        started.add(spec);
        configs.add(config);
        AdminServer server = AdminServer.start(0, Statuses::healthy, () -> "");
        return new RunningAgent() {
            @Override
            public AgentStatus status() {
                return Statuses.healthy();
            }

            @Override
            public void reconfigure(ConfigChange change) {}

            @Override
            public boolean drain(Duration limit) {
                return true;
            }

            @Override
            public void awaitUnmount() {}

            @Override
            public void close() {
                server.close();
            }
        };
    }
}
