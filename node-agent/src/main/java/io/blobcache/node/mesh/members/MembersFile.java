package io.blobcache.node.mesh.members;

import io.blobcache.node.config.InvalidConfigException;
import io.blobcache.node.config.KnownKeys;
import io.blobcache.node.config.Problem;
import io.blobcache.node.config.YamlForm;
import io.blobcache.node.config.YamlNode;
import io.blobcache.node.config.YamlReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the list of members:
 *
 * <pre>
 * members:
 *   - id: node-1
 *     address: 10.0.0.1:7777      # or [::1]:7777, or name:7777
 *     locality: zone-a            # none by default
 *     weight: 100                 # 1 to 10000, 100 by default
 *     state: ready                # or draining; ready by default
 * </pre>
 *
 * <p>A mesh without members says {@code members: []}: a file that says nothing is taken for half a file.
 */
public final class MembersFile {
    /** 10,000 members of some 200 bytes: names are seldom longer than 60 characters. */
    private static final int MAX_BYTES = 2 << 20;

    /** 10,000 members of five values each make 60,000 with themselves and the list. */
    private static final YamlForm FORM = new YamlForm("a list of members", "members: []", MAX_BYTES, 4, 70_000);

    /** What a person reads in one go; a list that a program wrote wrongly has thousands of the same. */
    static final int MAX_PROBLEMS = 100;

    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, Integer> linesOfIds = new HashMap<>();
    private final Map<String, Integer> linesOfAddresses = new HashMap<>();

    private MembersFile() {}

    /**
     * @throws InvalidConfigException with every problem of the file, in its order; of more than a hundred the rest is counted
     * @throws IOException if it cannot be read
     */
    public static Members read(Path file) throws IOException {
        MembersFile reading = new MembersFile();
        List<Member> members = reading.list(YamlReader.read(file, FORM));
        if (!reading.problems.isEmpty()) {
            throw new InvalidConfigException(shown(file, reading.problems));
        }
        return Members.of(members);
    }

    private List<Member> list(YamlNode.Mapping root) {
        YamlNode value =
                KnownKeys.of(root, "", List.of("members"), problems::add).get("members");
        List<Member> members = new ArrayList<>();
        switch (value) {
            case null ->
                problems.add(new Problem("members", 0, "is missing: 'members: []' says that there are none", ""));
            case YamlNode.Sequence sequence
            when sequence.items().size() > Members.MAX_MEMBERS -> {
                String rule = "must be at most " + Members.MAX_MEMBERS;
                problems.add(new Problem(
                        "members", value.line(), rule, sequence.items().size() + " members"));
            }
            case YamlNode.Sequence sequence -> {
                for (YamlNode item : sequence.items()) {
                    add(members, item, "members[" + members.size() + "]");
                }
            }
            case YamlNode.Mapping _, YamlNode.Scalar _ ->
                problems.add(new Problem("members", value.line(), "must be a list of members", value.shown()));
        }
        return members;
    }

    private void add(List<Member> members, YamlNode item, String key) {
        MemberEntry entry = MemberEntry.of(item, key, problems::add);
        members.add(entry.member());
        unique(linesOfIds, entry.id(), key + ".id", entry.line("id"));
        unique(linesOfAddresses, entry.address(), key + ".address", entry.line("address"));
    }

    /** @param value empty if the file gives none that counts */
    private void unique(Map<String, Integer> lines, String value, String key, int line) {
        Integer before = value.isEmpty() ? null : lines.putIfAbsent(value, line);
        if (before != null) {
            problems.add(
                    new Problem(key, line, "is already that of the member in line " + before + ": change one", value));
        }
    }

    private static List<Problem> shown(Path file, List<Problem> all) {
        all.sort(Comparator.comparingInt(Problem::line));
        if (all.size() <= MAX_PROBLEMS) {
            return all;
        }
        List<Problem> shown = new ArrayList<>(all.subList(0, MAX_PROBLEMS));
        int more = all.size() - MAX_PROBLEMS;
        shown.add(new Problem(file.toString(), 0, "has " + more + " more problems: correct these first", ""));
        return shown;
    }
}
