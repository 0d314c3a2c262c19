package io.blobcache.node.source.request;

import io.blobcache.node.model.BlobException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;

/**
 * What a failure of the network or a status means: classified once. Messages name what was asked and, where there is
 * one, the remedy; they are made of our own words, never of a response's text, which could hold a credential.
 */
public final class Failures {
    /** A source that asks for more than this is down as far as a reader is concerned. */
    private static final long MAX_RETRY_AFTER_SECONDS = 3600;

    private Failures() {}

    /**
     * @param e what a client threw; its causes are looked through
     * @return with a code for {@link io.blobcache.node.metrics.SourceCounters#request} as its message's companion
     */
    public static Classified ofNetwork(String what, Throwable e) {
        if (Thread.currentThread().isInterrupted() || (has(e, InterruptedIOException.class) && !timedOut(e))) {
            return new Classified(
                    "interrupted", AttemptFailure.last(new BlobException.Interrupted(what + ": interrupted")));
        }
        if (has(e, BoundedStream.TooLongException.class)) {
            return new Classified(
                    "long",
                    AttemptFailure.last(new BlobException.Corrupt(what + ": the answer is longer than allowed")));
        }
        if (has(e, LinkLocalAddressException.class)) {
            return new Classified(
                    "refused",
                    AttemptFailure.last(new BlobException.Denied(
                            what + ": the host has a link-local address, which is never a source", io(e))));
        }
        if (has(e, UnknownHostException.class)) {
            return new Classified("dns", retry(what + ": host name not found: check the endpoint", e));
        }
        if (has(e, SSLException.class)) {
            return new Classified(
                    "tls",
                    AttemptFailure.last(new BlobException.Unavailable(
                            what + ": TLS failed: check https/http, the host name and the trusted certificates",
                            io(e))));
        }
        if (has(e, ConnectTimeoutException.class)) {
            return new Classified("connect", retry(what + ": no connection in time: check endpoint and network", e));
        }
        if (has(e, ConnectException.class) || has(e, NoRouteToHostException.class)) {
            return new Classified("connect", retry(what + ": connection refused: is the server up?", e));
        }
        if (timedOut(e)) {
            return new Classified(
                    "timeout",
                    AttemptFailure.retryable(
                            new BlobException.TimedOut(what + ": no byte within the stall timeout", io(e))));
        }
        return new Classified("broken", retry(what + ": the connection broke", e));
    }

    /** A failure and the code it is counted under. */
    public record Classified(String code, AttemptFailure failure) {}

    /** A status that is about the server and not about what was asked: 408, 429, 5xx. */
    public static boolean retryableStatus(int status) {
        return status == 408 || status == 429 || (status >= 500 && status != 501 && status != 505);
    }

    public static AttemptFailure ofServerStatus(String what, String status, Optional<String> retryAfter) {
        return AttemptFailure.retryable(
                new BlobException.Unavailable(what + ": the source answered " + status, null),
                retryAfter.map(Failures::seconds).orElse(Duration.ZERO));
    }

    /** Retry-After in seconds; its other form, a date, needs a clock that agrees with the server's and is ignored. */
    private static Duration seconds(String retryAfter) {
        String digits = retryAfter.strip();
        if (digits.isEmpty() || digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Duration.ZERO;
        }
        return Duration.ofSeconds(Math.min(Long.parseLong(digits), MAX_RETRY_AFTER_SECONDS));
    }

    private static AttemptFailure retry(String message, Throwable e) {
        return AttemptFailure.retryable(new BlobException.Unavailable(message, io(e)));
    }

    private static boolean timedOut(Throwable e) {
        return has(e, SocketTimeoutException.class);
    }

    private static boolean has(Throwable e, Class<? extends Throwable> type) {
        return ExceptionChain.find(e, type) != null;
    }

    /** The part of the chain that is about the network: what wraps it says nothing more. */
    private static Throwable io(Throwable e) {
        Throwable io = ExceptionChain.find(e, IOException.class);
        return io == null ? e : io;
    }
}
