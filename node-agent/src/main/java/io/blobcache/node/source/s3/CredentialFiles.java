package io.blobcache.node.source.s3;

import io.blobcache.node.source.s3.SecretFiles.Content;
import io.blobcache.node.source.s3.SecretFiles.Version;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Credentials in the files of a directory, which are named as the variables of the environment are: a Secret that is
 * mounted. Files that are exchanged are what counts from then on, so that an old key is out of use before it is revoked; who is
 * refused makes another of these, and looks at once. Thread-safe.
 */
final class CredentialFiles implements AwsCredentialsProvider {
    private static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
    private static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
    private static final String TOKEN = "AWS_SESSION_TOKEN";

    /** A look is four system calls: nothing beside one request, and too much for each of thousands a second. */
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final SecretFiles files;
    private final LongSupplier nanoTime;
    private volatile @Nullable Known last;

    private record Known(Version version, AwsCredentials credentials, long lookedNanos) {}

    /** @param nanoTime as {@link System#nanoTime} */
    CredentialFiles(Path directory, LongSupplier nanoTime) {
        this.files = new SecretFiles(directory, List.of(ACCESS_KEY, SECRET_KEY, TOKEN));
        this.nanoTime = nanoTime;
    }

    /** Two may look at once, and the slower one have the last word: it is corrected by the next look. */
    @Override
    public AwsCredentials resolveCredentials() {
        Known known = last;
        long now = nanoTime.getAsLong();
        if (known == null || now - known.lookedNanos >= LOOK_AGAIN_NANOS) {
            known = look(known, now);
            last = known;
        }
        return known.credentials;
    }

    private Known look(@Nullable Known known, long now) {
        if (known != null && files.version().equals(known.version)) {
            return new Known(known.version, known.credentials, now);
        }
        Content content = files.read();
        return new Known(content.version(), credentials(content.texts()), now);
    }

    private AwsCredentials credentials(Map<String, String> texts) {
        String accessKey = text(texts, ACCESS_KEY);
        String secretKey = text(texts, SECRET_KEY);
        return texts.containsKey(TOKEN)
                ? AwsSessionCredentials.create(accessKey, secretKey, text(texts, TOKEN))
                : AwsBasicCredentials.create(accessKey, secretKey);
    }

    private String text(Map<String, String> texts, String name) {
        Path file = files.directory().resolve(name);
        String text = texts.get(name);
        if (text == null) {
            throw new Credentials.Missing(
                    "%s is missing: put the access key's id and its secret into %s, or into the Secret that is mounted there"
                            .formatted(file, files.directory()));
        } else if (text.isEmpty()) {
            throw new Credentials.Missing(file + " is empty: correct it");
        }
        return text;
    }
}
