package io.blobcache.e2e.rig;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a cluster on AWS gives a pod instead of keys: a token in a file, and somebody on loopback who gives temporary
 * credentials for it. To a role (IRSA) that is the security token service, to an association (EKS Pod Identity) an agent on
 * the node.
 */
public final class PodIdentity {
    public static final String ROLE = "arn:aws:iam::111122223333:role/reader";
    private static final String EXPIRES = "2035-01-01T00:00:00Z";

    private final HttpServer server;
    private final Path file;
    private final AtomicInteger given = new AtomicInteger();
    private volatile String token = "";
    private volatile String session = "";

    public PodIdentity(Scratch scratch) {
        file = scratch.directory("identity").resolve("token");
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::ofRole);
        server.createContext("/v1/credentials", this::ofAssociation);
        server.start();
        scratch.undo("stop the giver of credentials", () -> server.stop(0));
    }

    /** As the kubelet renews the file: from now on this token has credentials with that session's token. */
    public void renew(String nextToken, String sessionToken) {
        try {
            Files.writeString(file, nextToken);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        token = nextToken;
        session = sessionToken;
    }

    /** As if nobody trusted the account any more. */
    public void refuse() {
        token = "";
    }

    /** How often credentials were given. */
    public int given() {
        return given.get();
    }

    /** The environment of a pod whose account has a role. */
    public Map<String, String> role() {
        return Map.of(
                "AWS_ROLE_ARN",
                ROLE,
                "AWS_WEB_IDENTITY_TOKEN_FILE",
                file.toString(),
                "AWS_REGION",
                "us-east-1",
                "AWS_EC2_METADATA_DISABLED",
                "true",
                "AWS_ENDPOINT_URL_STS",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** The environment of a pod whose account has an association. */
    public Map<String, String> association() {
        return Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/credentials",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
                file.toString(),
                "AWS_EC2_METADATA_DISABLED",
                "true");
    }

    private void ofRole(HttpExchange exchange) throws IOException {
        String asked = URLDecoder.decode(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        boolean known = asked.contains("Action=AssumeRoleWithWebIdentity")
                && asked.contains("RoleArn=" + ROLE)
                && asked.contains("WebIdentityToken=" + token)
                && !token.isEmpty();
        answer(exchange, known, """
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>TEMPORARY</AccessKeyId>
                    <SecretAccessKey>secret-not-to-be-logged</SecretAccessKey><SessionToken>%s</SessionToken>
                    <Expiration>%s</Expiration></Credentials></AssumeRoleWithWebIdentityResult>
                </AssumeRoleWithWebIdentityResponse>""".formatted(session, EXPIRES), """
                <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
                  <Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message>
                </Error></ErrorResponse>""");
    }

    private void ofAssociation(HttpExchange exchange) throws IOException {
        String shown = exchange.getRequestHeaders().getFirst("Authorization");
        answer(
                exchange,
                !token.isEmpty() && token.equals(shown),
                """
                {"AccessKeyId": "TEMPORARY", "SecretAccessKey": "secret-not-to-be-logged", "Token": "%s", "Expiration": "%s"}""".formatted(session, EXPIRES),
                "{\"code\": \"AccessDenied\", \"message\": \"no association\"}");
    }

    private void answer(HttpExchange exchange, boolean known, String credentials, String refusal) throws IOException {
        byte[] body = (known ? credentials : refusal).getBytes(StandardCharsets.UTF_8);
        if (known) {
            given.incrementAndGet();
        }
        try (exchange) {
            exchange.sendResponseHeaders(known ? 200 : 403, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
