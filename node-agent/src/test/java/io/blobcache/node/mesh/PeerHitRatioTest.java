package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.tier.ScriptedSource;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Hits and misses of the tier {@code peer}, of which the hit ratio of L2 is made, for a workload of which the answer is
 * known: one of two agents reads, each block once, and nothing is fetched ahead.
 */
class PeerHitRatioTest {
    private static final int BLOCKS_A_BLOB = 2;
    private static final int LENGTH = BLOCKS_A_BLOB * TestAgent.BLOCK_SIZE.bytes();
    private static final int BLOBS = 12;

    private final byte[] content = randomBytes();
    private final ScriptedSource near = new ScriptedSource(content);
    private final ScriptedSource far = new ScriptedSource(content);
    private final TestAgent reader = agent("a", near);
    private final TestAgent other = agent("b", far);
    private final Member[] both = {reader.member(), other.member()};
    private final List<Blob> ours = ownedBy("a");
    private final List<Blob> theirs = ownedBy("b");

    @BeforeEach
    void join() {
        reader.members(both);
        other.members(both);
        assertThat(ours).isNotEmpty();
        assertThat(theirs).hasSizeGreaterThan(1);
    }

    @AfterEach
    void close() {
        reader.close();
        other.close();
    }

    @Test
    void aBlockOfTheOtherIsAHitAndOneOfOnesOwnIsNeither() throws BlobException {
        other.read(theirs.getFirst()); // This one it holds, the others it fetches when it is asked.

        for (int pass = 0; pass < 2; pass++) { // The second is read from memory, and nobody is asked.
            for (Blob blob : ours) {
                assertThat(reader.read(blob)).isEqualTo(content);
            }
            for (Blob blob : theirs) {
                assertThat(reader.read(blob)).isEqualTo(content);
            }
        }

        assertThat(hits()).isEqualTo(blocksOf(theirs));
        assertThat(misses()).isZero();
        assertThat(fromSource()).isEqualTo(blocksOf(ours));
        assertThat(near.reads.get()).isEqualTo((int) blocksOf(ours));
        assertThat(far.reads.get()).isEqualTo((int) blocksOf(theirs));
        assertThat(other.lent.lent.sum()).isEqualTo(blocksOf(theirs));
    }

    /** Also when it is left alone after three failures in a row: a peer would have had it. */
    @Test
    void aBlockThatItsOwnerCannotGetIsAMissAndComesFromTheSource() throws BlobException {
        assertThat(reader.read(theirs.getFirst())).isEqualTo(content);
        far.failing = true;

        List<Blob> lost = theirs.subList(1, theirs.size());
        for (Blob blob : lost) {
            assertThat(reader.read(blob)).isEqualTo(content);
        }

        assertThat(hits()).isEqualTo(BLOCKS_A_BLOB);
        assertThat(misses()).isEqualTo(blocksOf(lost));
        assertThat(fromSource()).isEqualTo(blocksOf(lost));
        assertThat(near.reads.get()).isEqualTo((int) blocksOf(lost));
    }

    private long hits() {
        return reader.reads.byPeer.reads.sum();
    }

    private long misses() {
        return reader.reads.peerMisses.sum();
    }

    private long fromSource() {
        return reader.reads.bySource.reads.sum();
    }

    private static long blocksOf(List<Blob> blobs) {
        return (long) blobs.size() * BLOCKS_A_BLOB;
    }

    /** By the placement that both compute alike; all blocks of so short a blob have one owner. */
    private List<Blob> ownedBy(String id) {
        Placement placement = Placement.seenBy("", Members.of(List.of(both)));
        return IntStream.range(0, BLOBS)
                .mapToObj(i -> Blob.ofSource("scripted", "p" + i, "v", LENGTH))
                .filter(blob ->
                        placement.candidates(blob.id(), 0).getFirst().id().equals(id))
                .toList();
    }

    private static TestAgent agent(String id, ScriptedSource source) {
        return new TestAgent(id, source, TestAgent.config("", MeshConfig.DEFAULT, true, Duration.ofSeconds(20)));
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[LENGTH];
        new Random(11).nextBytes(bytes);
        return bytes;
    }
}
