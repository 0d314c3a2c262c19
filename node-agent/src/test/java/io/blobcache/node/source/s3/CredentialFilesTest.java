package io.blobcache.node.source.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

class CredentialFilesTest {
    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        write("AWS_ACCESS_KEY_ID", "id\n");
        write("AWS_SECRET_ACCESS_KEY", "secret\n");
    }

    @Test
    void keysAreTheContentsOfTheFilesWithoutTheirLineEnds() {
        var credentials = new CredentialFiles(directory).resolveCredentials();

        assertThat(credentials.accessKeyId()).isEqualTo("id");
        assertThat(credentials.secretAccessKey()).isEqualTo("secret");
    }

    @Test
    void keysThatExpireHaveATokenBesideThem() throws IOException {
        write("AWS_SESSION_TOKEN", "token");

        assertThat(((AwsSessionCredentials) new CredentialFiles(directory).resolveCredentials()).sessionToken())
                .isEqualTo("token");
    }

    @Test
    void whoWasRefusedReadsThemAgain() throws IOException {
        Credentials credentials = new Credentials(() -> new CredentialFiles(directory));
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
        CredentialFiles files = new CredentialFiles(directory);
        assertThatThrownBy(files::resolveCredentials)
                .isInstanceOf(Credentials.Missing.class)
                .hasMessage("%s is missing: put the access key's id and its secret into %s", file, directory);

        write("AWS_SECRET_ACCESS_KEY", "late");

        assertThat(files.resolveCredentials().secretAccessKey()).isEqualTo("late");
    }

    @Test
    void anEmptyFileIsNoKey() throws IOException {
        write("AWS_ACCESS_KEY_ID", "\n");

        assertThatThrownBy(() -> new CredentialFiles(directory).resolveCredentials())
                .hasMessageContaining("AWS_ACCESS_KEY_ID is empty: correct it");
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
