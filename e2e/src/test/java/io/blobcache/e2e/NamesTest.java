package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.FakeS3;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Very many names, hostile names, strange files: F-53 to F-56 of the fault catalogue. */
@Timeout(value = 12, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class NamesTest {
    private static final Duration LISTED_WITHIN = Duration.ofMinutes(10);

    /** Resident memory of the agent, garbage included. */
    private static final long MAX_GROWTH_KIB = 64 << 10;

    /** Of a name that the kernel has looked up and holds, as find does of each: the bound of NameScaleTest. */
    private static final long MAX_HELD_NAME_BYTES = 200;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @Test
    void aDirectoryOfAMillionIsListedWholeWithoutAGigabyte() {
        FakeS3 bucket = new FakeS3(
                scratch,
                keys(
                        1_010_000,
                        index -> index < 10_000 ? "a/%04d".formatted(index) : "all/%07d".formatted(index - 10_000)));
        Agent agent = bucket.plan(scratch).start();
        // What the first listing of a process needs is not this one's.
        assertThat(lines("ls -f \"$1/a\"", agent)).isEqualTo(10_002);
        long before = residentKib(agent);

        // . and .. are two more.
        assertThat(lines("ls -f \"$1/all\"", agent)).isEqualTo(1_000_002);
        assertThat(lines("ls -f \"$1/all\" | sort | uniq -d", agent)).isZero();

        assertThat(residentKib(agent) - before).as("KiB more").isLessThan(MAX_GROWTH_KIB);
        assertThat(Shell.script("stat -c %s \"$1/all/0999999\"", agent.mount())
                        .out()
                        .strip())
                .isEqualTo("11");
    }

    @Test
    void aTreeOfManyDirectoriesIsListedWholeWithoutAGigabyte() {
        int directories = Project.full() ? 10_000 : 1_000;
        long names = directories * 100L;
        FakeS3 bucket = new FakeS3(scratch, new FakeS3.Keys() {
            @Override
            public long count() {
                return names;
            }

            @Override
            public String at(long index) {
                return "d%05d/f%02d".formatted(index / 100, index % 100);
            }
        });
        Agent agent = bucket.plan(scratch).start();
        long before = residentKib(agent);

        assertThat(lines("find \"$1\" -type f", agent)).isEqualTo(names);

        assertThat(residentKib(agent) - before)
                .as("KiB more")
                .isLessThan(MAX_GROWTH_KIB + names * MAX_HELD_NAME_BYTES / 1024);
    }

    /** One that opens and closes and seeks back sees the same names, each once. */
    @Test
    void severalThatListAtOnceEachSeeEveryName() {
        FakeS3 bucket = new FakeS3(scratch, keys(30_000, "all/%07d"::formatted));
        Agent agent = bucket.plan(scratch).start();

        String counts = Shell.script(
                        LISTED_WITHIN,
                        "for i in 1 2 3 4 5 6 7 8; do (find \"$1/all\" -type f | sort -u | wc -l) & done; wait",
                        agent.mount())
                .expectSuccess()
                .out();

        assertThat(counts.lines()).hasSize(8).containsOnly("30000");
    }

    @Test
    void hostileKeysAreHiddenAndTheOthersArrive() {
        String long255 = "n".repeat(255);
        FakeS3 bucket = new FakeS3(scratch, hostileKeys(long255));
        Agent agent = bucket.plan(scratch).start();

        String seen = Shell.script(
                        "cd \"$1\" && find . -mindepth 1 -print0 | sort -z | tr '\\0\\n' '\\n|'", agent.mount())
                .expectSuccess()
                .out();

        assertThat(seen.lines())
                .containsExactlyInAnyOrder(
                        "./a",
                        "./double",
                        "./fine",
                        "./fine/ok",
                        "./file",
                        "./file/below",
                        "./folder",
                        "./" + long255,
                        "./new|line",
                        "./100%41",
                        "./c:\\x",
                        "./\u202eright to left",
                        "./-0",
                        "./Case",
                        "./case",
                        "./\ud83d\ude80",
                        "./plus+and space");
        for (String name :
                new String[] {"fine/ok", "file/below", long255, "100%41", "c:\\x", "-0", "case", "plus+and space"}) {
            assertThat(agent.path(name)).hasContent(name);
        }
        // The first name that is too long gives an error of its own; the rest does not exist.
        assertThat(Shell.script("cat \"$1/$2\"", agent.mount(), "n".repeat(256)).err())
                .contains("File name too long");
        assertThat(Shell.script("cat \"$1/a/etc/passwd\"", agent.mount()).err()).contains("No such file");
    }

    private static FakeS3.Keys hostileKeys(String long255) {
        return FakeS3.Keys.of(
                "../escape",
                "..",
                ".",
                "./here",
                "a/../../etc/passwd",
                "/etc/passwd",
                "//",
                "double//slash",
                "fine/ok",
                "file",
                "file/below",
                "folder/",
                "nul\0l",
                "n".repeat(256),
                long255,
                "new\nline",
                "raw\udcff",
                "raw\udcfe/below",
                "100%41",
                "c:\\x",
                "\u202eright to left",
                "-0",
                "Case",
                "case",
                "\ud83d\ude80",
                "plus+and space");
    }

    @Test
    void hostileFileNamesOfADirectoryAreHiddenAndTheOthersArrive() throws IOException {
        Path tree = scratch.directory("tree");
        for (String name : new String[] {"new\nline", "-rf", "100%41", " ", "\ud83d\ude80", "n".repeat(255)}) {
            Files.writeString(tree.resolve(name), name);
        }
        Shell.script("cd \"$1\" && printf bad > \"$(printf 'not\\377utf8')\"", tree)
                .expectSuccess();
        Agent agent = Agent.of(scratch, tree).start();

        String seen = Shell.script("cd \"$1\" && find . -type f -print0 | tr '\\0\\n' '\\n|'", agent.mount())
                .expectSuccess()
                .out();

        assertThat(seen.lines())
                .containsExactlyInAnyOrder(
                        "./new|line", "./-rf", "./100%41", "./ ", "./\ud83d\ude80", "./" + "n".repeat(255));
        Shell.run("rm", "-r", tree.toString()).expectSuccess();
    }

    @Test
    void linksAreGivenVerbatimAndNeverFollowedByTheAgent() throws IOException {
        Path tree = scratch.directory("tree");
        Path secret = scratch.file("secret", "not below the source");
        Files.createSymbolicLink(tree.resolve("loop"), Path.of("loop"));
        Files.createSymbolicLink(tree.resolve("out"), Path.of("../secret"));
        Files.createSymbolicLink(tree.resolve("absolute"), secret);
        Files.writeString(tree.resolve("file"), "in it");
        Agent agent = Agent.of(scratch, tree).start();

        assertThat(Shell.script("cat \"$1/loop\"", agent.mount()).err()).contains("Too many levels of symbolic links");
        assertThat(Files.readSymbolicLink(agent.path("out"))).isEqualTo(Path.of("../secret"));
        // A path in the mount leads to where it says from there, which is the kernel's doing.
        assertThat(agent.path("absolute")).hasContent("not below the source");
        // A directory that becomes a link behind our back leads nowhere.
        Files.createDirectory(tree.resolve("d"));
        Files.writeString(tree.resolve("d/passwd"), "ours");
        Await.until("d is seen", Duration.ofSeconds(15), () -> Files.exists(agent.path("d/passwd")));
        Shell.script("rm -r \"$1/d\" && ln -s /etc \"$1/d\" && cat \"$2/d/passwd\"", tree, agent.mount());
        assertThat(Shell.script("cat \"$1\"", agent.path("d/passwd")).out())
                .doesNotContain("root:")
                .isNotEqualTo("?");
    }

    @Test
    void aFileThatBecomesADirectoryAndBackIsNoError() throws IOException {
        Path tree = scratch.directory("tree");
        Path thing = tree.resolve("thing");
        Files.writeString(thing, "a file");
        Agent agent = Agent.of(scratch, tree)
                .config("listing: {ttl: 1s, negativeTtl: 1s}\n")
                .start();
        assertThat(agent.path("thing")).hasContent("a file");

        Files.delete(thing);
        Files.createDirectory(thing);
        Files.writeString(thing.resolve("below"), "a file below");
        Await.until("it is a directory", Duration.ofSeconds(15), () -> Files.isDirectory(agent.path("thing")));
        assertThat(agent.path("thing/below")).hasContent("a file below");

        Shell.run("rm", "-r", thing.toString()).expectSuccess();
        Files.writeString(thing, "a file again");
        Await.until("it is a file", Duration.ofSeconds(15), () -> Files.isRegularFile(agent.path("thing")));
        assertThat(agent.path("thing")).hasContent("a file again");
    }

    @Test
    void hugeAndEmptyFilesAreReadAnywhere() throws IOException {
        Path tree = scratch.directory("tree");
        long length = (1L << 40) + 5;
        Path huge = tree.resolve("huge");
        Random random = new Random(9);
        long[] marks = random.longs(20, 0, length - 16).toArray();
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(length);
            for (long mark : marks) {
                file.seek(mark);
                file.writeBytes("mark %011x".formatted(mark & 0xfffffffffffL));
            }
        }
        Files.createFile(tree.resolve("empty"));
        Agent agent = Agent.of(scratch, tree).start();

        assertThat(Files.size(agent.path("huge"))).isEqualTo(length);
        for (long mark : marks) {
            long from = Math.max(0, mark - 100);
            assertThat(FileReader.bytes(agent.path("huge"), from, 300)).isEqualTo(FileReader.bytes(huge, from, 300));
        }
        assertThat(FileReader.bytes(agent.path("huge"), length - 3, 100)).hasSize(3);
        assertThat(FileReader.bytes(agent.path("huge"), length, 100)).isEmpty();
        assertThat(FileReader.bytes(agent.path("huge"), Long.MAX_VALUE - 4096, 100))
                .isEmpty();
        assertThat(agent.path("empty")).isEmptyFile();
        assertThat(Sha256.of(agent.path("empty"))).isEqualTo(Sha256.of(tree.resolve("empty")));
        assertThat(Arrays.stream(marks).distinct().count()).isGreaterThan(10);
    }

    private static FakeS3.Keys keys(long count, LongFunction<String> key) {
        return new FakeS3.Keys() {
            @Override
            public long count() {
                return count;
            }

            @Override
            public String at(long index) {
                return key.apply(index);
            }
        };
    }

    private static long lines(String script, Agent agent) {
        String count = Shell.script(LISTED_WITHIN, script + " | wc -l", agent.mount())
                .expectSuccess()
                .out();
        return Long.parseLong(count.strip());
    }

    private static long residentKib(Agent agent) {
        return Long.parseLong(Shell.script("awk '/VmRSS/ { print $2 }' /proc/$1/status", agent.pid())
                .expectSuccess()
                .out()
                .strip());
    }
}
