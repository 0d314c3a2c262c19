package io.blobcache.node.source.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.SdkHttpFullRequest;

/**
 * Signs a GET without a query and without a body by AWS Signature Version 4. The client's own way through its pipeline
 * costs as much processor time as reading 4 MiB does, on each block; this is what of it a ranged read needs.
 */
final class GetSigner {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private static final String EMPTY_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    private static final HexFormat HEX = HexFormat.of();

    private final Clock clock;
    private final String region;
    private volatile @Nullable Key lastKey;

    /** Good for one day. */
    private record Key(String secretKey, String day, SecretKeySpec spec) {}

    GetSigner(Clock clock, String region) {
        this.clock = clock;
        this.region = region;
    }

    /** @param request complete but for what the signature adds */
    void sign(SdkHttpFullRequest.Builder request, AwsCredentials credentials) {
        String time = TIME.format(clock.instant());
        String token = credentials instanceof AwsSessionCredentials session ? session.sessionToken() : "";
        String names = token.isEmpty()
                ? "host;x-amz-content-sha256;x-amz-date"
                : "host;x-amz-content-sha256;x-amz-date;x-amz-security-token";
        String canonical = "GET\n" + request.encodedPath() + "\n\nhost:" + host(request)
                + "\nx-amz-content-sha256:" + EMPTY_SHA256
                + "\nx-amz-date:" + time
                + (token.isEmpty() ? "" : "\nx-amz-security-token:" + token)
                + "\n\n" + names + "\n" + EMPTY_SHA256;
        String day = time.substring(0, 8);
        String scope = day + "/" + region + "/s3/aws4_request";
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope + "\n" + HEX.formatHex(sha256(canonical));
        String signature = HEX.formatHex(hmac(key(credentials.secretAccessKey(), day), toSign));
        request.putHeader("x-amz-content-sha256", EMPTY_SHA256);
        request.putHeader("x-amz-date", time);
        if (!token.isEmpty()) {
            request.putHeader("x-amz-security-token", token);
        }
        request.putHeader(
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=" + credentials.accessKeyId() + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + signature);
    }

    /** As the client will write it: the port is named only if it is not the usual one. */
    private static String host(SdkHttpFullRequest.Builder request) {
        int usual = "https".equalsIgnoreCase(request.protocol()) ? 443 : 80;
        Integer port = request.port();
        return port == null || port == usual ? request.host() : request.host() + ":" + port;
    }

    private SecretKeySpec key(String secretKey, String day) {
        Key known = lastKey;
        if (known == null || !known.day().equals(day) || !known.secretKey().equals(secretKey)) {
            SecretKeySpec spec = spec(("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8));
            for (String part : List.of(day, region, "s3", "aws4_request")) {
                spec = spec(hmac(spec, part));
            }
            known = new Key(secretKey, day, spec);
            lastKey = known;
        }
        return known.spec();
    }

    private static SecretKeySpec spec(byte[] key) {
        return new SecretKeySpec(key, "HmacSHA256");
    }

    private static byte[] hmac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has HmacSHA256", e);
        }
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
