package io.blobcache.node.mesh.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.MeshConfigs;
import io.blobcache.node.mesh.TestAuthority;
import io.blobcache.node.mesh.TestAuthority.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshCredentialsTest {
    @TempDir
    private Path directory;

    @Test
    void aNewCertificateIsTakenWithoutARestartAndABadOneChangesNothing() throws Exception {
        TestAuthority authority = new TestAuthority(directory);
        Issued issued = authority.issue("a", "blobcache-mesh", 10);
        MeshConfig config = MeshConfigs.tls(issued);
        try (MeshCredentials credentials =
                MeshCredentials.open(config, Duration.ofMillis(50), InstantSource.system())) {
            Instant first = credentials.expiry().orElseThrow();

            authority.issue("a", "blobcache-mesh", 20);
            await(() -> credentials.expiry().orElseThrow().isAfter(first.plus(Duration.ofDays(9))));

            Instant second = credentials.expiry().orElseThrow();
            Files.writeString(issued.certificate(), "nonsense");
            Files.writeString(issued.key(), "nonsense");
            authority.issue("b", "blobcache-mesh", 5); // Time for some looks at the files.
            assertThat(credentials.expiry()).hasValue(second);
        }
    }

    @Test
    void aFileThatIsNoCertificateIsNamedWithItsKey() throws IOException {
        Path file = Files.writeString(directory.resolve("x.pem"), "nonsense");
        MeshConfig config = MeshConfigs.tls(new Issued(file, file, file));

        assertThatThrownBy(() -> MeshCredentials.open(config).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("mesh.tlsCertificate")
                .hasMessageContaining(file.toString());
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as("the new certificate is taken").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
