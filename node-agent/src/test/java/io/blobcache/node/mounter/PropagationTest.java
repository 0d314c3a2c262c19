package io.blobcache.node.mounter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.mounter.MountException.Reason;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class PropagationTest {
    private static final String ROOT = "21 1 0:20 / / rw,relatime - overlay overlay rw";
    private static final String SHARED =
            "30 21 8:1 /lib/blob\\040cache /var/lib/blob\\040cache rw shared:7 master:1 - ext4 /dev/sda1 rw";
    private static final String SLAVE =
            "30 21 8:1 /lib/blobcache /var/lib/blob\\040cache rw master:1 - ext4 /dev/sda1 rw";
    private static final Path DIRECTORY = Path.of("/var/lib/blob cache/mnt/default/models");

    @Test
    void aDirectoryOnASharedMountIsSeenOutside() throws MountException {
        Propagation.check(DIRECTORY, List.of(ROOT, SHARED));
    }

    @Test
    void theMountOfAnAgentThatDiedIsNotWhatTheDirectoryLiesOn() throws MountException {
        String dead = "44 30 0:51 / /var/lib/blob\\040cache/mnt/default/models ro - fuse.blobcache s3://b ro";

        Propagation.check(DIRECTORY, List.of(ROOT, SHARED, dead));
    }

    @Test
    void whatOnlyReceivesMountsHandsNoneOn() {
        assertThatThrownBy(() -> Propagation.check(DIRECTORY, List.of(ROOT, SLAVE)))
                .isInstanceOfSatisfying(
                        MountException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_SHARED))
                .hasMessageStartingWith("/var/lib/blob cache is not a shared mount")
                .hasMessageContaining("mountPropagation: Bidirectional");
    }

    @Test
    void theLastMountOfADirectoryCounts() {
        assertThatThrownBy(() -> Propagation.check(DIRECTORY, List.of(ROOT, SHARED, SLAVE)))
                .hasMessageContaining("is not a shared mount");
    }

    @Test
    void aNeighbourWithALongerNameIsAnotherDirectory() {
        String neighbour = "31 21 8:1 / /var/lib/blob\\040cache/mnt/default/mod rw shared:9 - ext4 /dev/sda1 rw";

        assertThatThrownBy(() -> Propagation.check(DIRECTORY, List.of(ROOT, neighbour)))
                .hasMessageStartingWith("/ is not a shared mount");
    }
}
