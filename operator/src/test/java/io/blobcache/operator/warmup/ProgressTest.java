package io.blobcache.operator.warmup;

import static io.blobcache.operator.warmup.Made.answer;
import static io.blobcache.operator.warmup.Made.answers;
import static io.blobcache.operator.warmup.Made.failing;
import static io.blobcache.operator.warmup.Made.part;
import static io.blobcache.operator.warmup.Made.silent;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.operator.agents.AgentWarmup;
import io.blobcache.operator.agents.WarmupAnswers;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Work OWNERS = new Work(List.of("a"), false, 100, 0, 3);

    @Test
    void anAgentThatServesAndIsSilentIsWaitedForAndOneThatIsGoneIsNot() {
        AgentWarmup done = part("r", "done", 10, 1000);
        assertThat(progress(answers(answer("n1", done), silent("n2", true))).over())
                .isFalse();
        assertThat(progress(answers(answer("n1", done), silent("n2", false))).over())
                .isTrue();
        assertThat(progress(answers(silent("n2", false))).over()).isFalse();
        assertThat(progress(WarmupAnswers.NONE).over()).isFalse();
    }

    @Test
    void aFileThatFailedOnSeveralNodesCountsOnce() {
        Progress progress = progress(answers(
                answer("n1", failing("r", 1, Map.of("a", "x"))), answer("n2", failing("r", 1, Map.of("a", "x")))));
        assertThat(progress.failedFiles()).isOne();
        assertThat(progress.failures()).containsExactly("a: x");
    }

    @Test
    void moreFailuresThanAreNamedAreNoMoreThanThereAreFiles() {
        AgentWarmup many = new AgentWarmup("r", "done", 10, 1, 9, 1000, 0, 0, Map.of("a", "x"));
        assertThat(progress(answers(answer("n1", many), answer("n2", many))).failedFiles())
                .isEqualTo(10);
    }

    @Test
    void anAgentThatCouldNotBeginMakesItFailedOnItsNode() {
        AgentWarmup unable = new AgentWarmup("r", "failed", 10, 0, 1, 1000, 0, 0, Map.of("", "no room"));
        Progress progress = progress(answers(answer("n1", part("r", "done", 10, 1000)), answer("n2", unable)));
        assertThat(progress.over()).isTrue();
        assertThat(progress.failed()).isTrue();
        assertThat(progress.unable()).containsExactly("n2: no room");
    }

    @Test
    void onlyChosenNodesAreWaitedFor() {
        List<String> nodes = IntStream.range(0, 100).mapToObj(i -> "node-" + i).toList();
        Work some = new Work(List.of("a"), true, 25, 0, 3);
        String upTo = some.upTo(nodes);
        List<String> chosen =
                nodes.stream().filter(node -> Work.chosen(node, upTo)).toList();
        assertThat(chosen).hasSize(25);
        List<String> fewer = nodes.subList(0, 99);
        String upToFewer = some.upTo(fewer);
        assertThat(fewer.stream().filter(node -> Work.chosen(node, upToFewer) != chosen.contains(node)))
                .hasSizeLessThanOrEqualTo(1);
        assertThat(new Work(List.of("a"), true, 1, 0, 3).upTo(List.of("n1", "n2")))
                .isNotEmpty();
        assertThat(OWNERS.upTo(nodes)).isEmpty();
    }

    @Test
    void aNodeThatCannotBeAskedIsChosenAllTheSameAndNoOtherInItsPlace() {
        Work half = new Work(List.of("a"), true, 50, 0, 3);
        List<String> nodes = List.of("n1", "n2", "n3", "n4");
        List<String> chosen = nodes.stream()
                .filter(node -> Work.chosen(node, half.upTo(nodes)))
                .toList();
        String gone = chosen.getFirst();
        WarmupAnswers.Answer[] told = nodes.stream()
                .filter(node -> !node.equals(gone))
                .map(node -> chosen.contains(node) ? answer(node, part("r", "done", 10, 1000)) : answer(node))
                .toArray(WarmupAnswers.Answer[]::new);
        WarmupAnswers answers = new WarmupAnswers(Made.CREATED, nodes, List.of(told), null);
        assertThat(Progress.of(answers, half, "r").over()).isTrue();
        assertThat(Progress.of(answers, half, "r").agents()).isOne();
    }

    @Test
    void speedIsWhatWasFetchedBetweenTwoAnswers() {
        WarmupAnswers before =
                answers(answer("n1", part("r", "warming", 1, 1000)), answer("n2", part("r", "warming", 1, 500)));
        WarmupAnswers now = new WarmupAnswers(
                before.time().plusSeconds(10),
                before.nodes(),
                List.of(answer("n1", part("r", "warming", 2, 3000)), answer("n2", part("r", "warming", 0, 100))),
                before);
        assertThat(now.speed("r")).isEqualTo(200);
        assertThat(before.speed("r")).isZero();
    }

    private static Progress progress(WarmupAnswers answers) {
        return Progress.of(answers, OWNERS, "r");
    }
}
