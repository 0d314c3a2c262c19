package io.blobcache.node.source.s3;

import io.blobcache.node.source.SourceAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStoreContext;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3 server, S3Proxy over a directory or in memory, on a free port of loopback. */
final class S3Server implements AutoCloseable {
    private final BlobStoreContext store;
    private final S3Proxy proxy;
    final S3Client client;

    S3Server(Path directory) throws Exception {
        this("filesystem-nio2", Map.of("jclouds.filesystem.basedir", directory.toString()));
    }

    /** Where any keys may stand beside each other, as in S3; a directory cannot be a file too. */
    static S3Server inMemory() throws Exception {
        return new S3Server("transient", Map.of());
    }

    private S3Server(String kind, Map<String, String> settings) throws Exception {
        Properties properties = new Properties();
        properties.putAll(settings);
        store = ContextBuilder.newBuilder(kind)
                .credentials("unused", "unused")
                .overrides(properties)
                .build(BlobStoreContext.class);
        proxy = S3Proxy.builder()
                .blobStore(store.getBlobStore())
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, TestBuckets.ACCESS_KEY, TestBuckets.SECRET_KEY)
                .ignoreUnknownHeaders(true)
                .build();
        proxy.start();
        client = S3Client.builder()
                .endpointOverride(endpoint())
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(TestBuckets.credentials(TestBuckets.SECRET_KEY))
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + proxy.getPort());
    }

    SourceAddress.S3 address(String bucket, String prefix) {
        return new SourceAddress.S3(bucket, prefix, endpoint(), "us-east-1", true);
    }

    void put(String bucket, String key, byte[] bytes) {
        client.putObject(put -> put.bucket(bucket).key(key), RequestBody.fromBytes(bytes));
    }

    @Override
    public void close() {
        client.close();
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new AssertionError("the S3 server did not stop", e);
        }
        store.close();
    }
}
