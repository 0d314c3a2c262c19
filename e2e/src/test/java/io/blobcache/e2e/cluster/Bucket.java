package io.blobcache.e2e.cluster;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** An S3 server in the cluster that others wrote (versitygw), with objects of random bytes. */
record Bucket(Cluster cluster, Map<String, String> sha256) {
    private static final String SEED = """
            set -e
            head -c $BYTES /dev/urandom > /tmp/object
            curl -fsS --aws-sigv4 aws:amz:us-east-1:s3 --user "$ROOT_ACCESS_KEY:$ROOT_SECRET_KEY" \
                -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -T /tmp/object http://127.0.0.1:7070/bucket/$KEY
            sha256sum < /tmp/object
            """;

    /** Starts the server and puts the objects, all of one length. */
    static Bucket with(Cluster cluster, long bytes, String... keys) {
        cluster.apply("credentials.yaml", Map.of());
        cluster.apply("s3.yaml", Map.of());
        cluster.awaitReady("s3", 1, Duration.ofMinutes(1));
        Map<String, String> sha256 = new TreeMap<>();
        for (String key : keys) {
            sha256.put(
                    key,
                    cluster.exec("s3", "s3", "BYTES=%d KEY=%s%n%s".formatted(bytes, key, SEED))
                            .substring(0, 64));
        }
        return new Bucket(cluster, sha256);
    }
}
