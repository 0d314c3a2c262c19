package io.blobcache.node.warmup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PathGlobTest {
    @Test
    void aStarStaysWithinANameAndTwoGoOverDirectories() {
        assertThat(PathGlob.of("llama/*.bin").matches("llama/a.bin")).isTrue();
        assertThat(PathGlob.of("llama/*.bin").matches("llama/8b/a.bin")).isFalse();
        assertThat(PathGlob.of("llama/**").matches("llama/8b/a.bin")).isTrue();
        assertThat(PathGlob.of("llama/**").matches("llama")).isFalse();
        assertThat(PathGlob.of("**/a.bin").matches("a.bin")).isTrue();
        assertThat(PathGlob.of("x/**/a.bin").matches("x/a.bin")).isTrue();
        assertThat(PathGlob.of("x/**/a.bin").matches("x/y/z/a.bin")).isTrue();
        assertThat(PathGlob.of("x/**/a.bin").matches("y/a.bin")).isFalse();
        assertThat(PathGlob.of("**").matches("any/thing")).isTrue();
    }

    @Test
    void aPathIsAFileOrAllThatIsInADirectory() {
        assertThat(PathGlob.of("llama").matches("llama")).isTrue();
        assertThat(PathGlob.of("llama").matches("llama/8b/a.bin")).isTrue();
        assertThat(PathGlob.of("llama").matches("llama2/a.bin")).isFalse();
    }

    @Test
    void aDigestIsStoredContent() {
        PathGlob digest = PathGlob.of("sha256:" + "ab".repeat(32));
        assertThat(digest.literal()).isTrue();
        assertThat(digest.path()).isEqualTo(".blobcache/by-digest/" + "ab".repeat(32));
    }

    @Test
    void aWalkBeginsWhereTheFirstStarIs() {
        assertThat(PathGlob.of("a/b/*.bin").root()).isEqualTo("a/b");
        assertThat(PathGlob.of("a/*/c/d").root()).isEqualTo("a");
        assertThat(PathGlob.of("**").root()).isEmpty();
    }

    @Test
    void aDirectoryInWhichNothingCanMatchIsNotEntered() {
        PathGlob glob = PathGlob.of("a/*/c.bin");
        assertThat(glob.placesIn("a")).isNotZero();
        assertThat(glob.placesIn("a/x")).isNotZero();
        assertThat(glob.placesIn("a/x/y")).isZero();
        assertThat(glob.placesIn("b")).isZero();
    }

    @Test
    void aGlobThatWouldTakeAnotherOneForEverIsAnsweredAtOnce() {
        PathGlob hard = PathGlob.of("**/a/".repeat(20) + "**/*a*a*a*a*a*b");
        assertThat(hard.matches("a/".repeat(200) + "a".repeat(250))).isFalse();
        assertThatThrownBy(() -> PathGlob.of("a/".repeat(100) + "b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must have at most 63 names");
    }

    /** The JDK's globs mean the same where no {@code **} stands beside a slash. */
    @Test
    void itAgreesWithTheGlobsOfTheSystem() {
        Random random = new Random(7);
        int matched = 0;
        for (int round = 0; round < 200_000; round++) {
            String glob = text(random, "ab*/");
            String path = text(random, "aab/");
            if (!fit(glob) || !fit(path) || glob.contains("**") || !glob.contains("*")) {
                continue;
            }
            PathMatcher system = FileSystems.getDefault().getPathMatcher("glob:" + glob);
            boolean expected = system.matches(Path.of(path));
            assertThat(PathGlob.of(glob).matches(path))
                    .as("%s on %s", glob, path)
                    .isEqualTo(expected);
            matched += expected ? 1 : 0;
        }
        assertThat(matched).isGreaterThan(1000);
    }

    private static String text(Random random, String alphabet) {
        StringBuilder text = new StringBuilder();
        for (int length = 1 + random.nextInt(6); length > 0; length--) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static boolean fit(String path) {
        return !path.startsWith("/") && !path.endsWith("/") && !path.contains("//");
    }
}
