package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.MountedSecret;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of an only source are files, as a Secret that is mounted; they change while {@code blobcache agent} runs. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class KeyExchangedTest {
    private static final String OTHER = "another-secret-not-to-be-logged";

    /** A second until files are looked at again, a few for which a failure or a name is believed, a busy machine. */
    private static final Duration TAKEN = Duration.ofSeconds(20);

    private static final Duration STARTED = Duration.ofSeconds(40);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path bucket;
    private S3Server server;
    private MountedSecret secret;
    private Agent.Plan plan;

    @BeforeEach
    void serve() {
        bucket = Tree.random(scratch.directory("bucket"), 8, 1, 4096, 9 << 20);
        server = new S3Server(scratch, bucket);
        secret = new MountedSecret(scratch.directory("secret"));
        plan = Agent.of(scratch, bucket).toldByFile("""
                sources:
                  - url: s3://%s
                    endpoint: http://127.0.0.1:%d
                    region: us-east-1
                    pathStyle: true
                    credentials: %s
                """.formatted(S3Server.BUCKET, server.port(), secret.directory()));
    }

    @Test
    void whatWasNeverReadIsReadWithTheNewKeyAndNoReaderNeedsAnotherAgent() throws IOException {
        secret.put(server.credentials());
        Agent agent = plan.start();
        assertThat(FileReader.sha256(agent.path("f0"))).isEqualTo(Sha256.of(bucket.resolve("f0")));

        server.rotate(OTHER);
        assertThatThrownBy(() -> FileReader.sha256(agent.path("f1"))).isInstanceOf(IOException.class);
        Await.until("it is the key that is refused", TAKEN, () -> refused(agent.path("f1")));
        secret.put(server.credentials());

        Await.until("the new key is taken", TAKEN, () -> readable(agent.path("f1")));
        Sha256.check(agent.mount(), Sha256.list(bucket, scratch.path("bucket.sums")));
        assertThat(agent.process().isAlive()).isTrue();
        assertThat(agent.log()).doesNotContain("not-to-be-logged");
    }

    @ParameterizedTest
    @CsvSource({"none, AWS_ACCESS_KEY_ID is missing: put the access key's id", "wrong, check AWS_SECRET_ACCESS_KEY"})
    void aSecretThatIsMissingOrWrongIsSaidAndWaitedFor(String first, String said) throws Exception {
        if (first.equals("wrong")) {
            secret.put(Map.of(
                    "AWS_ACCESS_KEY_ID",
                    server.credentials().get("AWS_ACCESS_KEY_ID"),
                    "AWS_SECRET_ACCESS_KEY",
                    "wrong-not-to-be-logged"));
        }
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Agent> starting = threads.submit(plan::start);
            Path log = scratch.path("agent-mnt.log");
            Await.until(
                    "it waits and says why",
                    STARTED,
                    () -> text(log).contains("waits for its source")
                            && text(log).contains(said));

            secret.put(server.credentials());

            Agent agent = starting.get();
            Sha256.check(agent.mount(), Sha256.list(bucket, scratch.path("bucket.sums")));
            assertThat(agent.log()).doesNotContain("not-to-be-logged");
        }
    }

    private static boolean refused(Path file) {
        try {
            FileReader.sha256(file);
            return false;
        } catch (AccessDeniedException _) {
            return true;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("Permission denied");
        }
    }

    private static boolean readable(Path file) {
        try {
            return !FileReader.sha256(file).isEmpty();
        } catch (IOException _) {
            return false;
        }
    }

    private static String text(Path log) {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
