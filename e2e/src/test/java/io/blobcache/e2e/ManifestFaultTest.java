package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Tree;
import io.blobcache.e2e.rig.WebServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A web server whose files are not those of its manifest, or that sends us elsewhere: F-32 and F-35. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ManifestFaultTest {
    private static final int SMALL = 100_000;

    /** Three blocks, the last one short. */
    private static final int LONG = (10 << 20) + 12_345;

    private static final Duration SOON = Duration.ofSeconds(10);

    private static final String CONFIG = "source: {attempts: 2, minBackoff: 20ms, maxBackoff: 100ms}\n";

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private Path files;
    private WebServer server;

    @BeforeEach
    void serve() {
        files = scratch.directory("www");
        Tree.random(files.resolve("small"), SMALL, 1);
        Tree.random(files.resolve("long"), LONG, 2);
        Tree.random(files.resolve("good"), LONG, 3);
        server = new WebServer(scratch, files);
    }

    @Test
    void aFileOfOneBlockThatIsNotWhatTheManifestSaysIsNeverServed() throws IOException {
        byte[] right = Files.readAllBytes(files.resolve("small"));
        String digest = Sha256.of(files.resolve("small"));
        Agent agent = mount("small");
        spoil("small", SMALL / 2);

        assertThat(read(agent, "small").failure()).contains("Input/output error");
        // Not even the bytes that are right.
        Crowd.Outcome<byte[]> begin = Crowd.read(1, SOON, _ -> FileReader.bytes(agent.path("small"), 0, 10))
                .getFirst();
        assertThat(begin.failure()).contains("Input/output error");
        assertThat(stored(agent)).isEmpty();
        assertThat(agent.log()).containsOnlyOnce("SourceIntegrity");

        Files.write(files.resolve("small"), right);
        Await.until(
                "the corrected file is read",
                SOON,
                () -> digest.equals(read(agent, "small").value()));
    }

    @Test
    void aLongerFileThatIsNotWhatTheManifestSaysIsRefusedOnceItIsComplete() throws IOException {
        String good = Sha256.of(files.resolve("good"));
        Agent agent = mount("long", "good");
        spoil("long", LONG - 1);

        // Whoever comes before the last block has arrived may see what the server sent.
        read(agent, "long");
        Await.until("it is refused", SOON, () -> read(agent, "long").failure().contains("Input/output error"));

        Await.until("nothing of it is kept", SOON, () -> stored(agent).isEmpty());
        assertThat(agent.log()).containsOnlyOnce("SourceIntegrity").contains("correct the file or the manifest");
        assertThat(read(agent, "good").value()).isEqualTo(good);
        assertThat(read(agent, "long").failure()).contains("Input/output error");
        assertThat(stored(agent)).hasSize(1);
    }

    /** It is compared in the background; nobody notices but for the passthrough that begins then. */
    @Test
    void aLongerFileThatIsWhatTheManifestSaysIsReadAsBefore() throws IOException {
        String truth = Sha256.of(files.resolve("long"));
        Agent agent = mount("long");

        assertThat(read(agent, "long").value()).isEqualTo(truth);
        agent.stop();
        agent.restart();
        assertThat(read(agent, "long").value()).isEqualTo(truth);
        agent.forgetPages();
        assertThat(read(agent, "long").value()).isEqualTo(truth);
        assertThat(agent.log()).doesNotContain("SourceIntegrity");
    }

    @Test
    void aRedirectInACircleIsAnErrorInTime() {
        Agent agent = mount("small");
        server.redirect("/small", "/small");
        int before = server.requests();

        Crowd.Outcome<String> outcome = read(agent, "small");

        assertThat(outcome.failure()).contains("Permission denied");
        assertThat(outcome.took()).isLessThan(SOON);
        assertThat(server.requests() - before).isLessThan(20);
        assertThat(stored(agent)).isEmpty();
    }

    @Test
    void aRedirectToAnotherServerIsNotFollowed() {
        WebServer other = new WebServer(scratch, files);
        Agent agent = mount("small", "long", "good");
        server.redirect("/small", other.address("/small"));
        server.redirect("/long", "http://localhost:" + other.port() + "/long");
        // The metadata service of clouds.
        server.redirect("/good", "http://169.254.169.254/latest/meta-data/");

        for (String file : List.of("small", "long", "good")) {
            Crowd.Outcome<String> outcome = read(agent, file);
            assertThat(outcome.failure()).as(file).contains("Permission denied");
            assertThat(outcome.took()).as(file).isLessThan(SOON);
        }

        assertThat(other.requests()).isZero();
        assertThat(stored(agent)).isEmpty();
    }

    private Agent mount(String... names) {
        StringJoiner entries = new StringJoiner(",", "{\"files\":[", "]}");
        for (String name : names) {
            Path file = files.resolve(name);
            entries.add("{\"path\":\"%s\",\"length\":%d,\"sha256\":\"%s\"}"
                    .formatted(name, file.toFile().length(), Sha256.of(file)));
        }
        try {
            Files.writeString(files.resolve("index.json"), entries.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return server.plan(scratch, "/index.json").config(CONFIG).start();
    }

    /** One wrong byte, of the same length. */
    private void spoil(String name, int offset) throws IOException {
        byte[] content = Files.readAllBytes(files.resolve(name));
        content[offset] ^= 0x10;
        Files.write(files.resolve(name), content);
    }

    private static Crowd.Outcome<String> read(Agent agent, String name) {
        return Crowd.read(1, Duration.ofMinutes(1), _ -> FileReader.sha256(agent.path(name)))
                .getFirst();
    }

    /** Files of blobs in the state directory. */
    private static List<Path> stored(Agent agent) {
        try (Stream<Path> found = Files.walk(agent.state().resolve("blobs"))) {
            return found.filter(file -> file.toString().endsWith(".data")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
