package io.blobcache.e2e.cluster;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.concurrent.atomic.AtomicInteger;

/** How often operators have written their lease since this was made. */
final class LeaseWrites implements Watcher<Lease>, AutoCloseable {
    private final AtomicInteger seen = new AtomicInteger();
    private final Watch watch;

    @SuppressWarnings("this-escape")
    private LeaseWrites(Cluster cluster) {
        watch = cluster.client()
                .leases()
                .inNamespace(cluster.namespace())
                .withName("blobcache-operator")
                .watch(this);
    }

    static LeaseWrites count(Cluster cluster) {
        return new LeaseWrites(cluster);
    }

    int seen() {
        return seen.get();
    }

    @Override
    public void eventReceived(Action action, Lease lease) {
        if (action == Action.MODIFIED) {
            seen.incrementAndGet();
        }
    }

    @Override
    public void onClose(WatcherException cause) {
        seen.set(Integer.MIN_VALUE); // A count that nobody may believe.
    }

    @Override
    public void close() {
        watch.close();
    }
}
