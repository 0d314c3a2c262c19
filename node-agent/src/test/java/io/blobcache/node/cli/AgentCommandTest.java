package io.blobcache.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.blobcache.node.MountSpec;
import io.blobcache.node.model.BlobException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

class AgentCommandTest {
    @TempDir
    private Path directory;

    private Invocation blobcache;

    @BeforeEach
    void invocation() {
        blobcache = new Invocation(directory.resolve("run"));
    }

    @Test
    void theFileSaysAllThatMountTakesFromItsArguments() throws IOException {
        assertThat(
                        run(
                                "sources: [{url: 's3://bucket/p', endpoint: 'http://minio:9000', region: x-1, pathStyle: true}]"))
                .isZero();

        MountSpec spec = blobcache.started.getFirst();
        assertThat(spec.sources().getFirst().address().identity()).isEqualTo("http://minio:9000 s3://bucket/p");
        assertThat(spec.directory()).isEqualTo(directory.resolve("mnt/default/models"));
        assertThat(spec.directory()).isDirectory();
        assertThat(spec.state()).isEqualTo(directory.resolve("state"));
        assertThat(blobcache.out()).startsWith("mounted ");
    }

    @Test
    void theNodeIsTheMemberUnlessTheFileNamesAnother() throws IOException {
        blobcache.environment.put("NODE_NAME", "node-7");

        run("sources: [{url: 'dir:/data'}]");
        run("sources: [{url: 'dir:/data'}]\nmesh: {self: other}");

        assertThat(blobcache.configs).extracting(config -> config.mesh().self()).containsExactly("node-7", "other");
    }

    /** Outside of a pod too: the copies are then as new as the files. */
    @Test
    void filesWhoseConfigMapIsNamedAreCopiedIntoTheStateDirectory() throws IOException {
        Path members = Files.writeString(directory.resolve("members.yaml"), "members: []");

        run("sources: [{url: 'dir:/data'}]\nmesh: {members: %s}\nkubernetes: {membersConfigMap: m, configMap: c}"
                .formatted(members));

        Path copies = directory.resolve("state/told");
        assertThat(blobcache.configs.getFirst().mesh().members())
                .isEqualTo(copies.resolve("members.yaml").toString());
        assertThat(copies.resolve("members.yaml")).hasContent("members: []");
        assertThat(copies.resolve("agent.yaml")).hasSameTextualContentAs(directory.resolve("agent.yaml"));
        assertThat(Files.getPosixFilePermissions(directory.resolve("state"))).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "sources: [] | sources must have an entry",
                "'sources: [{url: \"ftp://x\"}]' | sources[0]: source must be s3://bucket",
                "'sources: [{url: \"https://h/f\", region: x}]' | sources[0]: ",
            })
    void aSourceThatIsNoneIsNamed(String yaml, String problem) throws IOException {
        assertThat(run(yaml)).isEqualTo(ExitCode.USAGE.code());
        assertThat(blobcache.err()).contains("agent.yaml: " + problem);
    }

    @Test
    void aSourceThatCannotBeReachedIsWaitedFor() throws IOException {
        AtomicInteger attempts = new AtomicInteger();
        AgentStarter answering = blobcache.starter();
        blobcache.startWith((spec, config, life) -> {
            if (attempts.incrementAndGet() == 1) {
                throw new BlobException.Unavailable("source s3://b does not answer", null);
            }
            return answering.start(spec, config, life);
        });

        assertThat(run("sources: [{url: 's3://bucket'}]")).isZero();
        assertThat(attempts).hasValue(2);
    }

    @Test
    void theAgentBeforeItIsWaitedFor() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(AgentCommand.class);
        BlockingQueue<String> logged = new LinkedBlockingQueue<>();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(event.getFormattedMessage());
            }
        };
        appender.start();
        logger.addAppender(appender);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> second;
            try (StateDirectory _ = StateDirectory.open(directory.resolve("state"))) {
                second = threads.submit(() -> run("sources: [{url: 'dir:/data'}]"));
                assertThat(logged.take()).isEqualTo("waits for the agent before it");
            }
            assertThat(second.get()).isZero();
        } finally {
            logger.detachAppender(appender);
        }
    }

    @Test
    void wrongCredentialsEndTheStart() throws IOException {
        blobcache.failWith(new BlobException.Denied("s3://b refuses the credentials", null));

        assertThat(run("sources: [{url: 's3://bucket'}]")).isEqualTo(ExitCode.DENIED.code());
    }

    /** Files are exchanged, as those of a Secret are; the environment of a process is not. */
    @Test
    void wrongCredentialsInFilesAreWaitedFor() throws IOException {
        AtomicInteger attempts = new AtomicInteger();
        AgentStarter answering = blobcache.starter();
        blobcache.startWith((spec, config, life) -> {
            if (attempts.incrementAndGet() == 1) {
                throw new BlobException.Denied("s3://b refuses the credentials", null);
            }
            return answering.start(spec, config, life);
        });

        assertThat(run("sources: [{url: 's3://bucket', credentials: /keys}]")).isZero();
        assertThat(attempts).hasValue(2);
        assertThat(blobcache.started.getFirst().sources().getFirst().credentials())
                .isEqualTo("/keys");
    }

    @Test
    void credentialsOfASourceThatTakesNoneAreRefused() throws IOException {
        assertThat(run("sources: [{url: 'https://host/file', credentials: /keys}]"))
                .isEqualTo(ExitCode.USAGE.code());
        assertThat(blobcache.err())
                .contains("sources[0].credentials belongs to an s3:// source: leave it out, was: /keys");
    }

    @Test
    void waitingForAMountThatDoesNotComeEnds() {
        assertThat(blobcache.run("wait", "--timeout", "10ms", directory.toString()))
                .isEqualTo(ExitCode.NOT_MOUNTED.code());
        assertThat(blobcache.err()).contains("nothing is mounted on " + directory + " after 10ms");
        assertThat(blobcache.run("wait", "--timeout", "soon", directory.toString()))
                .isEqualTo(ExitCode.USAGE.code());
    }

    private int run(String yaml) throws IOException {
        Path file = Files.writeString(
                directory.resolve("agent.yaml"),
                "mount: {path: %s, state: %s}\n%s\n"
                        .formatted(directory.resolve("mnt/default/models"), directory.resolve("state"), yaml));
        return blobcache.run("agent", "--config", file.toString());
    }
}
