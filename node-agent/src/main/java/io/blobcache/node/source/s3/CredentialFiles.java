package io.blobcache.node.source.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Credentials in the files of a directory, which are named as the variables of the environment are: a Secret that is
 * mounted. They are read once: who is refused with them makes another of these. Thread-safe.
 */
final class CredentialFiles implements AwsCredentialsProvider {
    /** A session token has some 1,000 characters. */
    private static final int MAX_BYTES = 16 << 10;

    private final Path directory;
    private volatile @Nullable AwsCredentials read;

    CredentialFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public AwsCredentials resolveCredentials() {
        AwsCredentials known = read;
        if (known == null) {
            known = read();
            read = known;
        }
        return known;
    }

    private AwsCredentials read() {
        String accessKey = text("AWS_ACCESS_KEY_ID");
        String secretKey = text("AWS_SECRET_ACCESS_KEY");
        return Files.exists(directory.resolve("AWS_SESSION_TOKEN"))
                ? AwsSessionCredentials.create(accessKey, secretKey, text("AWS_SESSION_TOKEN"))
                : AwsBasicCredentials.create(accessKey, secretKey);
    }

    private String text(String name) {
        Path file = directory.resolve(name);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            String text = new String(bytes, StandardCharsets.UTF_8).strip();
            if (text.isEmpty() || bytes.length > MAX_BYTES) {
                throw new Credentials.Missing(file + (text.isEmpty() ? " is empty" : " is too long") + ": correct it");
            }
            return text;
        } catch (NoSuchFileException _) {
            throw new Credentials.Missing(
                    "%s is missing: put the access key's id and its secret into %s".formatted(file, directory));
        } catch (IOException e) {
            throw new Credentials.Missing(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "): correct its permissions");
        }
    }
}
