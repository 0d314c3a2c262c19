package io.blobcache.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Agents {@code node-0}, {@code node-1}, ... that share a source and serve each other, each with its list of members. */
public final class Fleet {
    /** An agent looks at its list every 2 s. */
    public static final Duration LIST_READ_WITHIN = Duration.ofSeconds(5);

    private final Scratch scratch;
    private final Supplier<Agent.Plan> plans;
    private final List<Agent> agents = new ArrayList<>();
    private final Map<String, String> addresses = new TreeMap<>();

    /** @param plans of the source that all share */
    public Fleet(Scratch scratch, Supplier<Agent.Plan> plans) {
        this.scratch = scratch;
        this.plans = plans;
    }

    /** So many on loopback, all members, each with this configuration besides {@code mesh}. */
    public static Fleet of(Scratch scratch, int agents, Supplier<Agent.Plan> plans, String yaml) {
        Fleet fleet = new Fleet(scratch, plans);
        for (int i = 0; i < agents; i++) {
            fleet.member(name(i), "127.0.0.1:" + S3Server.freePort());
        }
        for (int i = 0; i < agents; i++) {
            fleet.list(i, fleet.addresses.keySet().toArray(String[]::new));
            fleet.start(i, yaml, "");
        }
        return fleet;
    }

    /** Somebody who may be listed: an agent yet to start, or whoever answers there. */
    public void member(String id, String address) {
        addresses.put(id, address);
    }

    /** Starts the next agent, in the network namespace of this name unless it is empty. */
    public Agent start(int number, String yaml, String network) {
        String name = name(number);
        Path config = scratch.file(name + ".yaml", """
                mesh: {members: '%s', self: %s, listen: '%s', insecure: true}
                %s""".formatted(listOf(number), name, addresses.get(name), yaml));
        Agent.Plan plan = plans.get()
                .mount(scratch.directory(name))
                .state(scratch.path("state-" + number))
                .options("--config", config.toString());
        Agent agent = (network.isEmpty() ? plan : plan.network(network)).start();
        agents.add(agent);
        return agent;
    }

    /** Writes the list of members of one agent, which takes it within {@link #LIST_READ_WITHIN}. */
    public void list(int number, String... ids) {
        StringBuilder yaml = new StringBuilder("members:\n");
        for (String id : ids) {
            yaml.append("  - {id: %s, address: '%s'}\n".formatted(id, addresses.get(id)));
        }
        try {
            Path next = Files.writeString(Path.of(listOf(number) + ".next"), ids.length == 0 ? "members: []\n" : yaml);
            Files.move(next, listOf(number), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same list for all, of these agents. */
    public void listForAll(int... numbers) {
        String[] ids = Arrays.stream(numbers).mapToObj(Fleet::name).toArray(String[]::new);
        for (int i = 0; i < agents.size(); i++) {
            list(i, ids);
        }
    }

    public List<Agent> agents() {
        return List.copyOf(agents);
    }

    public Agent agent(int number) {
        return agents.get(number);
    }

    public static String name(int number) {
        return "node-" + number;
    }

    /** Of the mesh, as {@code stat} tells it. */
    public static long mesh(Agent agent, String field) {
        return agent.stat().get("mesh").get(field).asLong();
    }

    private Path listOf(int number) {
        return scratch.path("members-" + number + ".yaml");
    }
}
