package io.blobcache.node.source.s3;

import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.request.AttemptFailure;
import io.blobcache.node.source.request.Failures;
import io.blobcache.node.source.request.RangeResponse;
import io.blobcache.node.source.request.Retry;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Response;

/** The three requests that a read-only bucket needs, counted, classified and retried. Keys are whole. Thread-safe. */
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

    /** One attempt: it is retried where its bytes are read. */
    RangeResponse get(String what, String key, Blob blob, long offset, int length) throws AttemptFailure {
        ResponseInputStream<GetObjectResponse> response = open(what, key, blob.version(), offset, length);
        GetObjectResponse head = response.response();
        String version = S3Versions.of(head.eTag(), head.lastModified(), blob.lengthBytes());
        if (!version.equals(blob.version())) {
            response.abort();
            throw AttemptFailure.last(new BlobException.Changed(what + ": the object has changed since it was opened"));
        }
        return new RangeResponse(
                head.sdkHttpResponse().statusCode(),
                head.contentRange(),
                head.contentLength() == null ? -1 : head.contentLength(),
                head.contentEncoding(),
                head.contentType(),
                AbortableInputStream.create(response, response));
    }

    private ResponseInputStream<GetObjectResponse> open(
            String what, String key, String version, long offset, int length) throws AttemptFailure {
        String range = "bytes=" + offset + "-" + (offset + length - 1);
        int generation = credentials.generation();
        try {
            ResponseInputStream<GetObjectResponse> response = client.getObject(
                    get -> get.bucket(bucket).key(key).range(range).ifMatch(S3Versions.condition(version)));
            counters.request(
                    Integer.toString(response.response().sdkHttpResponse().statusCode()));
            return response;
        } catch (RuntimeException e) {
            throw failed(what, e, generation);
        }
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
