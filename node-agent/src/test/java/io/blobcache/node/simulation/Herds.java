package io.blobcache.node.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** All nodes want the same: at once, as when a thousand pods of one image start, or each in its own time while members come and go. */
final class Herds {
    /** Blocks under way at once for one reader, as an agent fetches ahead. */
    private static final int AHEAD = 4;

    /** Some ten times what the slowest run takes. */
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static final long READING_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long CHURN_NANOS = Duration.ofSeconds(2).toNanos();

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

    /**
     * Every node reads the same blocks, each at some moment of ten seconds; every two seconds one of fifty is told to leave
     * and as many are new, which each of the others hears within two more seconds.
     */
    static Outcome scatteredWithChurn(int nodes, int blocks) {
        try (Cluster cluster = new Cluster(1, Physics.USUAL, nodes)) {
            List<Node> ready = new ArrayList<>(cluster.nodes());
            cluster.announce(Cluster.members(ready, List.of()), Duration.ZERO);
            SplittableRandom random = new SplittableRandom(1);
            readScattered(cluster, blocks, random);
            for (long at = CHURN_NANOS; at < READING_NANOS; at += CHURN_NANOS) {
                cluster.world().after(at, () -> comeAndGo(cluster, ready, random));
            }
            return cluster.run(LIMIT);
        }
    }

    /** The same without coming and going, but from the second to the sixth second no half reaches the other one. */
    static Outcome scatteredWithPartition(int nodes, int blocks) {
        try (Cluster cluster = new Cluster(1, Physics.USUAL, nodes)) {
            cluster.announce(Cluster.members(cluster.nodes(), List.of()), Duration.ZERO);
            readScattered(cluster, blocks, new SplittableRandom(1));
            cluster.world().after(CHURN_NANOS, () -> cluster.nodes().forEach(node -> node.side(node.number() % 2)));
            cluster.world().after(3 * CHURN_NANOS, () -> cluster.nodes().forEach(node -> node.side(0)));
            return cluster.run(LIMIT);
        }
    }

    /** The same where nodes know nobody: what it costs to have no mesh. */
    static Outcome scatteredAlone(int nodes, int blocks) {
        try (Cluster cluster = new Cluster(1, Physics.USUAL, nodes)) {
            cluster.nodes().forEach(node -> cluster.give(node, Cluster.members(List.of(node), List.of())));
            readScattered(cluster, blocks, new SplittableRandom(1));
            return cluster.run(LIMIT);
        }
    }

    private static void comeAndGo(Cluster cluster, List<Node> ready, SplittableRandom random) {
        int count = Math.ceilDiv(ready.size(), 50);
        List<Node> leaving = new ArrayList<>();
        for (int left = count; left > 0; left--) {
            leaving.add(ready.remove(random.nextInt(ready.size())));
        }
        for (int joined = 0; joined < count; joined++) {
            ready.add(cluster.join());
        }
        cluster.announce(Cluster.members(ready, leaving), Duration.ofNanos(CHURN_NANOS));
    }

    private static void readScattered(Cluster cluster, int blocks, SplittableRandom random) {
        for (int node = 0; node < cluster.nodes().size(); node++) {
            for (int block = 0; block < blocks; block++) {
                int number = node;
                int wanted = block;
                cluster.world().after(random.nextLong(READING_NANOS), () -> cluster.read(number, wanted));
            }
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
