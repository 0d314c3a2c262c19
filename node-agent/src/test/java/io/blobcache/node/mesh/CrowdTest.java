package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.blobcache.node.mesh.ScriptedPeer.OverBulk;
import io.blobcache.node.mesh.ScriptedPeer.OverGrpc;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.Sha256;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.ReadBlockResponse;
import io.blobcache.proto.v1.Refusal;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** F-48: an owner whom more ask than it can serve sends them on to those who have the block, over both ways. */
class CrowdTest {
    private final byte[] content = new byte[1 << 20];
    private final ByteString digest = ByteString.copyFrom(Sha256.begin().digest(content));
    private final ScriptedSource source = new ScriptedSource(content);
    private final ScriptedSource holdersSource = new ScriptedSource(content);

    @Test
    void whoeverIsNamedOverGrpcIsAskedInsteadOfTheSource() throws Exception {
        try (ScriptedPeer owner = new ScriptedPeer(overGrpc(named("holder", digest)))) {
            assertThat(sourceReadsWith(owner, true)).isZero();
            assertThat(owner.requests).hasValue(1);
        }
    }

    @Test
    void whoeverIsNamedOverABulkConnectionIsAskedInsteadOfTheSource() throws Exception {
        try (ScriptedPeer owner = new ScriptedPeer(overBulk(named("holder", digest)))) {
            assertThat(sourceReadsWith(owner, true)).isZero();
            assertThat(owner.requests).hasValue(1);
        }
    }

    /** A holder that does not have it is not made to fetch it; an owner that is busy for long is not waited for for ever. */
    @Test
    void nobodyIsSentToTheSourceByBeingNamed() throws Exception {
        try (ScriptedPeer owner = new ScriptedPeer(overBulk(named("holder", ByteString.EMPTY), named("", digest)))) {
            assertThat(sourceReadsWith(owner, false)).isEqualTo(1);
            assertThat(holdersSource.reads).hasValue(0);
            assertThat(owner.requests.get()).isGreaterThan(1);
        }
    }

    @Test
    void aBlockThatIsNotTheOnePromisedIsNotUsedAndNobodyBlamed() throws Exception {
        ByteString other = ByteString.copyFrom(Sha256.begin().digest(new byte[1]));
        try (ScriptedPeer owner = new ScriptedPeer(overGrpc(named("holder", other), named("", other)))) {
            assertThat(sourceReadsWith(owner, true)).isEqualTo(1);
        }
    }

    /** As agents that know nothing of it say it. */
    @Test
    void aBusyPeerThatNamesNobodyIsNotWaitedFor() throws Exception {
        OverBulk old = (_, out) -> {
            out.writeByte(4);
            out.writeInt(Integer.BYTES);
            out.writeInt(Refusal.REFUSAL_BUSY_VALUE);
        };
        try (ScriptedPeer owner = new ScriptedPeer(old)) {
            assertThat(sourceReadsWith(owner, true)).isEqualTo(1);
            assertThat(owner.requests).hasValue(1);
        }
    }

    private int sourceReadsWith(ScriptedPeer owner, boolean holderHasIt) throws Exception {
        try (TestAgent holder = new TestAgent("holder", holdersSource);
                TestAgent reader = new TestAgent("reader", source)) {
            List<Member> all = List.of(owner.member("owner"), holder.member(), reader.member());
            Blob blob = ownedByTheFirst(all);
            if (holderHasIt) {
                assertThat(holder.read(blob)).isEqualTo(content);
            }
            reader.members(all.toArray(Member[]::new));

            assertThat(reader.read(blob)).isEqualTo(content);

            assertThat(reader.mesh().quarantined()).isZero();
            return source.reads.get();
        }
    }

    /** The reader itself comes second, so that the next after the owner is the source. */
    private Blob ownedByTheFirst(List<Member> members) {
        Placement placement = Placement.seenBy("reader", Members.of(members));
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> Blob.ofSource("scripted", "p" + i, "v", content.length))
                .filter(blob -> placement
                                .candidates(blob.id(), 0)
                                .getFirst()
                                .id()
                                .equals("owner")
                        && placement.candidates(blob.id(), 0).get(1).id().equals("reader"))
                .findFirst()
                .orElseThrow();
    }

    private static Elsewhere named(String id, ByteString sha256) {
        Elsewhere.Builder elsewhere = Elsewhere.newBuilder().setSha256(sha256);
        return id.isEmpty()
                ? elsewhere.build()
                : elsewhere.addMemberIds("nobody").addMemberIds(id).build();
    }

    /** Says one after the other, and the last again and again. */
    private static OverGrpc overGrpc(Elsewhere... said) {
        int[] turn = new int[1];
        return (_, responses) -> {
            responses.onNext(ReadBlockResponse.newBuilder()
                    .setRefusal(Refusal.REFUSAL_BUSY)
                    .setElsewhere(said[Math.min(turn[0]++, said.length - 1)])
                    .build());
            responses.onCompleted();
        };
    }

    private static OverBulk overBulk(Elsewhere... said) {
        int[] turn = new int[1];
        return (_, out) -> {
            byte[] elsewhere = said[Math.min(turn[0]++, said.length - 1)].toByteArray();
            out.writeByte(4);
            out.writeInt(Integer.BYTES + elsewhere.length);
            out.writeInt(Refusal.REFUSAL_BUSY_VALUE);
            out.write(elsewhere);
        };
    }
}
