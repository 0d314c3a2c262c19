package io.blobcache.node.source.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.Connections;
import io.blobcache.node.source.request.Faults;
import io.blobcache.node.source.request.RangeFaultsContract;
import io.blobcache.node.source.request.Retry;
import io.blobcache.node.source.request.Time;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;

class S3FaultsTest extends RangeFaultsContract {
    /** Times that credentials were looked for in all places that may have them. */
    private final AtomicInteger chainsWalked = new AtomicInteger();

    @Override
    protected Source open(SourceConfig config) {
        return open(config, server.uri(""), TestBuckets.credentials(TestBuckets.SECRET_KEY));
    }

    private Source open(SourceConfig config, URI endpoint, AwsCredentialsProvider provider) {
        SourceAddress.S3 address = new SourceAddress.S3("data", "", endpoint, null, true);
        Retry retry = new Retry(() -> config, counters, time, new Random(1));
        return S3Sources.open(address, config, counters, retry, Connections.open(config), () -> {
            chainsWalked.incrementAndGet();
            return provider;
        });
    }

    @ParameterizedTest
    @CsvSource({"403, AccessDenied", "400, ExpiredToken", "403, InvalidAccessKeyId", "401, Unauthorized"})
    void refusedCredentialsAreLookedUpAgainOnceAndThenDenied(int status, String code) throws Exception {
        chainsWalked.set(0);
        try (Source source = open(SourceConfig.DEFAULT)) {
            server.script(Faults.error(status, code, "expired"));
            source.check();
            assertThat(server.requests()).hasSize(2);
            assertThat(time.pauses()).isEmpty();
            assertThat(chainsWalked).hasValue(2);

            server.script(
                    Faults.error(status, code, TestBuckets.ACCESS_KEY),
                    Faults.error(status, code, TestBuckets.SECRET_KEY));
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Denied.class)
                    .hasMessageContaining(code)
                    .hasMessageContaining(": ")
                    .hasMessageNotContaining("\n")
                    .hasMessageNotContaining("canary")
                    .hasNoCause();
            assertThat(server.requests()).hasSize(4);
            assertThat(chainsWalked).hasValue(3);
        }
    }

    @Test
    void credentialsThatAreTakenAreNotLookedUpAgain() throws Exception {
        chainsWalked.set(0);
        try (Source source = open(SourceConfig.DEFAULT)) {
            source.check();
            source.check();
            assertThat(chainsWalked).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"SlowDown", "RequestTimeout"})
    void aCodeThatAsksForPatienceIsRetriedWhateverItsStatus(String code) throws Exception {
        try (Source source = open(SourceConfig.DEFAULT)) {
            server.script(Faults.error(400, code, "later"));
            source.check();
            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void withoutCredentialsACheckSaysWhereTheyAreLookedFor() {
        Source source = open(SourceConfig.DEFAULT, server.uri(""), () -> {
            throw SdkClientException.create("a page about every provider and its canary");
        });
        try (source) {
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Denied.class)
                    .hasMessageContaining("no credentials found: set AWS_ACCESS_KEY_ID")
                    .hasMessageNotContaining("canary")
                    .hasNoCause();
        }
        assertThat(server.requests()).isEmpty();
    }

    /** What has no UTF-8 can be the name of no file; U+FFFD itself can. */
    @Test
    void aKeyThatIsNotUtf8DoesNotBecomeAnotherName() throws Exception {
        StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType>");
        for (String key :
                List.of("raw%FF", "cut%E2%82", "%C0%AFslash", "both%FF%EF%BF%BD", "meant%ef%bf%bd", "100%2541+")) {
            xml.append("<Contents><Key>").append(key).append("</Key><Size>1</Size></Contents>");
        }
        xml.append("<CommonPrefixes><Prefix>raw%FE/</Prefix></CommonPrefixes></ListBucketResult>");
        try (Source source = open(SourceConfig.DEFAULT)) {
            server.script(Faults.xml(200, xml.toString()));

            List<String> paths = source.list("", "").entries().stream()
                    .map(SourceEntry::path)
                    .toList();

            assertThat(paths).hasSize(7);
            assertThat(paths.stream().filter(StandardCharsets.UTF_8.newEncoder()::canEncode))
                    .containsExactlyInAnyOrder("meant\uFFFD", "100%41 ");
        }
    }

    @Test
    void aBucketOfAnotherRegionSaysSo() {
        try (Source source = open(SourceConfig.DEFAULT)) {
            server.script(Faults.status(301, java.util.Map.of("x-amz-bucket-region", "eu-central-1")));
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Unavailable.class)
                    .hasMessageContaining("set the region to eu-central-1");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:1, connection refused, 4",
        "http://no-such-host.invalid, host name not found: check the endpoint, 4",
        "http://169.254.169.254, link-local, 1"
    })
    void anEndpointThatCannotBeReachedIsNamed(String endpoint, String reason, int attempts) {
        try (Source source = open(
                stallingAfter(Duration.ofSeconds(2)),
                URI.create(endpoint),
                TestBuckets.credentials(TestBuckets.SECRET_KEY))) {
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.class)
                    .hasMessageContaining(reason)
                    .hasMessageContaining(endpoint);
            assertThat(counters.retries.sum()).isEqualTo(attempts - 1);
        }
    }

    @Test
    void tlsAgainstAServerWithoutItIsOneAttemptAndNamed() {
        URI endpoint = URI.create(server.uri("").toString().replace("http:", "https:"));
        try (Source source =
                open(stallingAfter(Duration.ofSeconds(2)), endpoint, TestBuckets.credentials(TestBuckets.SECRET_KEY))) {
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Unavailable.class)
                    .hasMessageContaining("TLS failed");
            assertThat(counters.retries.sum()).isZero();
        }
    }

    @Test
    void realPausesAreShortEnoughForADeadEndpointToFailInFiveSeconds() {
        assertThat(SourceConfig.DEFAULT.minBackoff().multipliedBy(3 + 9 + 27)).isLessThan(Duration.ofSeconds(5));
        assertThat(Time.SYSTEM.nanos()).isNotZero();
    }
}
