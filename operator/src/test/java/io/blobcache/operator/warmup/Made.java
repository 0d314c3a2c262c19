package io.blobcache.operator.warmup;

import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.crd.WarmupStatus;
import io.blobcache.operator.agents.AgentWarmup;
import io.blobcache.operator.agents.WarmupAnswers;
import io.blobcache.operator.agents.WarmupAnswers.Answer;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Warmups and answers for tests. */
final class Made {
    static final Instant CREATED = Instant.parse("2026-01-05T05:59:30Z");

    private Made() {}

    /** @param fields of the spec, as lines of YAML */
    static BlobCacheWarmup warmup(String name, String fields) {
        String yaml = """
                apiVersion: blobcache.io/v1alpha1
                kind: BlobCacheWarmup
                metadata: {name: %s, namespace: team, generation: 1, creationTimestamp: "%s"}
                spec:
                  cacheName: models
                """.formatted(name, CREATED) + fields.indent(2);
        return Serialization.unmarshal(yaml, BlobCacheWarmup.class);
    }

    static BlobCacheWarmup with(BlobCacheWarmup warmup, @Nullable WarmupStatus status) {
        BlobCacheWarmup copy = Serialization.clone(warmup);
        copy.setStatus(status);
        return copy;
    }

    static WarmupAnswers answers(Answer... answers) {
        List<String> nodes = Stream.of(answers).map(Answer::node).toList();
        return new WarmupAnswers(CREATED, nodes, List.of(answers), null);
    }

    static Answer answer(String node, AgentWarmup... warmups) {
        return new Answer(node, true, List.of(warmups));
    }

    static Answer silent(String node, boolean serves) {
        return new Answer(node, serves, null);
    }

    /** Of ten files and 1000 bytes. */
    static AgentWarmup part(String id, String state, long warmedFiles, long warmedBytes) {
        return new AgentWarmup(id, state, 10, warmedFiles, 0, 1000, warmedBytes, warmedBytes, Map.of());
    }

    static AgentWarmup failing(String id, long failedFiles, Map<String, String> failures) {
        return new AgentWarmup(id, "done", 10, 10 - failedFiles, failedFiles, 1000, 900, 900, failures);
    }
}
