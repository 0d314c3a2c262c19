package io.blobcache.node.source.s3;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The credentials of one bucket, found again when the bucket refuses them: keys on disk and temporary ones change while
 * we run. However many requests are refused at once, the chain is walked once. Thread-safe.
 */
final class Credentials implements AwsCredentialsProvider, AutoCloseable {
    private final Supplier<AwsCredentialsProvider> chain;
    private final Object lock = new Object();

    @GuardedBy("lock")
    private @Nullable AwsCredentialsProvider current;

    private volatile int generation;

    /** There are none where they should be; the message says where, and what to do. */
    static final class Missing extends RuntimeException {
        private static final long serialVersionUID = 1;

        Missing(String remedy) {
            super(remedy);
        }
    }

    /** @param chain makes a provider that has nothing cached */
    Credentials(Supplier<AwsCredentialsProvider> chain) {
        this.chain = chain;
    }

    @Override
    public AwsCredentials resolveCredentials() {
        AwsCredentialsProvider provider;
        synchronized (lock) {
            if (current == null) {
                current = chain.get();
            }
            provider = current;
        }
        try {
            return provider.resolveCredentials();
        } catch (SdkException e) {
            // Not as a cause: it lists what each provider said, which is a page and may name what it read.
            throw new Missing(remedy(System.getenv()));
        }
    }

    /** What a cluster gives a pod that has an identity is in its environment. None of it is secret: tokens are in files. */
    static String remedy(Map<String, String> environment) {
        if (environment.containsKey("AWS_WEB_IDENTITY_TOKEN_FILE")) {
            return "the pod's identity gives none: check that the role %s exists and that its trust policy names this service account"
                    .formatted(environment.getOrDefault("AWS_ROLE_ARN", "(AWS_ROLE_ARN is not set)"));
        } else if (environment.containsKey("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
            return "the pod's identity gives none: check the pod identity association of this service account, and its role";
        }
        return "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE; in a pod name a Secret, or give it an identity";
    }

    /** Remember it before a request, to say afterwards with which credentials it was refused. */
    int generation() {
        return generation;
    }

    /** Forgets the credentials of that generation, unless somebody else already has. */
    void refused(int refusedGeneration) {
        synchronized (lock) {
            if (generation == refusedGeneration) {
                close(current);
                current = null;
                generation = refusedGeneration + 1;
            }
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            close(current);
            current = null;
        }
    }

    private static void close(@Nullable AwsCredentialsProvider provider) {
        if (provider instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
