package io.blobcache.node.fs.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.fuse.FileType;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
    private final List<String> released = new ArrayList<>();
    private final Arrivals arrivals =
            new Arrivals(entry -> released.add(entry.name() + (entry.type() == FileType.DIRECTORY ? "/" : "")));

    @Test
    void aDirectoryHidesTheFileThatCameLongBefore() {
        arrive("a", "a-b", "a-c/", "a.txt", "a/", "a0");
        assertThat(released).containsExactly("a-b", "a-c/", "a.txt", "a/", "a0");
        assertThat(arrivals.takeShadowed()).isEqualTo(1);
        assertThat(arrivals.ordered()).isTrue();
    }

    @Test
    void aSourceThatOrdersDirectoriesWithoutTheirSlashIsInOrderToo() {
        arrive("a/", "a-b", "a.txt", "a0", "b/", "b-/", "b.", "c");
        assertThat(released).containsExactly("a-b", "a.txt", "a/", "a0", "b-/", "b.", "b/", "c");
        assertThat(arrivals.ordered()).isTrue();
    }

    @Test
    void anEntryThatComesTwiceIsLeftOut() {
        arrive("a", "b", "b", "c/", "c/", "c", "d");
        assertThat(released).containsExactly("a", "b", "c/", "d");
        assertThat(arrivals.takeShadowed()).isEqualTo(3);
        assertThat(arrivals.takeShadowed()).isZero();
    }

    @Test
    void nothingIsHeldBackLongerThanItsNameRequires() {
        for (String name : List.of("a", "b", "c", "d")) {
            arrivals.arrived(entry(name));
        }
        assertThat(released).containsExactly("a", "b", "c");
    }

    @Test
    void aSourceInNoOrderLosesNothing() {
        arrive("m", "a", "z", "c", "b", "y");
        assertThat(released).containsExactlyInAnyOrder("m", "a", "z", "c", "b", "y");
        assertThat(arrivals.ordered()).isFalse();
    }

    @Test
    void aSourceThatCountsDownIsNotHeldInMemory() {
        for (int i = 99_999; i >= 0; i--) {
            arrivals.arrived(entry("%05d".formatted(i)));
        }
        assertThat(released).hasSizeGreaterThan(99_000);
        arrivals.ended();
        assertThat(released).hasSize(100_000).doesNotHaveDuplicates();
        assertThat(arrivals.ordered()).isFalse();
    }

    private void arrive(String... names) {
        for (String name : names) {
            arrivals.arrived(entry(name));
        }
        arrivals.ended();
    }

    private static Entry entry(String name) {
        return name.endsWith("/")
                ? new Entry(name.substring(0, name.length() - 1), FileType.DIRECTORY, true, 9, 0, 0, "")
                : new Entry(name, FileType.FILE, false, 9, 0, 0, "v");
    }
}
