package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.FileReader;
import io.blobcache.e2e.rig.Fleet;
import io.blobcache.e2e.rig.S3Server;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.TestPeer;
import io.blobcache.e2e.rig.Tree;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whatever a peer answers, a reader gets the right bytes; who lies three times is asked no more: F-43 and F-44. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class MeshLiarTest {
    /** Enough that each of six peers is the owner of three. */
    private static final int FILES = 60;

    /** A block and a bit. */
    private static final int LENGTH = (1 << 20) + 1000;

    private static final String CONFIG = """
            memory: {budgetBytes: 64MiB}
            prefetch: {filesAhead: 0}
            blockSize: 1MiB
            """;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private final Map<String, TestPeer> peers = new LinkedHashMap<>();
    private Path tree;
    private Path digests;
    private Path more;
    private Path digestsOfMore;

    @BeforeEach
    void source() {
        tree = scratch.directory("tree");
        more = Tree.random(tree.resolve("more"), 20, 2, LENGTH);
        digestsOfMore = Sha256.list(more, scratch.path("digests-of-more"));
        Path first = Tree.random(tree.resolve("first"), FILES, 1, LENGTH);
        digests = Sha256.list(first, scratch.path("digests"));
    }

    @Test
    void aPeerThatLiesThreeTimesIsAskedNoMore() {
        peer("wrong-bytes", (truth, to) -> {
            byte[] wrong = truth.clone();
            wrong[wrong.length / 2] ^= 1;
            say(to, wrong, sha256(truth));
        });
        peer("too-short", (truth, to) -> {
            byte[] half = Arrays.copyOf(truth, truth.length / 2);
            say(to, half, sha256(half));
        });
        peer("too-long", (truth, to) -> {
            byte[] longer = Arrays.copyOf(truth, truth.length + 1);
            say(to, longer, sha256(longer));
        });
        peer("empty-digest", (truth, to) -> say(to, truth, ByteString.EMPTY));
        peer("short-digest", (truth, to) -> say(to, truth, sha256(truth).substring(1)));
        peer("digest-of-others", (truth, to) -> say(to, truth, sha256(new byte[1])));
        Agent agent = start();

        Sha256.check(agent.path("first"), digests);

        assertThat(Fleet.mesh(agent, "quarantined")).isEqualTo(peers.size());
        assertThat(Fleet.mesh(agent, "receivedBytes")).isZero();
        Map<String, Integer> before = asked();
        Sha256.check(agent.path("more"), digestsOfMore);
        assertThat(asked()).isEqualTo(before);
    }

    @Test
    void aPeerThatGivesNothingCostsTimeOnly() {
        peer("not-found", (_, to) -> to.onError(Status.NOT_FOUND.asException()));
        peer("silent", (_, _) -> {});
        peer("half", (truth, to) -> say(to, truth, 0, truth.length / 2));
        peer("always-coming", (_, to) -> {
            while (!((ServerCallStreamObserver<ReadBlockResponse>) to).isCancelled()) {
                to.onNext(ReadBlockResponse.getDefaultInstance());
                Await.pause(Duration.ofMillis(5));
            }
        });
        Agent agent = start();

        Sha256.check(agent.path("first"), digests);

        assertThat(Fleet.mesh(agent, "quarantined")).isZero();
        assertThat(asked().values()).allMatch(count -> count >= 3);
    }

    /** What a peer says about a block whose true bytes these are. */
    @FunctionalInterface
    private interface Saying {
        void say(byte[] truth, StreamObserver<ReadBlockResponse> to) throws IOException;
    }

    private void peer(String id, Saying saying) {
        peers.put(id, new TestPeer(scratch, (request, to) -> saying.say(truth(request), to)));
    }

    private Agent start() {
        Fleet fleet = new Fleet(scratch, () -> Agent.of(scratch, tree));
        fleet.member("node-0", "127.0.0.1:" + S3Server.freePort());
        peers.forEach((id, peer) -> fleet.member(id, peer.address()));
        fleet.list(0, peers.keySet().toArray(String[]::new));
        return fleet.start(0, CONFIG, "");
    }

    private Map<String, Integer> asked() {
        Map<String, Integer> asked = new LinkedHashMap<>();
        peers.forEach((id, peer) -> asked.put(id, peer.requests().size()));
        return asked;
    }

    private byte[] truth(ReadBlockRequest request) throws IOException {
        long offset = (long) request.getBlockIndex() * request.getBlockBytes();
        return FileReader.bytes(tree.resolve(request.getPath()), offset, request.getBlockBytes());
    }

    private static void say(StreamObserver<ReadBlockResponse> to, byte[] content, ByteString digest) {
        say(to, content, 0, content.length);
        to.onNext(ReadBlockResponse.newBuilder().setSha256(digest).build());
        to.onCompleted();
    }

    private static void say(StreamObserver<ReadBlockResponse> to, byte[] content, int from, int end) {
        for (int offset = from; offset < end; offset += 64 << 10) {
            to.onNext(ReadBlockResponse.newBuilder()
                    .setContent(ByteString.copyFrom(content, offset, Math.min(64 << 10, end - offset)))
                    .build());
        }
    }

    private static ByteString sha256(byte[] bytes) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
