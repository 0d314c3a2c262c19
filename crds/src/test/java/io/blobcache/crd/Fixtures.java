package io.blobcache.crd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Resources that an API server has to take ({@code valid}), or refuse at once ({@code invalid}) or as a change ({@code changed}). */
final class Fixtures {
    private static final Path ROOT = Path.of("src/test/resources/fixtures");

    /** First line of a file that is to be refused; what follows it is in the API server's answer. */
    private static final String REFUSED = "# refused: ";

    private Fixtures() {}

    static List<Path> of(String directory) throws IOException {
        try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
            return files.sorted().toList();
        }
    }

    /** What the API server has to say to one that is to be refused. */
    static String expected(Path file) throws IOException {
        String first = Files.readString(file).lines().findFirst().orElse("");
        assertThat(first).as("first line of %s", file).startsWith(REFUSED);
        return first.substring(REFUSED.length());
    }
}
