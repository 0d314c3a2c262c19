package io.blobcache.operator.warmup;

import static io.blobcache.operator.warmup.Made.CREATED;
import static io.blobcache.operator.warmup.Made.warmup;
import static io.blobcache.operator.warmup.Made.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.crd.WarmupStatus;
import io.blobcache.node.warmup.WantedWarmup;
import io.blobcache.node.warmup.WarmupsFile;
import io.blobcache.operator.agents.WarmupAnswers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmupsTextTest {
    private static final List<String> NODES = List.of("n1", "n2");

    @TempDir
    Path directory;

    /** By which an agent finds out whether it is chosen: its test has the same number. */
    @Test
    void theRankOfANodeIsThatWhichAgentsCompute() {
        assertThat(Work.rank("node-1")).isEqualTo("35971be6e9bb024a");
    }

    @Test
    void anAgentReadsItAsItIsMeant() throws IOException {
        BlobCacheWarmup all = running(warmup("all", """
                paths: ["a b/\\"x\\"/**", "ä.bin"]
                nodes: All
                nodesPercent: 50
                bandwidth: 100MiB
                retries: 0
                """));
        BlobCacheWarmup owners = running(warmup("owners", "paths: [c]"));
        List<WantedWarmup> read = read(WarmupsText.of(List.of(owners, all), NODES));
        assertThat(read)
                .containsExactly(
                        new WantedWarmup(
                                id(all),
                                List.of("a b/\"x\"/**", "ä.bin"),
                                true,
                                NODES.stream().map(Work::rank).sorted().toList().getFirst(),
                                100 << 20,
                                0),
                        new WantedWarmup(id(owners), List.of("c"), false, "", 0, 3));
    }

    @Test
    void whatIsNotUnderWayIsNotTold() throws IOException {
        BlobCacheWarmup suspended = with(
                warmup("suspended", "paths: [a]\nsuspend: true"),
                running(warmup("suspended", "paths: [a]")).getStatus());
        assertThat(read(WarmupsText.of(List.of(warmup("new", "paths: [a]"), suspended), NODES)))
                .isEmpty();
    }

    @Test
    void progressIsNothingThatAgentsHaveToBeTold() {
        BlobCacheWarmup begun = running(warmup("w", "paths: [a]"));
        Draft draft = new Draft(begun.getStatus());
        draft.nextRun = CREATED;
        assertThat(WarmupsText.differ(with(begun, draft.status(1, List.of())), begun))
                .isFalse();
        draft.completion = CREATED;
        assertThat(WarmupsText.differ(with(begun, draft.status(1, List.of())), begun))
                .isTrue();
        assertThat(WarmupsText.differ(begun, warmup("w", "paths: [a]"))).isTrue();
    }

    @Test
    void itNeverOutgrowsAConfigMap() throws IOException {
        String paths = "paths: [%s]"
                .formatted(String.join(
                        ", ",
                        IntStream.range(0, 256)
                                .mapToObj(i -> "p".repeat(1000) + i)
                                .toList()));
        List<BlobCacheWarmup> many = IntStream.range(0, 8)
                .mapToObj(i -> running(warmup("w" + i, paths)))
                .toList();
        String text = WarmupsText.of(many, NODES);
        assertThat(text.length()).isLessThan(600_000);
        assertThat(read(text)).hasSize(2);
    }

    private List<WantedWarmup> read(String text) throws IOException {
        return WarmupsFile.read(Files.writeString(directory.resolve("warmups.yaml"), text));
    }

    private static BlobCacheWarmup running(BlobCacheWarmup warmup) {
        WarmupStatus begun = Course.of(new Seen(warmup, Seen.Cache.READY, 0, WarmupAnswers.NONE, CREATED))
                .status();
        return with(warmup, begun);
    }

    private static String id(BlobCacheWarmup warmup) {
        return Work.id(warmup, Objects.requireNonNull(warmup.getStatus().run()));
    }
}
