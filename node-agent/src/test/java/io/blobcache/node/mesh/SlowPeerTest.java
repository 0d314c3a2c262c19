package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.ScriptedPeer.OverGrpc;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.v1.ReadBlockResponse;
import java.security.MessageDigest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A peer that takes its time costs less than its time. */
class SlowPeerTest {
    private final byte[] content = new byte[1 << 20];
    private final ScriptedSource source = new ScriptedSource(content);
    private final Blob blob = Blob.ofSource("scripted", "p", "v", content.length);

    @Test
    void theSecondsBlockIsTakenWhileTheFirstIsSilentAndTheSourceIsLeftAlone() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
        // Whoever is the owner says nothing; whoever is asked beside it has the block.
        OverGrpc script = (request, responses) -> {
            if (request.getOnlyIfHeld()) {
                responses.onNext(ReadBlockResponse.newBuilder()
                        .setContent(ByteString.copyFrom(content))
                        .build());
                responses.onNext(ReadBlockResponse.newBuilder()
                        .setSha256(ByteString.copyFrom(digest))
                        .build());
                responses.onCompleted();
            }
        };
        MeshConfig patient = TestAgent.config("", MeshConfig.DEFAULT, false, Duration.ofSeconds(20));
        try (ScriptedPeer one = new ScriptedPeer(script);
                ScriptedPeer two = new ScriptedPeer(script);
                TestAgent agent = new TestAgent("z", source, MeshConfigs.wide(patient))) {
            agent.members(one.member("one"), two.member("two"));

            assertThat(agent.read(blob)).isEqualTo(content);

            assertThat(agent.asked.hedgesWon.sum()).isEqualTo(1);
            assertThat(source.reads).hasValue(0);
        }
    }

    /** F-40: it takes one progress timeout, not one for each way to the peer. */
    @Test
    void aPeerThatSaysNothingIsWaitedForOnce() throws Exception {
        MeshConfig config = TestAgent.config("", MeshConfig.DEFAULT, true, Duration.ofMillis(500));
        try (ScriptedPeer frozen = ScriptedPeer.frozen();
                TestAgent agent = new TestAgent("z", source, config)) {
            agent.members(frozen.member());

            assertThat(agent.read(blob)).isEqualTo(content);

            assertThat(agent.asked.failed.sum()).isEqualTo(1);
            assertThat(frozen.requests).as("asked again by the other way").hasValue(0);
        }
    }
}
