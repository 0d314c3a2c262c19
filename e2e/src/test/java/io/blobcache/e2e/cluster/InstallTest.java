package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** By the commands of the documentation, with the chart's defaults: a resource becomes ready, and outlives the operator. */
@Tag("cluster")
class InstallTest {
    @Order(1)
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("install");

    @Order(2)
    @RegisterExtension
    static final Untouched UNTOUCHED = new Untouched(CLUSTER);

    @Test
    void byHelm() {
        Documented.run("helm install blobcache").expectSuccess();
        Documented.run("helm test").expectSuccess();
        Cache cache = ready();

        Documented.run("helm upgrade").expectSuccess();
        cache.awaitReady();

        Documented.run("helm uninstall").expectSuccess();
        assertOutlived(cache);
    }

    @Test
    void helmsTestNoticesThatNoOperatorIsReady() {
        Documented.run("helm install blobcache").expectSuccess();
        UNTOUCHED.scaleOperators(0);
        assertThat(Documented.run("helm test").exitCode()).isNotZero();
        UNTOUCHED.scaleOperators(1);
        assertThat(Documented.run("helm test").exitCode()).isZero();
    }

    @Test
    void withoutHelm() {
        Documented.run("kubectl apply --server-side -f").expectSuccess();
        Documented.run("kubectl -n blobcache-system rollout status").expectSuccess();
        Cache cache = ready();

        Documented.run("kubectl delete -f").expectSuccess();
        assertOutlived(cache);
    }

    private static Cache ready() {
        Bucket.with(CLUSTER, 1 << 20, "one");
        Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
        cache.awaitReady();
        return cache;
    }

    private static void assertOutlived(Cache cache) {
        assertThat(UNTOUCHED.operators()).isEmpty();
        assertThat(UNTOUCHED.definitions()).hasSize(2);
        assertThat(cache.exists()).isTrue();
        cache.agents().awaitReady();
    }
}
