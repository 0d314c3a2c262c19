package io.blobcache.node.mesh.members;

import io.blobcache.node.config.InvalidConfigException;
import io.blobcache.node.config.KnownKeys;
import io.blobcache.node.config.Problem;
import io.blobcache.node.config.YamlNode;
import io.blobcache.node.mesh.members.Member.State;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * One entry of the list of members, on its way to a {@link Member}. What is wrong is told at once and replaced by a value
 * that breaks no rule, so that the rest is looked at too.
 */
final class MemberEntry {
    private static final List<String> KEYS = List.of("id", "address", "locality", "weight", "state");

    private static final Address NOWHERE = new Address("nowhere", 1);

    private final String key;
    private final int line;
    private final Map<String, YamlNode> values;
    private final Consumer<Problem> problems;
    private final Set<String> refused = new HashSet<>();
    private final String id;
    private final Address address;
    private final Member member;

    private MemberEntry(String key, int line, Map<String, YamlNode> values, Consumer<Problem> problems) {
        this.key = key;
        this.line = line;
        this.values = values;
        this.problems = problems;
        this.id = required("id", "nobody", text -> text);
        this.address = required("address", NOWHERE, Address::parse);
        String locality = optional("locality", "", text -> text);
        int weight = optional("weight", Member.DEFAULT_WEIGHT, MemberEntry::number);
        State state = optional("state", State.READY, MemberEntry::state);
        this.member = made(locality, weight, state);
    }

    /** @param key of the entry in the file, for what is told: {@code members[0]} */
    static MemberEntry of(YamlNode item, String key, Consumer<Problem> problems) {
        if (item instanceof YamlNode.Mapping mapping) {
            return new MemberEntry(key, item.line(), KnownKeys.of(mapping, key + ".", KEYS, problems), problems);
        }
        problems.accept(new Problem(key, item.line(), "must be a map with id and address", item.shown()));
        return new MemberEntry(key, item.line(), Map.of(), _ -> {});
    }

    /** Means something only if no problem was told. */
    Member member() {
        return member;
    }

    /** Empty if the entry has none that can be told from others. */
    String id() {
        return given("id") ? id : "";
    }

    /** As {@link Member#address}; empty if the entry has none. */
    String address() {
        return given("address") ? address.toString() : "";
    }

    private boolean given(String name) {
        return values.containsKey(name) && !refused.contains(name);
    }

    int line(String name) {
        YamlNode value = values.get(name);
        return value == null ? line : value.line();
    }

    private Member made(String locality, int weight, State state) {
        try {
            return new Member(id, address.host(), address.port(), locality, weight, state);
        } catch (InvalidConfigException e) {
            e.problems()
                    .forEach(problem -> problems.accept(problem.at(key + "." + problem.key(), line(problem.key()))));
            return new Member("nobody", NOWHERE.host(), NOWHERE.port(), "", 1, state);
        }
    }

    private <T> T required(String name, T otherwise, Function<String, T> parse) {
        if (!values.containsKey(name)) {
            problems.accept(new Problem(key + "." + name, line, "is missing: every member has one", ""));
        }
        return optional(name, otherwise, parse);
    }

    private <T> T optional(String name, T otherwise, Function<String, T> parse) {
        YamlNode value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof YamlNode.Scalar scalar)) {
            return refused(name, "must be a single value", value.shown(), otherwise);
        }
        if (scalar.empty()) {
            return refused(name, "has no value: give one or remove the key", "", otherwise);
        }
        try {
            return parse.apply(scalar.text());
        } catch (IllegalArgumentException e) {
            return refused(name, String.valueOf(e.getMessage()), scalar.text(), otherwise);
        }
    }

    private <T> T refused(String name, String rule, String was, T otherwise) {
        problems.accept(new Problem(key + "." + name, line(name), rule, was));
        refused.add(name);
        return otherwise;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a whole number in [1, " + Member.MAX_WEIGHT + "]", e);
        }
    }

    private static State state(String text) {
        return switch (text) {
            case "ready" -> State.READY;
            case "draining" -> State.DRAINING;
            default -> throw new IllegalArgumentException("must be ready or draining");
        };
    }
}
