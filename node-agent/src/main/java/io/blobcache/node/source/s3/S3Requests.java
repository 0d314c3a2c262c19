package io.blobcache.node.source.s3;

import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.request.AttemptFailure;
import io.blobcache.node.source.request.Failures;
import io.blobcache.node.source.request.Retry;
import java.util.function.Supplier;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Response;

/** Listing and looking at a key: the S3 client's XML and addressing are worth their price there. Counted, classified and retried. Keys are whole. Thread-safe. */
final class S3Requests {
    private final S3Client client;
    private final Credentials credentials;
    private final String bucket;
    private final Retry retry;
    private final SourceCounters counters;

    S3Requests(S3Client client, Credentials credentials, String bucket, Retry retry, SourceCounters counters) {
        this.client = client;
        this.credentials = credentials;
        this.bucket = bucket;
        this.retry = retry;
        this.counters = counters;
    }

    /** @param request without bucket and encoding */
    ListObjectsV2Response list(String what, ListObjectsV2Request.Builder request) throws BlobException {
        ListObjectsV2Request whole =
                request.bucket(bucket).encodingType(EncodingType.URL).build();
        return retry.call(what, 0, _ -> counted(what, () -> client.listObjectsV2(whole)));
    }

    HeadObjectResponse head(String what, String key) throws BlobException {
        return retry.call(
                what,
                0,
                _ -> counted(
                        what,
                        () -> client.headObject(head -> head.bucket(bucket).key(key))));
    }

    private <T extends S3Response> T counted(String what, Supplier<T> request) throws AttemptFailure {
        int generation = credentials.generation();
        try {
            T response = request.get();
            counters.request(Integer.toString(response.sdkHttpResponse().statusCode()));
            return response;
        } catch (RuntimeException e) {
            throw failed(what, e, generation);
        }
    }

    private AttemptFailure failed(String what, RuntimeException e, int generation) {
        Failures.Classified classified = S3Failures.of(what, e);
        counters.request(classified.code());
        if (classified.failure().verdict() instanceof BlobException.Denied) {
            credentials.refused(generation);
        }
        return classified.failure();
    }
}
