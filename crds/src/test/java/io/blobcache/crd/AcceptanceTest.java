package io.blobcache.crd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.crd.cluster.TestNamespace;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A real API server takes every example and refuses every mistake, with words that a person understands. */
class AcceptanceTest {
    @RegisterExtension
    static final TestNamespace NAMESPACE = new TestNamespace("crd");

    @ParameterizedTest
    @MethodSource("valid")
    void anExampleIsTaken(Path file) throws IOException {
        assertThat(apply(Files.readString(file))).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("invalid")
    void aMistakeIsRefusedInWords(Path file) throws IOException {
        String text = Files.readString(file);
        assertThatThrownBy(() -> apply(text))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(Fixtures.expected(file));
    }

    @ParameterizedTest
    @MethodSource("changed")
    void aChangeThatMustNotBeIsRefusedInWords(Path file) throws IOException {
        String[] steps = Files.readString(file).split("\n---\n", 2);
        apply(steps[0]);
        assertThatThrownBy(() -> apply(steps[1]))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(Fixtures.expected(file));
        apply(steps[0]);
    }

    static Stream<Path> valid() throws IOException {
        return Fixtures.of("valid").stream();
    }

    static Stream<Path> invalid() throws IOException {
        return Fixtures.of("invalid").stream();
    }

    static Stream<Path> changed() throws IOException {
        return Fixtures.of("changed").stream();
    }

    private static List<HasMetadata> apply(String yaml) {
        return NAMESPACE
                .client()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(NAMESPACE.name())
                .serverSideApply();
    }
}
