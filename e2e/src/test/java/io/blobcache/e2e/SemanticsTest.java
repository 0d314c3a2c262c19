package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/semantics.md promises to a program, asked with the programs that everybody has. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class SemanticsTest {
    /** Each must fail with "Read-only file system"; {@code $1} is the mount. */
    private static final String[] WRITES = {
        "touch \"$1/new\"",
        "touch -d yesterday \"$1/file\"",
        "sh -c 'echo more >> \"$0/file\"' \"$1\"",
        "truncate -s 0 \"$1/file\"",
        "rm -f \"$1/file\"",
        "rmdir \"$1/empty\"",
        "mkdir \"$1/new\"",
        "mv \"$1/file\" \"$1/moved\"",
        "ln \"$1/file\" \"$1/hard\"",
        "ln -s file \"$1/soft\"",
        "chmod 600 \"$1/file\"",
        "chown nobody \"$1/file\"",
        "mkfifo \"$1/pipe\"",
        "setfattr -n user.a -v b \"$1/file\" 2>&1 || python3 -c 'import os, sys; os.setxattr(sys.argv[1], \"user.a\", b\"b\")' \"$1/file\"",
        "fallocate -l 1M \"$1/file\"",
    };

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr"})
    void everyWriteIsRefusedAsReadOnly(String transport) throws IOException {
        Agent agent = mounted(transport);

        for (String write : WRITES) {
            Shell.Result result = Shell.script("LC_ALL=C; export LC_ALL; " + write, agent.mount());
            assertThat(result.exitCode()).as(write).isNotZero();
            assertThat(result.err()).as(write).contains("Read-only file system");
        }
        assertThat(agent.path("file")).hasContent("content");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr"})
    void attributesAreThoseOfTheSource(String transport) throws IOException {
        Agent agent = mounted(transport);
        Path tree = scratch.path("tree");

        // Size, modification time, kind: the same; permissions: read and, for a program, execute.
        for (String name : new String[] {"file", "program", "empty"}) {
            String format = name.equals("empty") ? "stat -c '%F %Y' \"$1/$2\"" : "stat -c '%F %s %Y' \"$1/$2\"";
            assertThat(Shell.script(format, agent.mount(), name).out())
                    .isEqualTo(Shell.script(format, tree, name).out());
        }
        assertThat(Files.isExecutable(agent.path("program"))).isTrue();
        assertThat(Files.isExecutable(agent.path("file"))).isFalse();
        assertThat(Shell.script("stat -c %A \"$1/file\"", agent.mount()).out()).doesNotContain("w");
        assertThat(Shell.script("\"$1/program\"", agent.mount()).out()).isEqualTo("ran\n");
        assertThat(Shell.script("df --output=avail \"$1\" | tail -1", agent.mount())
                        .out()
                        .strip())
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr"})
    void inodesStayTheSameOverARestart(String transport) throws IOException {
        Agent agent = mounted(transport);
        String list = "cd \"$1\" && find . -printf '%p %i %s %T@\\n' | sort";
        String before = Shell.script(list, agent.mount()).expectSuccess().out();
        agent.stop();

        agent.restart();

        assertThat(Shell.script(list, agent.mount()).expectSuccess().out()).isEqualTo(before);
        assertThat(before.lines().map(line -> line.split(" ")[1]).distinct().count())
                .isEqualTo(before.lines().count());
    }

    @ParameterizedTest
    @ValueSource(strings = {"kernel", "jnr"})
    void mistakesOfAProgramGetTheirUsualErrors(String transport) throws IOException {
        Agent agent = mounted(transport);

        assertThat(complaint("cat \"$1/missing\"", agent)).contains("No such file or directory");
        assertThat(complaint("cat \"$1/empty\"", agent)).contains("Is a directory");
        assertThat(complaint("cat \"$1/file/below\"", agent)).contains("Not a directory");
        assertThat(complaint("ls \"$1/file/\"", agent)).contains("Not a directory");
        assertThat(complaint("readlink -v \"$1/file\"", agent)).contains("Invalid argument");
        assertThat(complaint("cat \"$1/" + "n".repeat(256) + "\"", agent)).contains("File name too long");
    }

    private static String complaint(String script, Agent agent) {
        return Shell.script("LC_ALL=C; export LC_ALL; " + script, agent.mount()).err();
    }

    private Agent mounted(String transport) throws IOException {
        Path tree = scratch.directory("tree");
        Files.writeString(tree.resolve("file"), "content");
        Files.createDirectory(tree.resolve("empty"));
        Files.createSymbolicLink(tree.resolve("link"), Path.of("file"));
        Path program = Files.writeString(tree.resolve("program"), "#!/bin/sh\necho ran\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        return Agent.of(scratch, tree)
                .config("fuse:\n  transport: " + transport + "\n")
                .start();
    }
}
