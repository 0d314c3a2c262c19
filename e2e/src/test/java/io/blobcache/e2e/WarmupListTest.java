package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.FaultyProxy;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Fleet;
import io.blobcache.e2e.rig.HttpHead;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Agents of a mesh fetch what their list of warmups says, each its part, before anybody reads. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class WarmupListTest {
    private static final int AGENTS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(10);
    private static final long BYTES = (64 << 20) + (10 << 20);

    @RegisterExtension
    final Scratch scratch = new Scratch();

    @Test
    void eachAgentFetchesItsPartAlsoIfItIsKilledOnTheWay() throws Exception {
        Path bucket = scratch.directory("bucket");
        String truth = Sha256.of(Tree.random(bucket.resolve("models/a"), 64 << 20, 1));
        Tree.random(bucket.resolve("models/deep/b"), 10 << 20, 2);
        Tree.random(bucket.resolve("other"), 32 << 20, 3);
        S3Server server = new S3Server(scratch, bucket);
        FaultyProxy proxy = new FaultyProxy(scratch, server.port());
        wanted("");
        Fleet fleet = Fleet.of(
                scratch,
                AGENTS,
                () -> server.planThrough(scratch, proxy),
                "memory: {budgetBytes: 128MiB}\nmount: {warmups: '%s'}\n".formatted(list()));

        wanted("{id: r1, paths: [\"models/**\"], bytesPerSecond: 2097152}");
        Agent killed = firstThatHasBegun(fleet);
        long before = number(killed, "warmedBytes");
        killed.kill();
        killed.restart();
        fleet.agents().forEach(agent -> awaitDone(agent, "r1"));

        assertThat(fleet.agents().stream()
                        .mapToLong(agent -> number(agent, "bytes"))
                        .sum())
                .isEqualTo(BYTES);
        assertThat(fleet.agents()).allSatisfy(agent -> {
            assertThat(number(agent, "warmedBytes")).isEqualTo(number(agent, "bytes"));
            assertThat(number(agent, "warmedFiles")).isEqualTo(2);
            assertThat(agent.tier("memory").get("usedBytes").asLong()).isZero();
        });
        assertThat(number(killed, "fetchedBytes")).isLessThanOrEqualTo(number(killed, "bytes") - before);

        wanted("{id: r2, paths: [models], everywhere: true}");
        fleet.agents().forEach(agent -> awaitDone(agent, "r2"));
        long asked = askedBytes(proxy);
        assertThat(fleet.agents())
                .allSatisfy(agent -> assertThat(number(agent, "warmedBytes")).isEqualTo(BYTES));
        for (Agent agent : fleet.agents()) {
            assertThat(FileReader.sha256(agent.path("models/a"))).isEqualTo(truth);
        }
        assertThat(askedBytes(proxy)).as("bytes asked of the source by readers").isEqualTo(asked);

        wanted("{id: r3, paths: [other], everywhere: true, bytesPerSecond: 1048576}");
        fleet.agents().forEach(agent -> Await.until("r3 runs", LIMIT, () -> number(agent, "bytes") == 32 << 20));
        wanted("");
        fleet.agents()
                .forEach(agent -> Await.until(
                        "it has ended", ENDED_WITHIN, () -> warmups(agent).isEmpty()));
        assertThat(killed.log()).contains("warmup ended");
    }

    /** Which of them owns how much is as it comes. */
    private static Agent firstThatHasBegun(Fleet fleet) {
        List<Agent> begun = new ArrayList<>();
        Await.until("one has begun", LIMIT, () -> {
            fleet.agents().stream()
                    .filter(agent -> number(agent, "warmedBytes") > 0)
                    .forEach(begun::add);
            return !begun.isEmpty();
        });
        return begun.getFirst();
    }

    private Path list() {
        return scratch.path("warmups.yaml");
    }

    private void wanted(String entry) throws IOException {
        String text = entry.isEmpty() ? "warmups: []\n" : "warmups:\n  - " + entry + "\n";
        Path next = Files.writeString(scratch.path("next.yaml"), text);
        Files.move(next, list(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void awaitDone(Agent agent, String id) {
        Await.until(id + " is done", LIMIT, () -> {
            JsonNode warmup = warmups(agent).path(0);
            return warmup.path("id").asText().equals(id)
                    && warmup.path("state").asText().equals("done");
        });
    }

    private static long number(Agent agent, String field) {
        return warmups(agent).path(0).path(field).asLong();
    }

    private static JsonNode warmups(Agent agent) {
        return agent.stat().get("warmups");
    }

    private static long askedBytes(FaultyProxy proxy) {
        long bytes = 0;
        for (HttpHead request : proxy.requests()) {
            String range = request.method().equals("GET") ? request.header("Range") : "";
            if (!range.isEmpty()) {
                String[] ends = range.replace("bytes=", "").split("-", 2);
                bytes += Long.parseLong(ends[1]) + 1 - Long.parseLong(ends[0]);
            }
        }
        return bytes;
    }
}
