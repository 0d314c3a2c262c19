package io.blobcache.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/** The judge of contents: coreutils' sha256sum, which knows nothing of us. */
public final class Sha256 {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    /** Of a file that was read and is another; one that cannot be read has "open or read" behind it. */
    private static final Pattern WRONG = Pattern.compile(": FAILED$", Pattern.MULTILINE);

    private Sha256() {}

    /** The digest of one file. */
    public static String of(Path file) {
        String line = Shell.script(LIMIT, "sha256sum -- \"$1\" | cut -c1-64", file)
                .expectSuccess()
                .out()
                .strip();
        assertThat(line).hasSize(64);
        return line;
    }

    /** Writes the digests of all regular files below {@code tree}, which is to be the truth, to {@code list}. */
    public static Path list(Path tree, Path list) {
        Shell.script(LIMIT, "cd \"$1\" && find . -type f -print0 | sort -z | xargs -0 sha256sum > \"$2\"", tree, list)
                .expectSuccess();
        return list;
    }

    /** Compares a mount with the truth, eight readers at a time; each wrong or missing file is named. */
    public static void check(Path mount, Path list) {
        Shell.Result result = Shell.script(LIMIT, """
                parts=$(mktemp -d) && split -n r/8 "$2" "$parts/" && cd "$1" &&
                ls "$parts"/* | xargs -P8 -n1 sha256sum --quiet --strict -c; code=$?; rm -r "$parts"; exit $code
                """, mount, list);
        assertThat(result.exitCode())
                .as(
                        "%ssha256sum -c in %s said:%n%s%s",
                        WRONG.matcher(result.out()).find() ? "wrong bytes: " : "",
                        mount,
                        head(result.out()),
                        head(result.err()))
                .isZero();
    }

    private static String head(String text) {
        return text.length() < 2000 ? text : text.substring(0, 2000) + "...";
    }
}
