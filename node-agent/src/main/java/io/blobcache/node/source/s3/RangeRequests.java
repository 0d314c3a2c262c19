package io.blobcache.node.source.s3;

import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.request.AttemptFailure;
import io.blobcache.node.source.request.Failures;
import io.blobcache.node.source.request.RangeResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.utils.http.SdkHttpUtils;

/**
 * Ranged GETs of a bucket, straight to the HTTP client: measured at half the processor time of the S3 client's way for
 * blocks of 4 MiB, and a third before the JIT compiler has seen to it. Thread-safe.
 */
final class RangeRequests {
    private static final int MAX_ERROR_BYTES = 64 << 10;
    private static final Pattern CODE = Pattern.compile("<Code>\\s*([A-Za-z0-9]{1,60})\\s*</Code>");

    private final SdkHttpClient http;
    private final URI bucket;
    private final Credentials credentials;
    private final GetSigner signer;
    private final SourceCounters counters;

    /** @param bucket URL below which the keys stand, ending in a slash */
    RangeRequests(SdkHttpClient http, URI bucket, Credentials credentials, GetSigner signer, SourceCounters counters) {
        this.http = http;
        this.bucket = bucket;
        this.credentials = credentials;
        this.signer = signer;
        this.counters = counters;
    }

    /** One attempt: it is retried where its bytes are read. */
    RangeResponse get(String what, String key, Blob blob, long offset, int length) throws AttemptFailure {
        HttpExecuteResponse response = send(what, key, blob.version(), offset, length);
        SdkHttpResponse head = response.httpResponse();
        AbortableInputStream body = response.responseBody().orElseGet(AbortableInputStream::createEmpty);
        String version = S3Versions.of(header(head, "ETag"), modified(head), blob.lengthBytes());
        if (!version.equals(blob.version())) {
            body.abort();
            throw AttemptFailure.last(new BlobException.Changed(what + ": the object has changed since it was opened"));
        }
        String contentLength = header(head, "Content-Length");
        boolean number = contentLength != null && contentLength.matches("\\d{1,18}");
        return new RangeResponse(
                head.statusCode(),
                header(head, "Content-Range"),
                number ? Long.parseLong(contentLength) : -1,
                header(head, "Content-Encoding"),
                header(head, "Content-Type"),
                body);
    }

    /** A successful response. */
    private HttpExecuteResponse send(String what, String key, String version, long offset, int length)
            throws AttemptFailure {
        int generation = credentials.generation();
        Failures.Classified failed;
        try {
            SdkHttpFullRequest request = request(key, version, offset, length);
            HttpExecuteResponse response = http.prepareRequest(
                            HttpExecuteRequest.builder().request(request).build())
                    .call();
            SdkHttpResponse head = response.httpResponse();
            if (head.isSuccessful()) {
                counters.request(Integer.toString(head.statusCode()));
                return response;
            }
            failed = new Failures.Classified(
                    Integer.toString(head.statusCode()),
                    S3Failures.ofAnswer(what, head.statusCode(), code(response), head::firstMatchingHeader));
        } catch (Credentials.Missing e) {
            failed = S3Failures.of(what, e);
        } catch (IOException | IllegalStateException e) {
            // IllegalStateException: what the connection pool says when the thread is interrupted while it waits.
            failed = Failures.ofNetwork(what, e);
        }
        counters.request(failed.code());
        if (failed.failure().verdict() instanceof BlobException.Denied) {
            credentials.refused(generation);
        }
        throw failed.failure();
    }

    private SdkHttpFullRequest request(String key, String version, long offset, int length) {
        SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.GET)
                .protocol(bucket.getScheme())
                .host(bucket.getHost())
                .port(bucket.getPort() < 0 ? null : bucket.getPort())
                .encodedPath(bucket.getRawPath() + SdkHttpUtils.urlEncodeIgnoreSlashes(key))
                .putHeader("User-Agent", "blobcache")
                .putHeader("Range", "bytes=" + offset + "-" + (offset + length - 1))
                .putHeader("If-Match", S3Versions.condition(version));
        signer.sign(request, credentials.resolveCredentials());
        return request.build();
    }

    private static String code(HttpExecuteResponse response) throws IOException {
        AbortableInputStream body = response.responseBody().orElseGet(AbortableInputStream::createEmpty);
        try {
            Matcher code = CODE.matcher(new String(body.readNBytes(MAX_ERROR_BYTES), StandardCharsets.UTF_8));
            return code.find() ? code.group(1) : "";
        } finally {
            body.abort();
        }
    }

    private static @Nullable String header(SdkHttpResponse head, String name) {
        return head.firstMatchingHeader(name).orElse(null);
    }

    private static @Nullable Instant modified(SdkHttpResponse head) {
        String text = header(head, "Last-Modified");
        try {
            return text == null ? null : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
        } catch (DateTimeException e) {
            // Not a date: as good as none.
            return null;
        }
    }
}
