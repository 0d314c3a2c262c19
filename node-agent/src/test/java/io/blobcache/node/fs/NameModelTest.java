package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseEntry;
import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.source.SourceEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whatever keys a source has and however its pages are cut, readdir, lookup and attributes say the same, and that
 * is what the rules of names say; and an open directory stays what it was when it was opened.
 *
 * <p>Method: random keys of segments that are each other's beginnings or hostile, against a model that derives a
 * directory's entries from all keys at once.
 */
class NameModelTest {
    private static final List<String> SEGMENTS = List.of(
            "a",
            "a-",
            "a--",
            "a.",
            "a.txt",
            "a0",
            "a ",
            "a\u0001",
            "A",
            "b",
            "é",
            "e\u0301",
            "\u202eb",
            "-0",
            "%2F",
            ":",
            "\n",
            "\\",
            "\ud83d\ude00",
            "\uffff",
            "..",
            ".",
            "",
            "x\0y",
            "...",
            "z".repeat(255),
            "z".repeat(256));

    @TempDir
    private Path state;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34})
    void agreesWithAModelOfAllKeys(long seed) throws FuseException {
        Random random = new Random(seed);
        TreeSource source = new TreeSource();
        source.pageEntries = 1 + random.nextInt(5);
        Map<Long, List<Listed.Item>> openDirectories = new HashMap<>();
        try (Mounted mounted = new Mounted(source, state)) {
            for (int round = 0; round < 30; round++) {
                for (int change = 0; change < 12; change++) {
                    mutate(source, random, seed * 1000 + round);
                }
                mounted.pass(random.nextBoolean() ? 5_001 : 60_000);
                compareTree(mounted, source, "", FuseFileSystem.ROOT_INODE, 0, random);
                long handle = mounted.openDirectory(FuseFileSystem.ROOT_INODE).handle();
                openDirectories.put(handle, mounted.readAll(handle, 0, false, 7));
                for (var open : openDirectories.entrySet()) {
                    assertThat(mounted.readAll(open.getKey(), 0, false, 1 + random.nextInt(9)))
                            .isEqualTo(open.getValue());
                }
            }
            openDirectories.keySet().forEach(mounted.files::releaseDirectory);
        }
    }

    private static void mutate(TreeSource source, Random random, long version) {
        StringBuilder key = new StringBuilder(segment(random));
        while (random.nextInt(2) == 0) {
            key.append('/').append(segment(random));
        }
        if (key.isEmpty()) {
            return;
        }
        String path = key.toString();
        switch (random.nextInt(6)) {
            case 0, 1 -> source.remove(path);
            case 2 -> source.link(path, "../" + version);
            default -> source.file(path, "v" + version, random.nextInt(1000));
        }
    }

    private static String segment(Random random) {
        return SEGMENTS.get(random.nextInt(SEGMENTS.size()));
    }

    private static void compareTree(
            Mounted mounted, TreeSource source, String directory, long inode, int depth, Random random)
            throws FuseException {
        Map<String, Expected> expected = model(source, directory);
        boolean listFirst = random.nextBoolean();
        if (!listFirst) {
            compareLookups(mounted, expected, inode);
        }
        boolean attributes = random.nextBoolean();
        List<Listed.Item> items = mounted.list(inode, attributes, 1 + random.nextInt(6));
        assertThat(items).extracting(Listed.Item::name).startsWith(".", "..").doesNotHaveDuplicates();
        Map<String, Expected> listed = new TreeMap<>();
        for (Listed.Item item : items.subList(2, items.size())) {
            FuseEntry entry = item.entry();
            Expected known = expected.get(item.name());
            long length = entry != null ? entry.attributes().sizeBytes() : known == null ? -1 : known.length;
            listed.put(item.name(), new Expected(item.type(), length));
        }
        assertThat(listed).as("in '%s'", directory).isEqualTo(expected);
        compareLookups(mounted, expected, inode);
        for (Listed.Item item : items.subList(2, items.size())) {
            if (item.type() == FileType.DIRECTORY && depth < 3) {
                String child = directory.isEmpty() ? item.name() : directory + "/" + item.name();
                compareTree(
                        mounted,
                        source,
                        child,
                        lookup(mounted, inode, item.name()).inode(),
                        depth + 1,
                        random);
            }
        }
    }

    private static void compareLookups(Mounted mounted, Map<String, Expected> expected, long inode)
            throws FuseException {
        for (String name : Set.copyOf(SEGMENTS)) {
            Expected entry = expected.get(name);
            if (entry == null) {
                Errno errno = Mounted.errorOf(() -> lookup(mounted, inode, name));
                assertThat(errno).isEqualTo(name.length() == 256 ? Errno.ENAMETOOLONG : Errno.ENOENT);
            } else {
                FuseEntry found = lookup(mounted, inode, name);
                assertThat(found.attributes().type()).isEqualTo(entry.type);
                assertThat(found.attributes().sizeBytes()).isEqualTo(entry.length);
                assertThat(found.inode()).isNotIn(0L, 1L);
                mounted.files.forget(found.inode(), 1);
            }
        }
    }

    private static FuseEntry lookup(Mounted mounted, long inode, String name) throws FuseException {
        FuseEntry entry = mounted.files.lookup(inode, name, io.blobcache.node.fuse.Patience.WAIT);
        if (entry == null) {
            throw new AssertionError("a patient lookup answered null");
        }
        return entry;
    }

    private static Map<String, Expected> model(TreeSource source, String directory) {
        String prefix = directory.isEmpty() ? "" : directory + "/";
        Map<String, Expected> entries = new LinkedHashMap<>();
        for (SourceEntry entry : new ArrayList<>(source.keys().values())) {
            if (!entry.path().startsWith(prefix) || entry.path().equals(prefix)) {
                continue;
            }
            String rest = entry.path().substring(prefix.length());
            int slash = rest.indexOf('/');
            String name = slash < 0 ? rest : rest.substring(0, slash);
            if (hidden(name)) {
                continue;
            }
            if (slash >= 0) {
                entries.put(name, new Expected(FileType.DIRECTORY, 0));
            } else {
                entries.putIfAbsent(name, expected(entry));
            }
        }
        return new TreeMap<>(entries);
    }

    private static boolean hidden(String name) {
        return name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('\0') >= 0
                || name.getBytes(StandardCharsets.UTF_8).length > 255;
    }

    private static Expected expected(SourceEntry entry) {
        return switch (entry) {
            case SourceEntry.File file -> new Expected(FileType.FILE, file.lengthBytes());
            case SourceEntry.Directory _ -> new Expected(FileType.DIRECTORY, 0);
            case SourceEntry.Symlink link ->
                new Expected(FileType.SYMLINK, link.target().length());
        };
    }

    private record Expected(FileType type, long length) {}
}
