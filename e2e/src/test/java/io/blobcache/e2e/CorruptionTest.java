package io.blobcache.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Agent;
import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.PageCache;
import io.blobcache.e2e.rig.Scratch;
import io.blobcache.e2e.rig.Sha256;
import io.blobcache.e2e.rig.Shell;
import io.blobcache.e2e.rig.Tree;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What rots on disk is found before it is read, and fetched again: F-16 to F-18 and F-27 of the fault catalogue. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CorruptionTest {
    private static final int FILES = 12;
    private static final long LENGTH = 9_000_000;

    @RegisterExtension
    final Scratch scratch = new Scratch();

    private final Random random = new Random(42);

    /** {@code boot} checks what another life of the machine has written, {@code start} what another agent has. */
    @ParameterizedTest
    @ValueSource(strings = {"boot", "start", "everyRead"})
    void flippedBitsAreFoundBeforeTheyAreRead(String integrity) {
        Path tree = tree();
        fill(tree, integrity);
        for (Path data : files(".data")) {
            flip(data);
        }

        Agent agent = again(tree, integrity);

        check(agent, tree);
        assertThat(agent.tier("disk").get("corruptBlocks").asLong()).isGreaterThanOrEqualTo(FILES);
    }

    /** A power cut can leave a file with its right length and nothing in it. */
    @Test
    void zeroedBlocksAreFoundAfterABoot() {
        Path tree = tree();
        fill(tree, "boot");
        for (Path data : files(".data")) {
            Shell.script("truncate -s 0 \"$1\" && truncate -s $2 \"$1\"", data, LENGTH)
                    .expectSuccess();
        }

        check(again(tree, "boot"), tree);
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "start", "everyRead"})
    void swappedFilesAreFoundBeforeTheyAreRead(String integrity) throws IOException {
        Path tree = tree();
        fill(tree, integrity);
        swapNeighbours(files(".data"));

        check(again(tree, integrity), tree);
    }

    /** No boot and no check asked for: an exchanged file is still noticed, for it is not the one that was written. */
    @Test
    void replacedFilesAreFoundWithoutABoot() throws IOException {
        Path tree = tree();
        fill(tree, "boot");
        swapNeighbours(files(".data"));

        check(plan(tree, "boot").start(), tree);
    }

    @Test
    void garbageInSidecarsCostsAFetch() throws IOException {
        Path tree = tree();
        fill(tree, "boot");
        int number = 0;
        for (Path sidecar : files(".meta")) {
            spoil(sidecar, number++);
        }
        swapNeighbours(files(".meta").subList(8, 12));
        Files.writeString(scratch.path("state/blobs/00-not-ours"), "a stranger");

        check(plan(tree, "boot").start(), tree);
        assertThat(scratch.path("state/blobs/00-not-ours")).hasContent("a stranger");
    }

    @Test
    void bitsThatFlipUnderTheAgentAreFoundByEveryRead() {
        Path tree = tree();
        Agent agent = fill(tree, "everyRead");
        agent.restart();
        check(agent, tree);
        for (Path data : files(".data")) {
            flip(data);
        }
        agent.forgetPages();

        check(agent, tree);
    }

    private void spoil(Path sidecar, int number) throws IOException {
        switch (number % 4) {
            case 0 -> Files.write(sidecar, new byte[0]);
            case 1 -> flip(sidecar);
            case 2 -> Files.write(sidecar, new byte[(int) Files.size(sidecar)]);
            default -> {
                byte[] garbage = new byte[(int) Files.size(sidecar)];
                random.nextBytes(garbage);
                Files.write(sidecar, garbage);
            }
        }
    }

    private Path tree() {
        return Tree.random(scratch.directory("tree"), FILES, 3, LENGTH);
    }

    private Agent.Plan plan(Path tree, String integrity) {
        return Agent.of(scratch, tree).config("disk:\n  integrity: " + integrity + "\nmemory:\n  tierBytes: 0\n");
    }

    /** Has all of the tree on disk, and is dead. */
    private Agent fill(Path tree, String integrity) {
        Agent agent = plan(tree, integrity).start();
        check(agent, tree);
        Await.until(
                "all blocks are on disk",
                Duration.ofSeconds(30),
                () -> agent.tier("disk").get("usedBytes").asLong() >= FILES * LENGTH);
        agent.stop();
        assertThat(files(".data")).hasSize(FILES);
        PageCache.forget(scratch.path("state"));
        return agent;
    }

    private Agent again(Path tree, String integrity) {
        Agent.Plan plan = plan(tree, integrity);
        return integrity.equals("boot") ? plan.afterReboot().start() : plan.start();
    }

    private void check(Agent agent, Path tree) {
        Sha256.check(agent.mount(), Sha256.list(tree, scratch.path("digests")));
    }

    private List<Path> files(String ending) {
        try (var found = Files.walk(scratch.path("state"))) {
            return found.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One bit, anywhere. */
    private void flip(Path file) {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = random.nextLong(bytes.length());
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ (1 << random.nextInt(8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void swapNeighbours(List<Path> files) throws IOException {
        for (int i = 0; i + 1 < files.size(); i += 2) {
            Path aside = files.get(i).resolveSibling("aside");
            Files.move(files.get(i), aside);
            Files.move(files.get(i + 1), files.get(i), StandardCopyOption.REPLACE_EXISTING);
            Files.move(aside, files.get(i + 1));
        }
    }
}
