package io.blobcache.node.source.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** Files that somebody writes one by one. */
class CredentialFilesTest {
    @TempDir
    private Path directory;

    private final AtomicLong nanos = new AtomicLong();
    private CredentialFiles files;

    @BeforeEach
    void write() throws IOException {
        files = new CredentialFiles(directory, nanos::get);
        write("AWS_ACCESS_KEY_ID", "id\n");
        write("AWS_SECRET_ACCESS_KEY", "secret\n");
    }

    @Test
    void keysAreTheContentsOfTheFilesWithoutTheirLineEnds() {
        assertThat(files.resolveCredentials().accessKeyId()).isEqualTo("id");
        assertThat(files.resolveCredentials().secretAccessKey()).isEqualTo("secret");
    }

    @Test
    void keysThatExpireHaveATokenBesideThem() throws IOException {
        write("AWS_SESSION_TOKEN", "token");

        assertThat(((AwsSessionCredentials) files.resolveCredentials()).sessionToken())
                .isEqualTo("token");
    }

    @Test
    void whatIsExchangedIsTakenWithinASecondAndNotLookedAtMoreOften() throws IOException {
        files.resolveCredentials();
        write("AWS_ACCESS_KEY_ID", "next");

        pass(Duration.ofMillis(999));
        assertThat(files.resolveCredentials().accessKeyId()).isEqualTo("id");
        pass(Duration.ofMillis(1));
        assertThat(files.resolveCredentials().accessKeyId()).isEqualTo("next");
    }

    @Test
    void whoWasRefusedReadsThemAtOnce() throws IOException {
        Credentials credentials = new Credentials(() -> new CredentialFiles(directory, nanos::get));
        credentials.resolveCredentials();
        write("AWS_ACCESS_KEY_ID", "next");
        assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("id");

        credentials.refused(credentials.generation());

        assertThat(credentials.resolveCredentials().accessKeyId()).isEqualTo("next");
    }

    @Test
    void aFileThatIsMissingIsNamedAndFoundWhenItIsThere() throws IOException {
        Path file = directory.resolve("AWS_SECRET_ACCESS_KEY");
        Files.delete(file);
        assertThatThrownBy(files::resolveCredentials)
                .isInstanceOf(Credentials.Missing.class)
                .hasMessage(
                        "%s is missing: put the access key's id and its secret into %s, or into the Secret that is mounted there",
                        file, directory);

        write("AWS_SECRET_ACCESS_KEY", "late");

        assertThat(files.resolveCredentials().secretAccessKey()).isEqualTo("late");
    }

    @Test
    void keysThatAreTakenAwayAreNotUsedAnyMore() throws IOException {
        files.resolveCredentials();
        Files.delete(directory.resolve("AWS_ACCESS_KEY_ID"));
        pass(Duration.ofSeconds(1));

        assertThatThrownBy(files::resolveCredentials).hasMessageContaining("AWS_ACCESS_KEY_ID is missing: put ");
    }

    @Test
    void anEmptyFileIsNoKey() throws IOException {
        write("AWS_ACCESS_KEY_ID", "\n");

        assertThatThrownBy(files::resolveCredentials).hasMessageContaining("AWS_ACCESS_KEY_ID is empty: correct it");
    }

    @Test
    void aFileThatIsTooLongIsNoKeyAndNotRepeated() throws IOException {
        write("AWS_ACCESS_KEY_ID", "canary".repeat(10_000));

        assertThatThrownBy(files::resolveCredentials)
                .hasMessageContaining("AWS_ACCESS_KEY_ID has more than 16384 bytes: correct it")
                .hasMessageNotContaining("canary");
    }

    private void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
