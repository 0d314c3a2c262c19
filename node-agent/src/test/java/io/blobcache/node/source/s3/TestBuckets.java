package io.blobcache.node.source.s3;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.request.Connections;
import io.blobcache.node.source.request.Retry;
import io.blobcache.node.source.request.Time;
import java.util.Random;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Opens buckets with keys given in the test: the environment of a test is not ours to set. */
public final class TestBuckets {
    public static final String ACCESS_KEY = "canary-access-key";
    public static final String SECRET_KEY = "canary-secret-key";

    private TestBuckets() {}

    public static Source open(SourceAddress.S3 address, SourceConfig config, SourceCounters counters) {
        return open(address, config, counters, Time.SYSTEM, SECRET_KEY);
    }

    public static Source open(
            SourceAddress.S3 address, SourceConfig config, SourceCounters counters, Time time, String secretKey) {
        Retry retry = new Retry(() -> config, counters, time, new Random(1));
        return S3Sources.open(address, config, counters, retry, Connections.open(config), () -> credentials(secretKey));
    }

    static StaticCredentialsProvider credentials(String secretKey) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, secretKey));
    }
}
