package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.FakeS3;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.PodIdentity;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A bucket is read without any key, by the identity that a cluster gives the pod: IRSA or EKS Pod Identity. The jar as it is shipped. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PodIdentityTest {
    /** A few seconds for which a failure or a name is believed, a busy machine. */
    private static final Duration TAKEN = Duration.ofSeconds(20);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private FakeS3 bucket;
    private PodIdentity identity;

    /** How a pod comes by it, and what is said where nobody trusts its account. */
    enum Kind {
        ROLE("that the role " + PodIdentity.ROLE + " exists and that its trust policy names this service account"),
        ASSOCIATION("check the pod identity association of this service account");

        private final String remedy;

        Kind(String remedy) {
            this.remedy = remedy;
        }
    }

    @BeforeEach
    void serve() {
        bucket = new FakeS3(scratch, FakeS3.Keys.of("first", "second"));
        identity = new PodIdentity(scratch);
        identity.renew("token-not-to-be-logged", "session-not-to-be-logged");
        bucket.demand("session-not-to-be-logged");
    }

    @ParameterizedTest
    @EnumSource
    void credentialsAreGotForTheTokenOnceAndAgainWhenTheyAreRefused(Kind kind) throws IOException {
        Agent agent = bucket.plan(scratch, environment(kind)).start();
        assertThat(Files.readString(agent.path("first"))).isEqualTo("first");
        assertThat(identity.given()).isEqualTo(1);

        identity.renew("next-not-to-be-logged", "again-not-to-be-logged");
        bucket.demand("again-not-to-be-logged");

        Await.until("the new session is taken", TAKEN, () -> readable(agent.path("second")));
        assertThat(identity.given()).isEqualTo(2);
        assertThat(agent.log()).doesNotContain("not-to-be-logged");
    }

    @ParameterizedTest
    @EnumSource
    void anIdentityThatNobodyTrustsIsSaidWithWhatToCheck(Kind kind) {
        identity.refuse();

        Shell.Result result = bucket.plan(scratch, environment(kind)).runMount();

        assertThat(result.exitCode()).isEqualTo(ExitCodes.DENIED);
        assertThat(result.err()).contains("no credentials found: the pod's identity gives none", kind.remedy);
        assertThat(result.err()).doesNotContain("not-to-be-logged");
    }

    private Map<String, String> environment(Kind kind) {
        return switch (kind) {
            case ROLE -> identity.role();
            case ASSOCIATION -> identity.association();
        };
    }

    private static boolean readable(Path file) {
        try {
            return !FileReader.sha256(file).isEmpty();
        } catch (IOException _) {
            return false;
        }
    }
}
