package io.blobcache.node.mesh.members;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class MembersWatchTest {
    @TempDir
    private Path directory;

    private final List<Members> told = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Path file;
    private MembersWatch watch;

    @BeforeEach
    void watch() throws IOException {
        file = Files.writeString(directory.resolve("members.yaml"), yaml("a", "b"));
        watch = new MembersWatch(file, MembersFile.read(file), Duration.ofHours(1), told::add);
        log.start();
        logger().addAppender(log);
        logger().setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger().detachAppender(log);
        logger().setAdditive(true);
        watch.close();
    }

    @Test
    void aListThatIsTheSameIsNotTold() throws IOException {
        look();
        write("# the same\n" + yaml("b", "a"));

        assertThat(told).isEmpty();
        assertThat(logged()).isEmpty();
    }

    @Test
    void joinsLeavesAndChangesAreToldAndLogged() throws IOException {
        write("members:\n- {id: a, address: \"a:1\", state: draining}\n- {id: c, address: \"c:1\"}\n");

        assertThat(told).containsExactly(watch.inForce());
        assertThat(watch.inForce().all()).extracting(Member::id).containsExactly("a", "c");
        assertThat(logged()).hasSize(3);
        assertThat(logged().get(0)).contains("INFO member joined").contains("id=\"c\"");
        assertThat(logged().get(1)).contains("INFO member left").contains("id=\"b\"");
        assertThat(logged().get(2))
                .contains("INFO member changed")
                .contains("id=\"a\"")
                .contains("DRAINING");
    }

    @Test
    void aMeshThatJoinsIsOneLineOfTheLog() throws IOException {
        write(yaml(IntStream.range(0, 1000).mapToObj(number -> "node-" + number).toArray(String[]::new)));

        assertThat(logged()).hasSize(1);
        assertThat(logged().getFirst())
                .contains("many members changed")
                .contains("1000")
                .contains("left=\"2\"");
    }

    @Test
    void aBadFileKeepsTheLastGoodListAndSaysEveryProblem() throws IOException {
        Members before = watch.inForce();
        write("members:\n- {id: a}\n- {address: \"b:0\"}\n");

        assertThat(told).isEmpty();
        assertThat(watch.inForce()).isEqualTo(before);
        assertThat(logged())
                .hasSize(3)
                .allMatch(line -> line.contains("members not taken; the last one stays in force"));

        write(yaml("a"));
        assertThat(told).hasSize(1);
    }

    @Test
    void aFileThatIsGoneKeepsTheLastGoodList() throws IOException {
        look();
        Files.delete(file);
        look();

        assertThat(told).isEmpty();
        assertThat(watch.inForce().all()).hasSize(2);
        assertThat(logged()).hasSize(1);
        assertThat(logged().getFirst()).contains("members file is gone");
    }

    @Test
    void aFileThatComesLaterIsTaken() throws IOException {
        Path later = directory.resolve("later.yaml");
        MembersWatch early = new MembersWatch(later, Members.NONE, Duration.ofHours(1), told::add);
        early.look();
        early.look();
        Files.writeString(later, yaml("a", "b"));
        early.look();
        early.look();

        assertThat(told).containsExactly(MembersFile.read(file));
    }

    @Test
    void aChangeBeforeTheFirstLookIsNotMissed() throws IOException {
        Files.writeString(file, yaml("a", "b", "c"));
        look();

        assertThat(told).hasSize(1);
    }

    @Test
    void aListIsReadOnlyWhenItStandsStill() throws IOException {
        look();
        Files.writeString(file, yaml("a"));
        watch.look();
        assertThat(told).isEmpty();

        watch.look();
        assertThat(told).hasSize(1);
    }

    @Test
    void aConfigMapExchangedByItsLinkIsSeen() throws IOException {
        // As the kubelet does: members.yaml -> ..data/members.yaml, ..data -> a directory of its own for each version.
        Path mount = Files.createDirectory(directory.resolve("mount"));
        version(mount, "..1", yaml("a", "b"));
        Files.createSymbolicLink(mount.resolve("..data"), Path.of("..1"));
        Path linked = Files.createSymbolicLink(mount.resolve("members.yaml"), Path.of("..data/members.yaml"));
        MembersWatch mounted = new MembersWatch(linked, MembersFile.read(linked), Duration.ofHours(1), told::add);
        mounted.look();
        mounted.look();

        version(mount, "..2", yaml("a", "c"));
        Path next = Files.createSymbolicLink(mount.resolve("..data_tmp"), Path.of("..2"));
        Files.move(next, mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        mounted.look();
        mounted.look();

        assertThat(told).hasSize(1);
        assertThat(told.getFirst().find("c")).isPresent();
    }

    @Test
    void aListThatTheListenerCannotTakeIsNotInForce() throws IOException {
        Members before = watch.inForce();
        MembersWatch failing = new MembersWatch(file, before, Duration.ofHours(1), _ -> {
            throw new IllegalStateException("no");
        });
        Files.writeString(file, yaml("a"));
        failing.look();
        failing.look();

        assertThat(failing.inForce()).isEqualTo(before);
        assertThat(logged()).hasSize(1);
        assertThat(logged().getFirst()).contains("members not taken");
    }

    private void write(String yaml) throws IOException {
        Files.writeString(file, yaml);
        look();
    }

    private void look() {
        watch.look();
        watch.look();
    }

    private static void version(Path mount, String name, String yaml) throws IOException {
        Files.writeString(Files.createDirectory(mount.resolve(name)).resolve("members.yaml"), yaml);
    }

    private static String yaml(String... ids) {
        return Arrays.stream(ids)
                .map("- {id: %1$s, address: \"%1$s:1\"}\n"::formatted)
                .collect(Collectors.joining("", "members:\n", ""));
    }

    private List<String> logged() {
        return log.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs())
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(MembersWatch.class);
    }
}
