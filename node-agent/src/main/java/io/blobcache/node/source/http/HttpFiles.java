package io.blobcache.node.source.http;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.request.AttemptFailure;
import io.blobcache.node.source.request.RangeResponse;
import io.blobcache.node.source.request.Retry;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpResponse;

/** What stands behind one URL: how long it is, which version, and ranges of it. Thread-safe. */
final class HttpFiles {
    private static final Pattern TOTAL = Pattern.compile("bytes (?:\\d{1,18}-\\d{1,18}|\\*)/(\\d{1,18})");

    private final HttpRequests requests;
    private final Retry retry;

    /** @param modified the epoch if the server does not say */
    record Found(long lengthBytes, String version, Instant modified, String contentType) {}

    HttpFiles(HttpRequests requests, Retry retry) {
        this.requests = requests;
        this.retry = retry;
    }

    /** Asks for the first byte and not by HEAD: a signed URL allows a GET only. */
    Found probe(String what, URI uri) throws BlobException {
        return retry.call(what, 0, _ -> {
            HttpRequests.Answer answer = first(what, uri);
            answer.body().abort();
            return found(what, answer);
        });
    }

    private HttpRequests.Answer first(String what, URI uri) throws AttemptFailure {
        try {
            return requests.get(what, uri, Map.of("Range", "bytes=0-0"));
        } catch (AttemptFailure e) {
            // An empty file has no first byte, and some servers answer 416.
            if (e.verdict() instanceof BlobException.Changed) {
                return requests.get(what, uri, Map.of());
            }
            throw e;
        }
    }

    private static Found found(String what, HttpRequests.Answer answer) throws AttemptFailure {
        long length = answer.head().statusCode() == 206 ? total(answer.head()) : answer.contentLength();
        if (length < 0) {
            throw AttemptFailure.last(
                    new BlobException.Corrupt(what + ": the server does not say how long the file is"));
        }
        String version = HttpVersions.of(answer.head(), length);
        if (version.isEmpty()) {
            throw AttemptFailure.last(new BlobException.Corrupt(
                    what + ": the server gives neither a strong ETag nor Last-Modified: a change would go unseen"));
        }
        Instant modified = HttpVersions.modified(answer.head());
        String type = answer.head().firstMatchingHeader("Content-Type").orElse("");
        return new Found(length, version, modified == null ? Instant.EPOCH : modified, type);
    }

    private static long total(SdkHttpResponse head) {
        Matcher matcher =
                TOTAL.matcher(head.firstMatchingHeader("Content-Range").orElse(""));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /** One attempt at a range of the version of the blob. */
    RangeResponse open(String what, URI uri, Blob blob, long offset, int length) throws AttemptFailure {
        String version = blob.version();
        HttpRequests.Answer answer = range(what, uri, offset, length, condition(version));
        if (!HttpVersions.of(answer.head(), blob.lengthBytes()).equals(version)) {
            answer.body().abort();
            throw AttemptFailure.last(new BlobException.Changed(what + ": the file has changed since it was opened"));
        }
        return response(answer);
    }

    HttpRequests.Answer range(String what, URI uri, long offset, int length, Map<String, String> condition)
            throws AttemptFailure {
        Map<String, String> headers = new LinkedHashMap<>(condition);
        headers.put("Range", "bytes=" + offset + "-" + (offset + length - 1));
        return requests.get(what, uri, headers);
    }

    static RangeResponse response(HttpRequests.Answer answer) {
        SdkHttpResponse head = answer.head();
        return new RangeResponse(
                head.statusCode(),
                head.firstMatchingHeader("Content-Range").orElse(null),
                answer.contentLength(),
                head.firstMatchingHeader("Content-Encoding").orElse(null),
                head.firstMatchingHeader("Content-Type").orElse(null),
                answer.body());
    }

    /** A server that knows conditions answers 412 without a body; one that does not is found out by its headers. */
    private static Map<String, String> condition(String version) {
        if (HttpVersions.isETag(version)) {
            return Map.of("If-Match", version);
        }
        Instant modified = Instant.ofEpochMilli(Long.parseLong(version.substring(0, version.lastIndexOf('-'))));
        return Map.of(
                "If-Unmodified-Since", DateTimeFormatter.RFC_1123_DATE_TIME.format(modified.atOffset(ZoneOffset.UTC)));
    }
}
