package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Crowd;
import io.blobcache.e2e.rig.FaultyProxy;
import io.blobcache.e2e.rig.FaultyProxy.Fault;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.HttpHead;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Tree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A running agent takes the live settings of its file when that changes. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class LiveSettingsTest {
    /** Twice WatchedFile.PERIOD of 2 s, and a slow machine. */
    private static final Duration TAKEN_WITHIN = Duration.ofSeconds(15);

    private static final String NOTHING_READ_AHEAD = "prefetch: {windowBytes: 0}\n";

    private static final String BEFORE = NOTHING_READ_AHEAD + """
            listing: {ttl: 1h, negativeTtl: 1h}
            source: {attempts: 1, minBackoff: 1ms, maxBackoff: 5ms}
            fuse: {transport: kernel, entryTimeout: 1h, attributeTimeout: 1h, negativeTimeout: 1h}
            """;

    private static final String AFTER = NOTHING_READ_AHEAD + """
            listing: {ttl: 0s, negativeTtl: 0s}
            source: {attempts: 3, minBackoff: 1ms, maxBackoff: 5ms}
            fuse: {transport: kernel, entryTimeout: 0s, attributeTimeout: 0s, negativeTimeout: 0s}
            """;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @Test
    void attemptsAndTimeoutsAreTakenWithoutARestart() throws Exception {
        Path bucket = scratch.directory("bucket");
        Tree.random(bucket.resolve("first"), 4096, 1);
        Tree.random(bucket.resolve("second"), 4096, 2);
        S3Server server = new S3Server(scratch, bucket);
        FaultyProxy proxy = new FaultyProxy(scratch, server.port());
        Path config = scratch.path("agent.yaml");
        Agent agent = server.planThrough(scratch, proxy).config(BEFORE).start();
        proxy.mood(request -> content(request) ? new Fault.Instead(503, "", "") : new Fault.None());
        assertThat(Files.exists(agent.path("early"))).isFalse();
        assertThat(failure(agent, "first")).contains("Input/output error");
        assertThat(proxy.count("GET", "first")).isEqualTo(1);

        Files.writeString(config, AFTER);
        Await.until("it is taken", TAKEN_WITHIN, () -> agent.log().contains("configuration changed"));

        assertThat(failure(agent, "second")).contains("Input/output error");
        assertThat(proxy.count("GET", "second")).as("attempts").isEqualTo(3);
        assertThat(Files.exists(agent.path("late"))).isFalse();
        server.put("early", "e".getBytes(StandardCharsets.UTF_8));
        server.put("late", "l".getBytes(StandardCharsets.UTF_8));
        assertThat(Files.exists(agent.path("late"))).as("asked for anew").isTrue();
        assertThat(Files.exists(agent.path("early")))
                .as("what the kernel was told for 1 h before")
                .isFalse();
        assertThat(agent.log()).doesNotContain("needs a restart");
    }

    private static String failure(Agent agent, String key) {
        return Crowd.read(1, Duration.ofMinutes(1), _ -> FileReader.bytes(agent.path(key), 0, 1))
                .getFirst()
                .failure();
    }

    private static boolean content(HttpHead request) {
        return request.method().equals("GET") && (request.isFor("first") || request.isFor("second"));
    }
}
