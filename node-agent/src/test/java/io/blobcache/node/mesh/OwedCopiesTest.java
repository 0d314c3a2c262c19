package io.blobcache.node.mesh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.fs.Poll;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Content that was acknowledged while its owner was away reaches it, also if the agent that has it ends meanwhile. */
@Timeout(120)
class OwedCopiesTest {
    private static final int CONTENTS = 24;
    private static final String OWED = ".owed";

    @TempDir
    private Path directory;

    @Test
    void whatIsOwedIsGivenByTheNextProcess() throws Exception {
        List<String> digests = new ArrayList<>();
        try (TestAgent owner = agent("owner");
                TestAgent taker = agent("taker")) {
            Member away = owner.member();
            owner.stopServing();
            taker.members(away, taker.member());
            for (int i = 0; i < CONTENTS; i++) {
                digests.add(store(taker, "content " + i));
            }
        }
        int owed = marks().size();
        assertThat(owed).as("contents of the other one").isBetween(1, CONTENTS - 1);
        Files.createFile(stored().resolve("0".repeat(64) + OWED));
        Files.createFile(stored().resolve("no digest" + OWED));

        try (TestAgent owner = agent("owner");
                TestAgent taker = agent("taker")) {
            assertThat(marks()).as("of what is here").hasSize(owed);
            owner.members(owner.member(), taker.member());
            taker.members(owner.member(), taker.member());

            Poll.until(() -> marks().isEmpty());
            assertThat(digests.stream()
                            .filter(digest -> owner.store().lengthOf(digest).isPresent()))
                    .hasSize(owed);
            assertThat(digests)
                    .allMatch(digest -> taker.store().lengthOf(digest).isPresent());
        }
    }

    private TestAgent agent(String id) {
        return new TestAgent(id, new ScriptedSource(new byte[0]), MeshConfig.DEFAULT, directory.resolve(id));
    }

    private Path stored() {
        return directory.resolve("taker").resolve("stored");
    }

    private List<Path> marks() {
        try (Stream<Path> files = Files.list(stored())) {
            return files.filter(file -> file.toString().endsWith(OWED)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String store(TestAgent agent, String content) throws Exception {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", agent.port())
                .usePlaintext()
                .build();
        try {
            byte[] request = StoreContentRequest.newBuilder()
                    .setContent(ByteString.copyFrom(content.getBytes(UTF_8)))
                    .build()
                    .toByteArray();
            return StoreContentResponse.parseFrom(AnyCall.call(channel, "blobcache.BlobCache/StoreContent", request)
                            .responses()
                            .getFirst())
                    .getHash();
        } finally {
            channel.shutdownNow();
            assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
