package io.blobcache.operator.members;

import io.blobcache.crd.BlobCacheSpec;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node is to the mesh: its locality and its share. The share is what its agent may keep on disk, in units of 10 GiB: of
 * the quota and of the disk that the node has, the smaller one. Free space would be nearer to the truth and change all the time,
 * and with each change blobs would change their owners.
 *
 * @param localityKey label of nodes; empty if all are near to each other
 * @param quotaBytes  of the disk tier; 0 for none
 */
public record Weighing(String localityKey, long quotaBytes) {
    /** So that 100 TiB still fit into {@link #MAX_WEIGHT}. */
    private static final long UNIT_BYTES = 10L << 30;

    /** The agent's, see its {@code Member}. */
    private static final int MAX_WEIGHT = 10_000;

    /** Of a node that does not say what disk it has: 1 TiB. */
    private static final long USUAL_BYTES = 1L << 40;

    public static Weighing of(BlobCacheSpec spec) {
        String key = spec.peers() == null || spec.peers().localityKey() == null
                ? "topology.kubernetes.io/zone"
                : spec.peers().localityKey();
        String quota = spec.disk() == null || spec.disk().quotaBytes() == null
                ? "0"
                : spec.disk().quotaBytes().replace("B", "");
        return new Weighing(key, Quantity.getAmountInBytes(new Quantity(quota)).longValue());
    }

    MemberLine member(String name, String address, @Nullable Node node, boolean leaving) {
        boolean cordoned = node != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable());
        return new MemberLine(
                name,
                address,
                locality(node),
                weight(node),
                leaving || cordoned ? MemberLine.State.DRAINING : MemberLine.State.READY);
    }

    private String locality(@Nullable Node node) {
        Map<String, String> labels =
                node == null ? Map.of() : node.getMetadata().getLabels();
        return localityKey.isEmpty() || labels == null ? "" : labels.getOrDefault(localityKey, "");
    }

    private int weight(@Nullable Node node) {
        long disk = USUAL_BYTES;
        if (node != null && node.getStatus() != null && node.getStatus().getCapacity() != null) {
            Quantity capacity = node.getStatus().getCapacity().get("ephemeral-storage");
            disk = capacity == null
                    ? USUAL_BYTES
                    : Quantity.getAmountInBytes(capacity).longValue();
        }
        long bytes = quotaBytes > 0 ? Math.min(quotaBytes, disk) : disk;
        return Math.clamp((bytes + UNIT_BYTES - 1) / UNIT_BYTES, 1, MAX_WEIGHT);
    }
}
