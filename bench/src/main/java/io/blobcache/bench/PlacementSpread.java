package io.blobcache.bench;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.model.BlobId;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Counts how evenly keys are spread over members, and how many of them the join of the newest and the leave of the first move. Prints one JSON object.
 * Arguments: the number of members, and of keys for each of them.
 */
public final class PlacementSpread {
    private PlacementSpread() {}

    public static void main(String[] arguments) {
        int members = Integer.parseInt(arguments[0]);
        int keys = members * Integer.parseInt(arguments[1]);
        List<Member> all = MeshKeys.members(members);
        Placement now = placement(all);
        Placement beforeTheNewest = placement(all.subList(0, members - 1));
        Placement withoutTheFirst = placement(all.subList(1, members));
        Map<String, Integer> owned = new HashMap<>();
        int movedByJoin = 0;
        int movedByLeave = 0;
        int strays = 0;
        Iterator<BlobId> blobs = MeshKeys.blobs().iterator();
        for (int key = 0; key < keys; key++) {
            BlobId blob = blobs.next();
            Member owner = owner(now, blob);
            boolean joined = !owner.equals(owner(beforeTheNewest, blob));
            boolean left = !owner.equals(owner(withoutTheFirst, blob));
            owned.merge(owner.id(), 1, Integer::sum);
            movedByJoin += joined ? 1 : 0;
            movedByLeave += left ? 1 : 0;
            // A key moves if its owner is the one that came or went, and only then.
            strays += joined == owner.equals(all.getLast()) ? 0 : 1;
            strays += left == owner.equals(all.getFirst()) ? 0 : 1;
        }
        System.out.printf(
                Locale.ROOT,
                "{\"keys\": %d, \"max_over_mean\": %.4f, \"max_over_mean_by_chance\": %.4f, \"moved_by_join\": %.6f, \"moved_by_leave\": %.6f, \"strays\": %d, "
                        + "\"cpu_nanoseconds_per_lookup\": %d}%n",
                keys,
                maxOverMean(owned.values().stream().mapToInt(Integer::intValue), members, keys),
                maxOverMean(Arrays.stream(thrown(members, keys)), members, keys),
                (double) movedByJoin / keys,
                (double) movedByLeave / keys,
                strays,
                processorNanos(now, keys));
    }

    /** Of one thread for one lookup, after as many as were counted above: busy processors do not lengthen it by waiting. */
    private static long processorNanos(Placement placement, int keys) {
        BlobId blob = MeshKeys.blobs().findFirst().orElseThrow();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = threads.getCurrentThreadCpuTime();
        for (int span = 0; span < keys; span++) {
            if (placement.candidates(blob, span * Placement.SPAN_BYTES).isEmpty()) {
                throw new IllegalStateException("nobody owns span " + span);
            }
        }
        return (threads.getCurrentThreadCpuTime() - began) / keys;
    }

    private static double maxOverMean(IntStream counts, int members, int keys) {
        return (double) counts.max().orElse(0) * members / keys;
    }

    /** Keys of each member if a die decides: no hash is more even than that. */
    private static int[] thrown(int members, int keys) {
        SplittableRandom die = new SplittableRandom(1);
        int[] counts = new int[members];
        for (int key = 0; key < keys; key++) {
            counts[die.nextInt(members)]++;
        }
        return counts;
    }

    private static Member owner(Placement placement, BlobId blob) {
        return placement.candidates(blob, 0).getFirst();
    }

    private static Placement placement(List<Member> members) {
        return new Placement(Members.of(members), "");
    }
}
