package io.blobcache.node.source.s3;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.request.Connections;
import io.blobcache.node.source.request.RangedRead;
import io.blobcache.node.source.request.Retry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Opens buckets. */
public final class S3Sources {
    private S3Sources() {}

    /**
     * With credentials that are found at the first request.
     *
     * @param credentials directory of their files; empty for those of the environment, a profile or the instance
     */
    public static Source open(
            SourceAddress.S3 address, String credentials, SourceConfig config, SourceCounters counters, Retry retry) {
        return open(
                address,
                config,
                counters,
                retry,
                Connections.open(config),
                credentials.isEmpty()
                        ? () -> DefaultCredentialsProvider.builder().build()
                        : () -> new CredentialFiles(Path.of(credentials), System::nanoTime));
    }

    /** @param http closed with the source */
    static Source open(
            SourceAddress.S3 address,
            SourceConfig config,
            SourceCounters counters,
            Retry retry,
            SdkHttpClient http,
            Supplier<AwsCredentialsProvider> chain) {
        Credentials credentials = new Credentials(chain);
        Region region = region(address);
        S3Client client = client(address, region, http, credentials);
        S3Requests requests = new S3Requests(client, credentials, address.bucket(), retry, counters);
        RangeRequests gets = new RangeRequests(
                http, bucketUri(client, address), credentials, new GetSigner(Clock.systemUTC(), region.id()), counters);
        return new S3Source(
                address, client, http, credentials, requests, gets, new RangedRead(config, retry, counters));
    }

    /** The client knows the partitions of AWS and their host names: it is asked where a key "k" would be. */
    private static URI bucketUri(S3Client client, SourceAddress.S3 address) {
        String key = client.utilities()
                .getUrl(url -> url.bucket(address.bucket()).key("k"))
                .toString();
        return URI.create(key.substring(0, key.length() - 1));
    }

    private static S3Client client(
            SourceAddress.S3 address, Region region, SdkHttpClient http, Credentials credentials) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(http)
                .credentialsProvider(credentials)
                .region(region)
                .forcePathStyle(address.pathStyle())
                // The client's default since 2.30, checksums on everything, is refused by MinIO, Ceph, R2 and others.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry())
                        .addExecutionInterceptor(new BoundedAnswers())
                        .addExecutionInterceptor(new ListedKeys()));
        if (address.endpoint() != null) {
            builder.endpointOverride(address.endpoint());
        }
        return builder.build();
    }

    /**
     * Servers that are not AWS sign with a region too, and most take any: the customary one if none is said. Only AWS
     * itself is worth the question to the instance we may run on, which takes a second where there is none. A bucket of
     * another region answers with its name.
     */
    private static Region region(SourceAddress.S3 address) {
        if (address.region() != null) {
            return Region.of(address.region());
        }
        // A server of one's own has no instance metadata service to ask, and asking it in vain takes seconds.
        AwsRegionProvider chain = address.endpoint() == null
                ? DefaultAwsRegionProviderChain.builder().build()
                : new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider());
        try {
            return chain.getRegion();
        } catch (SdkClientException e) {
            // No provider of the chain knows one, which is how the chain says so.
            return Region.US_EAST_1;
        }
    }
}
