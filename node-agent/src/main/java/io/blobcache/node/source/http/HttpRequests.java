package io.blobcache.node.source.http;

import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.request.AttemptFailure;
import io.blobcache.node.source.request.Failures;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpFullRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpResponse;

/** One GET: counted, redirected as far as allowed, its failure classified. Thread-safe. */
final class HttpRequests implements AutoCloseable {
    private final SdkHttpClient client;
    private final SourceCounters counters;

    /**
     * A success, or 304.
     *
     * @param body the caller closes or aborts it
     */
    record Answer(SdkHttpResponse head, AbortableInputStream body) {
        long contentLength() {
            String text = head.firstMatchingHeader("Content-Length").orElse("");
            return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
        }
    }

    /** @param client closed with this */
    HttpRequests(SdkHttpClient client, SourceCounters counters) {
        this.client = client;
        this.counters = counters;
    }

    Answer get(String what, URI uri, Map<String, String> headers) throws AttemptFailure {
        URI at = uri;
        for (int hops = 0; hops <= Redirects.MAX; hops++) {
            Answer answer = once(what, at, headers);
            int status = answer.head().statusCode();
            if (answer.head().isSuccessful() || status == 304) {
                return answer;
            }
            answer.body().abort();
            if (status < 300 || status > 399) {
                throw failure(what, status, answer.head());
            }
            at = Redirects.target(
                    what, at, answer.head().firstMatchingHeader("Location").orElse(""));
        }
        throw Redirects.tooMany(what);
    }

    private Answer once(String what, URI uri, Map<String, String> headers) throws AttemptFailure {
        SdkHttpFullRequest.Builder request = SdkHttpFullRequest.builder()
                .method(SdkHttpMethod.GET)
                .uri(uri)
                .putHeader("User-Agent", "blobcache")
                // A compressed answer is not the bytes that were asked for.
                .putHeader("Accept-Encoding", "identity");
        headers.forEach(request::putHeader);
        try {
            HttpExecuteResponse response = client.prepareRequest(HttpExecuteRequest.builder()
                            .request(request.build())
                            .build())
                    .call();
            counters.request(Integer.toString(response.httpResponse().statusCode()));
            return new Answer(
                    response.httpResponse(), response.responseBody().orElseGet(AbortableInputStream::createEmpty));
        } catch (IOException | IllegalStateException e) {
            // IllegalStateException: what the connection pool says when the thread is interrupted while it waits.
            Failures.Classified classified = Failures.ofNetwork(what, e);
            counters.request(classified.code());
            throw classified.failure();
        }
    }

    private static AttemptFailure failure(String what, int status, SdkHttpResponse head) {
        if (Failures.retryableStatus(status)) {
            return Failures.ofServerStatus(what, Integer.toString(status), head.firstMatchingHeader("Retry-After"));
        }
        return AttemptFailure.last(
                switch (status) {
                    case 404, 410 -> new BlobException.NotFound(what + ": not found: check the address");
                    case 401, 403, 407 ->
                        new BlobException.Denied(
                                "%s: denied (%d): the address needs permission".formatted(what, status), null);
                    case 412, 416 -> new BlobException.Changed(what + ": the file has changed since it was opened");
                    default ->
                        new BlobException.Unavailable("%s: the server answered %d".formatted(what, status), null);
                });
    }

    @Override
    public void close() {
        client.close();
    }
}
