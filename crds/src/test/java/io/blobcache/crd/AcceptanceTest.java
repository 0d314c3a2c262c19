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
    private static final Path FIXTURES = Path.of("src/test/resources/fixtures");

    /** First line of a file that is to be refused; what follows it is in the API server's answer. */
    private static final String REFUSED = "# refused: ";

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
        String expected = text.lines().findFirst().orElse("");
        assertThat(expected).startsWith(REFUSED);
        assertThatThrownBy(() -> apply(text))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(expected.substring(REFUSED.length()));
    }

    static Stream<Path> valid() throws IOException {
        return files("valid");
    }

    static Stream<Path> invalid() throws IOException {
        return files("invalid");
    }

    private static Stream<Path> files(String directory) throws IOException {
        try (Stream<Path> files = Files.list(FIXTURES.resolve(directory))) {
            return files.sorted().toList().stream();
        }
    }

    private static List<HasMetadata> apply(String yaml) {
        return NAMESPACE
                .client()
                .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .inNamespace(NAMESPACE.name())
                .serverSideApply();
    }
}
