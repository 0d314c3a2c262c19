package io.blobcache.node.source.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Secret that is mounted, in every state in which the kubelet leaves it. */
class SecretFilesTest {
    private static final Map<String, String> OLD = Map.of("id", "old", "secret", "old");
    private static final Map<String, String> NEW = Map.of("id", "new", "secret", "new", "token", "new");

    /** Some 5 ms each on a busy machine. */
    private static final int EXCHANGES = 500;

    @TempDir
    private Path directory;

    private MountedSecret mounted;
    private SecretFiles files;

    @BeforeEach
    void mount() {
        mounted = new MountedSecret(directory);
        files = new SecretFiles(directory, List.of("id", "secret", "token"));
    }

    @Test
    void aSecretThatIsNotThereIsEmptyAndIsFoundOnceItIs() throws Exception {
        mounted.exchange(Map.of());
        assertThat(files.read().texts()).isEmpty();

        mounted.exchange(OLD);

        assertThat(files.read().texts()).isEqualTo(OLD);
    }

    @Test
    void theVersionChangesWithTheSecretAndWithNothingElse() throws Exception {
        mounted.exchange(OLD);
        SecretFiles.Version before = files.read().version();
        assertThat(files.version()).isEqualTo(before);

        mounted.exchange(OLD);

        assertThat(files.version()).as("written anew").isNotEqualTo(before);
    }

    @Test
    void betweenTheKubeletsStepsAllIsNew() throws Exception {
        mounted.exchange(OLD);

        Path before = mounted.write(NEW);
        assertThat(files.read().texts()).as("the token has no name yet").isEqualTo(NEW);
        mounted.link(NEW);
        assertThat(files.read().texts()).isEqualTo(NEW);
        mounted.forget(before);
        assertThat(files.read().texts()).isEqualTo(NEW);

        mounted.write(OLD);
        assertThat(files.read().texts()).as("the token still has a name").isEqualTo(OLD);
    }

    @Test
    void whoeverReadsWhileItIsExchangedHasAllOfOneSecret() throws Exception {
        mounted.exchange(OLD);
        Set<Map<String, String>> seen = new HashSet<>();
        try (ExecutorService kubelet = Executors.newSingleThreadExecutor()) {
            Future<?> exchanging = kubelet.submit(() -> {
                for (int i = 0; i < EXCHANGES; i++) {
                    mounted.exchange(i % 2 == 0 ? NEW : OLD);
                }
                return null;
            });
            while (!exchanging.isDone()) {
                try {
                    seen.add(files.read().texts());
                } catch (Credentials.Missing e) {
                    // A thousand times as often as a kubelet may be too often; but never a half.
                    assertThat(e).hasMessageContaining("changes while it is read");
                }
            }
            exchanging.get();
        }
        assertThat(seen).isSubsetOf(OLD, NEW).isNotEmpty();
    }

    @Test
    void printingItShowsNoSecret() throws Exception {
        mounted.exchange(Map.of("id", "canary"));

        assertThat(files.read().toString()).contains("id").doesNotContain("canary");
    }

    @Test
    void aDirectoryThatIsNotThereIsEmpty() {
        assertThat(new SecretFiles(directory.resolve("none"), List.of("id"))
                        .read()
                        .texts())
                .isEmpty();
    }

    @Test
    void whatCannotBeReadIsNamed() throws Exception {
        mounted.exchange(OLD);

        assertThatThrownBy(() -> new SecretFiles(directory, List.of("..")).read())
                .isInstanceOf(Credentials.Missing.class)
                .hasMessage("%s/.. cannot be read (IOException): correct its permissions", directory);
    }
}
