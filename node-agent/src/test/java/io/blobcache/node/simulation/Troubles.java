package io.blobcache.node.simulation;

import io.blobcache.node.mesh.members.Members;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A run of some seconds with readers, and with what goes wrong in clusters; all of it follows from the seed. */
final class Troubles {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long READING = 10 * SECOND;

    /** A list of members reaches a node within so long. */
    private static final Duration SPREAD = Duration.ofSeconds(2);

    private enum Trouble {
        PROCESS_DIES,
        MACHINE_DIES,
        SLOW,
        LIAR,
        CUT,
        JOIN,
        LEAVE,
        SPLIT_LISTS,
        SOURCE_FAILS
    }

    private final Cluster cluster;
    private final SplittableRandom random;
    private final List<Node> ready;
    private final List<Node> draining = new ArrayList<>();

    private Troubles(Cluster cluster, SplittableRandom random) {
        this.cluster = cluster;
        this.random = random;
        this.ready = new ArrayList<>(cluster.nodes());
    }

    /**
     * @param seed      of everything
     * @param withFaults whether anything goes wrong
     */
    static Outcome run(long seed, boolean withFaults) {
        SplittableRandom random = new SplittableRandom(seed);
        Physics physics = physics(random);
        try (Cluster cluster = new Cluster(seed, physics, random.nextInt(2, 25))) {
            Troubles troubles = new Troubles(cluster, random);
            troubles.announce(Duration.ZERO);
            troubles.read(random.nextInt(1, 13));
            if (withFaults) {
                for (int count = random.nextInt(1, 6); count > 0; count--) {
                    Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
                    cluster.world().after(random.nextLong(READING), () -> troubles.happens(trouble));
                }
            }
            return cluster.run(Duration.ofMinutes(2));
        }
    }

    private static Physics physics(SplittableRandom random) {
        Physics usual = Physics.USUAL;
        return new Physics(
                usual.blockBytes(),
                Duration.ofNanos(random.nextLong(20_000, 20_000_000)),
                random.nextLong(50_000_000, 3_000_000_000L),
                Duration.ofMillis(random.nextLong(1, 500)),
                random.nextLong(10_000_000, 1_000_000_000),
                usual.blockBytes() * random.nextInt(1, 65));
    }

    private void read(int blobs) {
        int readers = random.nextInt(10, 200);
        for (int reader = 0; reader < readers; reader++) {
            int node = random.nextInt(cluster.nodes().size());
            int blob = random.nextInt(blobs);
            // Half of them at once, as pods start.
            long when = random.nextBoolean() ? 0 : random.nextLong(READING);
            cluster.world().after(when, () -> cluster.read(node, blob));
        }
    }

    private void announce(Duration within) {
        cluster.announce(Cluster.members(ready, draining), within);
    }

    private void happens(Trouble trouble) {
        int number = random.nextInt(cluster.nodes().size());
        Node node = cluster.nodes().get(number);
        if (!node.isUp()) {
            return;
        }
        switch (trouble) {
            case PROCESS_DIES -> restarts(number, random.nextLong(2 * SECOND));
            case MACHINE_DIES -> machineDies(number);
            case SLOW -> {
                // What it gives. What it gets is a matter of its own reads, which no peer can make faster.
                node.slow(random.nextDouble(2, 200), 1);
                later(8 * SECOND, () -> node.slow(1, 1));
            }
            case LIAR -> {
                node.lie(true);
                later(8 * SECOND, () -> node.lie(false));
            }
            case CUT -> cut();
            case JOIN -> join();
            case LEAVE -> leave(node);
            case SPLIT_LISTS -> splitLists();
            case SOURCE_FAILS -> {
                cluster.origin().fail(true);
                later(4 * SECOND, () -> cluster.origin().fail(false));
            }
        }
    }

    private void restarts(int number, long afterNanos) {
        cluster.die(number, false);
        cluster.world().after(afterNanos, () -> cluster.restart(number, Cluster.members(ready, draining)));
    }

    private void machineDies(int number) {
        Node node = cluster.nodes().get(number);
        cluster.die(number, true);
        later(5 * SECOND, () -> {
            ready.remove(node);
            draining.remove(node);
            announce(SPREAD);
        });
    }

    private void cut() {
        for (Node node : cluster.nodes()) {
            node.side(random.nextInt(2));
        }
        later(8 * SECOND, () -> cluster.nodes().forEach(node -> node.side(0)));
    }

    private void join() {
        Node node = cluster.join();
        ready.add(node);
        announce(SPREAD);
    }

    private void leave(Node node) {
        if (ready.remove(node)) {
            draining.add(node);
            announce(SPREAD);
            later(4 * SECOND, () -> {
                draining.remove(node);
                announce(SPREAD);
            });
        }
    }

    /** Some see some of the others, until the next list comes. */
    private void splitLists() {
        Members all = Cluster.members(ready, draining);
        for (Node node : cluster.nodes()) {
            List<Node> seen = ready.stream().filter(_ -> random.nextInt(3) > 0).toList();
            cluster.give(node, Cluster.members(seen, List.of()));
        }
        later(6 * SECOND, () -> cluster.announce(all, SPREAD));
    }

    private void later(long mostNanos, Runnable action) {
        cluster.world().after(random.nextLong(mostNanos), action);
    }
}
