package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Three agents over real sockets that share one source, with bulk connections and with gRPC alone. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class MeshTest {
    private static final int LENGTH = (9 << 20) + 12_345;
    private static final int BLOCKS = 10;

    /** Requests to the source are counted: a busy machine must not send a reader there. */
    private static final Duration PATIENT = Duration.ofSeconds(20);

    private final byte[] content = new byte[LENGTH];
    private final ScriptedSource source = new ScriptedSource(randomBytes(content));
    private final List<TestAgent> agents;
    private final boolean bulk;
    private final Blob blob = Blob.ofSource("scripted", "p", "v", LENGTH);

    MeshTest(boolean bulk) {
        this.bulk = bulk;
        MeshConfig config = TestAgent.config("", MeshConfig.DEFAULT, bulk, PATIENT);
        this.agents = Stream.of("a", "b", "c")
                .map(id -> new TestAgent(id, source, config))
                .toList();
    }

    @AfterEach
    void close() {
        agents.forEach(TestAgent::close);
    }

    @Test
    void eachBlockIsReadFromTheSourceOnceWhoeverReadsIt() throws Exception {
        joinAll();

        for (TestAgent agent : agents) {
            assertThat(agent.read(blob)).isEqualTo(content);
        }

        assertThat(source.reads).hasValue(BLOCKS);
        assertThat(agents.stream().mapToLong(agent -> agent.asked.here.sum()).sum())
                .as("two of three agents have each block from a peer")
                .isEqualTo(2 * BLOCKS);
    }

    @Test
    void aHerdOnAllAgentsReadsEachBlockOfTheSourceOnce() throws Exception {
        joinAll();
        source.gated = true;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> readers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                TestAgent agent = agents.get(i % agents.size());
                readers.add(threads.submit(() -> Arrays.equals(agent.read(blob), content)));
            }
            source.gate.release(1_000_000);
            for (Future<Boolean> reader : readers) {
                assertThat(reader.get()).as("every byte is right").isTrue();
            }
        }

        assertThat(source.reads).hasValue(BLOCKS);
    }

    @Test
    void twoAgentsThatTakeEachOtherForTheOwnerDoNotWaitForEachOther() throws Exception {
        TestAgent a = agents.get(0);
        TestAgent b = agents.get(1);
        a.members(b.member());
        b.members(a.member());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<byte[]> first = threads.submit(() -> a.read(blob));
            Future<byte[]> second = threads.submit(() -> b.read(blob));
            assertThat(first.get()).isEqualTo(content);
            assertThat(second.get()).isEqualTo(content);
        }
    }

    @Test
    void whatALeavingMemberHasIsNotFetchedAnew() throws Exception {
        TestAgent leaving = agents.get(0);
        leaving.members(leaving.member());
        assertThat(leaving.read(blob)).isEqualTo(content);
        Member[] members = {
            leaving.member(Member.State.DRAINING),
            agents.get(1).member(),
            agents.get(2).member()
        };
        agents.forEach(agent -> agent.members(members));

        assertThat(agents.get(1).read(blob)).isEqualTo(content);

        long fromLeaving = leaving.lent.lent.sum();
        assertThat(fromLeaving).as("blocks that it owned").isPositive();
        assertThat(source.reads).hasValue((int) (BLOCKS + BLOCKS - fromLeaving));
    }

    @Test
    void aPeerThatIsGoneCostsTimeAndNotTheRead() throws Exception {
        joinAll();
        agents.get(0).stopServing();
        agents.get(1).stopServing();

        assertThat(agents.get(2).read(blob)).isEqualTo(content);

        assertThat(agents.get(2).reads.peerMisses.sum()).isPositive();
    }

    /** Nine blocks at sixteen a second before the last one may go. */
    @Test
    void whoMayLendSoMuchASecondIsWaitedFor() throws Exception {
        MeshConfig capped = MeshConfigs.capped(TestAgent.config("", MeshConfig.DEFAULT, bulk, PATIENT), 16 << 20);
        try (TestAgent lender = new TestAgent("d", source, capped)) {
            TestAgent reader = agents.getFirst();
            assertThat(lender.read(blob)).isEqualTo(content);
            reader.members(lender.member());
            long began = System.nanoTime();

            assertThat(reader.read(blob)).isEqualTo(content);

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(560));
            assertThat(source.reads).as("read by the lender alone").hasValue(BLOCKS);
        }
    }

    private void joinAll() {
        Member[] members = agents.stream().map(TestAgent::member).toArray(Member[]::new);
        agents.forEach(agent -> agent.members(members));
    }

    private static byte[] randomBytes(byte[] bytes) {
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
