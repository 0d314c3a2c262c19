package io.blobcache.node.warmup;

import io.blobcache.node.config.InvalidConfigException;
import io.blobcache.node.config.KnownKeys;
import io.blobcache.node.config.Problem;
import io.blobcache.node.config.YamlForm;
import io.blobcache.node.config.YamlNode;
import io.blobcache.node.config.YamlReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the list of warmups that are wanted now:
 *
 * <pre>
 * warmups:
 *   - id: nightly-1764288000          # another one for each run
 *     paths: ["llama/**", a/file]     # files, directories, globs; sha256:DIGEST of stored content
 *     everywhere: true                # else each agent fetches what it owns
 *     upTo: 7fffffffffffffff          # with everywhere, by the rank of each agent; all by default
 *     bytesPerSecond: 104857600       # 0, no limit, by default
 *     retries: 3                      # 3 by default
 * </pre>
 */
public final class WarmupsFile {
    static final int MAX_WARMUPS = 64;
    static final int MAX_PATHS = 256;

    /** A ConfigMap holds no more. */
    private static final int MAX_BYTES = 1 << 20;

    private static final YamlForm FORM = new YamlForm("a list of warmups", "warmups: []", MAX_BYTES, 5, 20_000);

    private static final List<String> KEYS = List.of("id", "paths", "everywhere", "upTo", "bytesPerSecond", "retries");
    private static final int RETRIES = 3;

    private final List<Problem> problems = new ArrayList<>();

    private WarmupsFile() {}

    /**
     * @throws InvalidConfigException with what is wrong with it; then none of it counts
     * @throws IOException if it cannot be read
     */
    public static List<WantedWarmup> read(Path file) throws IOException {
        WarmupsFile reading = new WarmupsFile();
        List<WantedWarmup> all = reading.list(YamlReader.read(file, FORM));
        if (!reading.problems.isEmpty()) {
            throw new InvalidConfigException(reading.problems);
        }
        return all;
    }

    private List<WantedWarmup> list(YamlNode.Mapping root) {
        YamlNode value =
                KnownKeys.of(root, "", List.of("warmups"), problems::add).get("warmups");
        if (!(value instanceof YamlNode.Sequence sequence)) {
            String rule = "must be a list: 'warmups: []' says that there are none";
            problems.add(new Problem("warmups", root.line(), rule, value == null ? "" : value.shown()));
            return List.of();
        }
        check(sequence.items().size() <= MAX_WARMUPS, "warmups", value, "must be at most " + MAX_WARMUPS);
        List<WantedWarmup> all = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (YamlNode item : sequence.items()) {
            String key = "warmups[" + all.size() + "]";
            WantedWarmup warmup = item instanceof YamlNode.Mapping mapping ? one(mapping, key) : refused(item, key);
            check(ids.add(warmup.id()), key + ".id", item, "must not be that of another one");
            all.add(warmup);
        }
        return all;
    }

    private WantedWarmup refused(YamlNode item, String key) {
        problems.add(new Problem(key, item.line(), "must be a map with id and paths", item.shown()));
        return new WantedWarmup(key, List.of(), false, "", 0, 0);
    }

    private WantedWarmup one(YamlNode.Mapping mapping, String key) {
        Map<String, YamlNode> values = KnownKeys.of(mapping, key + ".", KEYS, problems::add);
        String id = text(values, "id", "");
        check(id.matches("[\\x21-\\x7e]{1,128}"), key + ".id", mapping, "must have 1 to 128 printable characters");
        String everywhere = text(values, "everywhere", "false");
        check(everywhere.matches("true|false"), key + ".everywhere", mapping, "must be true or false");
        String upTo = text(values, "upTo", "");
        check(upTo.matches("([0-9a-f]{16})?"), key + ".upTo", mapping, "must have 16 hexadecimal digits");
        String bytes = text(values, "bytesPerSecond", "0");
        boolean number = bytes.matches("\\d{1,18}");
        check(number, key + ".bytesPerSecond", mapping, "must be a number of bytes");
        String retries = text(values, "retries", Integer.toString(RETRIES));
        boolean few = retries.matches("\\d|1\\d|20");
        check(few, key + ".retries", mapping, "must be in [0, 20]");
        return new WantedWarmup(
                id,
                paths(values.get("paths"), mapping, key + ".paths"),
                everywhere.equals("true"),
                upTo,
                number ? Long.parseLong(bytes) : 0,
                few ? Integer.parseInt(retries) : RETRIES);
    }

    private List<String> paths(@Nullable YamlNode value, YamlNode.Mapping mapping, String key) {
        List<YamlNode> items = value instanceof YamlNode.Sequence sequence ? sequence.items() : List.of();
        check(!items.isEmpty() && items.size() <= MAX_PATHS, key, mapping, "must be 1 to " + MAX_PATHS + " paths");
        List<String> paths = new ArrayList<>();
        for (YamlNode item : items) {
            String path = item.shown();
            check(item instanceof YamlNode.Scalar && inside(path), key, item, "must be relative, without '..'");
            check(path.split("/", -1).length < PathGlob.MAX_NAMES, key, item, "must have at most 62 names");
            paths.add(path);
        }
        return paths;
    }

    private static boolean inside(String path) {
        for (String name : path.split("/", -1)) {
            if (name.isEmpty() || name.equals("..") || name.equals(".")) {
                return false;
            }
        }
        return true;
    }

    private static String text(Map<String, YamlNode> values, String key, String otherwise) {
        YamlNode value = values.get(key);
        return value == null ? otherwise : value.shown();
    }

    private void check(boolean holds, String key, YamlNode where, String rule) {
        if (!holds) {
            problems.add(new Problem(key, where.line(), rule, ""));
        }
    }
}
