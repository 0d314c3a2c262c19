package io.blobcache.node.source.s3;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.request.AttemptFailure;
import io.blobcache.node.source.request.ExceptionChain;
import io.blobcache.node.source.request.Failures;
import io.blobcache.node.source.request.Failures.Classified;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;

/** What an exception of the S3 client means. Only codes of a response are repeated, never its text. */
final class S3Failures {
    private static final Pattern CODE = Pattern.compile("[A-Za-z0-9]{1,60}");

    /** Come with status 400, and mean what other services say with 403. */
    private static final Set<String> STALE_CREDENTIALS =
            Set.of("ExpiredToken", "ExpiredTokenException", "InvalidToken", "TokenRefreshRequired");

    /** Come with status 400, and say that the same request may succeed. */
    private static final Set<String> TRANSIENT =
            Set.of("RequestTimeout", "SlowDown", "Throttling", "ThrottlingException", "RequestTimeoutException");

    private S3Failures() {}

    static Classified of(String what, RuntimeException e) {
        Credentials.Missing missing = ExceptionChain.find(e, Credentials.Missing.class);
        if (missing != null) {
            return new Classified(
                    "credentials",
                    AttemptFailure.last(
                            new BlobException.Denied(what + ": no credentials found: " + missing.getMessage(), null)));
        }
        if (e instanceof AbortedException) {
            Thread.currentThread().interrupt();
        }
        AwsServiceException answer = ExceptionChain.find(e, AwsServiceException.class);
        if (answer != null && answer.statusCode() > 0) {
            return new Classified(
                    Integer.toString(answer.statusCode()),
                    ofAnswer(what, answer.statusCode(), code(answer), name -> header(answer, name)));
        }
        // The client reads the body of a listing itself, and lets what breaks there through unwrapped.
        if (!(e instanceof SdkException || e instanceof UncheckedIOException)) {
            throw e;
        }
        return Failures.ofNetwork(what, e);
    }

    /**
     * @param code   the answer's error code; empty if it has none
     * @param header looks up a header of the answer
     */
    static AttemptFailure ofAnswer(String what, int status, String code, Function<String, Optional<String>> header) {
        String said = code.isEmpty() ? Integer.toString(status) : status + " " + code;
        if (STALE_CREDENTIALS.contains(code)) {
            return denied(what, said, code);
        }
        if (Failures.retryableStatus(status) || TRANSIENT.contains(code)) {
            return Failures.ofServerStatus(what, said, header.apply("retry-after"));
        }
        return switch (status) {
            case 401, 403 -> denied(what, said, code);
            case 404 -> AttemptFailure.last(new BlobException.NotFound(what + ": " + missing(code)));
            case 412, 416 ->
                AttemptFailure.last(new BlobException.Changed(what + ": the object has changed since it was opened"));
            case 301, 307, 308 ->
                AttemptFailure.last(new BlobException.Unavailable(
                        what + ": the bucket is in another region" + region(header), null));
            default ->
                AttemptFailure.last(new BlobException.Unavailable(
                        "%s: the source answered %s%s".formatted(what, said, hint(code)), null));
        };
    }

    private static String missing(String code) {
        return code.equals("NoSuchBucket") ? "no such bucket: check its name and the endpoint" : "not found";
    }

    /** One more attempt: the caller has the credentials looked up again before it. */
    private static AttemptFailure denied(String what, String said, String code) {
        String remedy = switch (code) {
            case "InvalidAccessKeyId" -> "the access key is unknown there: check AWS_ACCESS_KEY_ID";
            case "SignatureDoesNotMatch" -> "the secret key does not match: check AWS_SECRET_ACCESS_KEY";
            case "RequestTimeTooSkewed" -> "this machine's clock is wrong: set it";
            case "InvalidObjectState" -> "the object is archived: restore it first";
            default ->
                STALE_CREDENTIALS.contains(code)
                        ? "the session token has expired: renew it"
                        : "check the credentials and that they allow s3:ListBucket and s3:GetObject";
        };
        return AttemptFailure.renewed(
                new BlobException.Denied("%s: denied (%s): %s".formatted(what, said, remedy), null));
    }

    private static String hint(String code) {
        return switch (code) {
            case "AuthorizationHeaderMalformed", "IllegalLocationConstraintException" -> ": set the bucket's region";
            case "InvalidBucketName" -> ": check the bucket's name";
            default -> "";
        };
    }

    private static String region(Function<String, Optional<String>> header) {
        Optional<String> region = header.apply("x-amz-bucket-region");
        return region.filter(name -> name.matches("[a-z0-9-]{1,40}"))
                .map(name -> ": set the region to " + name)
                .orElse(": set the bucket's region");
    }

    private static Optional<String> header(AwsServiceException answer, String name) {
        if (answer.awsErrorDetails() == null || answer.awsErrorDetails().sdkHttpResponse() == null) {
            return Optional.empty();
        }
        return answer.awsErrorDetails().sdkHttpResponse().firstMatchingHeader(name.toLowerCase(Locale.ROOT));
    }

    private static String code(AwsServiceException answer) {
        String code = answer.awsErrorDetails() == null
                ? null
                : answer.awsErrorDetails().errorCode();
        return code != null && CODE.matcher(code).matches() ? code : "";
    }
}
