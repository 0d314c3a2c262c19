package io.blobcache.node.simulation;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** All nodes want the same at once, as when a thousand pods of one image start. */
final class Herds {
    /** Blocks under way at once for one reader, as an agent fetches ahead. */
    private static final int AHEAD = 4;

    /** Some ten times what the slowest run takes. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private Herds() {}

    /** Every node reads one cold block. */
    static Outcome oneBlock(int nodes) {
        return inOrder(nodes, 1);
    }

    /** Every node reads the same cold blocks in order. */
    static Outcome inOrder(int nodes, int blocks) {
        try (Cluster cluster = new Cluster(1, Physics.USUAL, nodes)) {
            cluster.announce(Cluster.members(cluster.nodes(), List.of()), Duration.ZERO);
            read(cluster, blocks);
            return cluster.run(LIMIT);
        }
    }

    /** The same, while of a hundred machines one is dead and another one has a line of a twentieth, which nobody knows yet. */
    static Outcome inOrderWithTrouble(int nodes, int blocks) {
        try (Cluster cluster = new Cluster(1, Physics.USUAL, nodes)) {
            cluster.announce(Cluster.members(cluster.nodes(), List.of()), Duration.ZERO);
            SplittableRandom random = new SplittableRandom(1);
            for (int count = 0; count < Math.ceilDiv(nodes, 100); count++) {
                cluster.die(random.nextInt(nodes), true);
                cluster.nodes().get(random.nextInt(nodes)).slow(20, 20);
            }
            read(cluster, blocks);
            return cluster.run(LIMIT);
        }
    }

    /** Two nodes, of which each knows only the other. */
    static Outcome eachOther(int blocks) {
        try (Cluster cluster = new Cluster(1, Physics.USUAL, 2)) {
            Node one = cluster.nodes().getFirst();
            Node other = cluster.nodes().getLast();
            cluster.give(one, Cluster.members(List.of(other), List.of()));
            cluster.give(other, Cluster.members(List.of(one), List.of()));
            read(cluster, blocks);
            return cluster.run(LIMIT);
        }
    }

    private static void read(Cluster cluster, int blocks) {
        for (int node = 0; node < cluster.nodes().size(); node++) {
            int number = node;
            int[] next = new int[1];
            for (int worker = 0; worker < Math.min(AHEAD, blocks); worker++) {
                cluster.world().start(() -> {
                    while (next[0] < blocks) {
                        cluster.read(number, next[0]++);
                    }
                });
            }
        }
    }
}
