package io.blobcache.e2e.cluster;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/** A bucket with objects of random bytes, of an S3 server that others wrote (versitygw), on the first node. */
record Bucket(Cluster cluster, Map<String, String> sha256) {
    private static final String SEED = """
            set -e
            head -c $BYTES /dev/urandom > /tmp/object
            curl -fsS --aws-sigv4 aws:amz:us-east-1:s3 --user "$ROOT_ACCESS_KEY:$ROOT_SECRET_KEY" \
                -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -T /tmp/object http://127.0.0.1:7070/$BUCKET/$KEY
            sha256sum < /tmp/object
            """;

    /** The variables of the container are those with which it began. */
    private static final String ROTATE = """
            echo "export ROOT_SECRET_KEY=$NEXT" > /tmp/credentials
            kill $(cat /tmp/server)
            until curl -s -o /dev/null -w '%{http_code}' --aws-sigv4 aws:amz:us-east-1:s3 \
                --user "$ROOT_ACCESS_KEY:$ROOT_SECRET_KEY" \
                -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' http://127.0.0.1:7070/bucket | grep 403; do
                sleep 0.2
            done
            """;

    /** Starts the server and puts the objects, all of one length. */
    static Bucket with(Cluster cluster, long bytes, String... keys) {
        cluster.apply("credentials.yaml", Map.of());
        cluster.apply("s3.yaml", Map.of("NODE", cluster.nodes().getFirst()));
        cluster.awaitReady("s3", 1, Duration.ofMinutes(3));
        return filled(cluster, "bucket", bytes, keys);
    }

    /** The second bucket of the same server. */
    Bucket other(long bytes, String... keys) {
        return filled(cluster, "other", bytes, keys);
    }

    private static Bucket filled(Cluster cluster, String bucket, long bytes, String... keys) {
        Map<String, String> sha256 = new TreeMap<>();
        for (String key : keys) {
            String script = "BUCKET=%s BYTES=%d KEY=%s%n%s".formatted(bucket, bytes, key, SEED);
            sha256.put(key, cluster.exec("s3", "s3", script).substring(0, 64));
        }
        return new Bucket(cluster, sha256);
    }

    /** The secret key that agents are told, right or wrong. */
    static void tell(Cluster cluster, String secretKey) {
        cluster.client()
                .secrets()
                .inNamespace(cluster.namespace())
                .withName("s3-credentials")
                .edit(secret -> {
                    String encoded = Base64.getEncoder().encodeToString(secretKey.getBytes(StandardCharsets.UTF_8));
                    secret.getData().put("AWS_SECRET_ACCESS_KEY", encoded);
                    return secret;
                });
    }

    /** Returns when the server takes another secret key and refuses the one it had at first. */
    void rotate(String secretKey) {
        cluster.exec("s3", "s3", "NEXT=%s%n%s".formatted(secretKey, ROTATE));
    }
}
