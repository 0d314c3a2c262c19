package io.blobcache.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCache;
import io.blobcache.crd.BlobCacheSpec;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.config.DeclaredSource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentFilePlanTest {
    private static final Names NAMES = new Names("team", "models");
    private static final String NONE_BEFORE = "";

    @Test
    void theAgentReadsWhatTheResourceSays() {
        AgentFilePlan plan = plan("""
                blockSize: 16MiB
                disk: {quotaBytes: 500GiB, ttl: 30d, highWatermarkPercent: 95}
                fuse: {transport: kernel, readerThreads: 8}
                mount: {drainTime: 1m}
                """);
        assertThat(plan.problems()).isEmpty();
        AgentConfig config = ConfigLoader.parse("agent.yaml", plan.text());
        assertThat(config.blockSize().bytes()).isEqualTo(16 << 20);
        assertThat(config.disk().ttl()).isEqualTo(Duration.ofDays(30));
        assertThat(config.fuse().readerThreads()).isEqualTo(8);
        assertThat(config.mount().drainTime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(config.mount().path()).isEqualTo("/var/lib/blobcache/mnt/team/models");
        assertThat(config.mount().state()).isEqualTo("/var/lib/blobcache/state/team/models");
        assertThat(config.kubernetes().membersConfigMap()).isEqualTo("blobcache-models-members");
        assertThat(config.mesh().insecure()).isTrue();
    }

    @Test
    void aLiveSettingKeepsTheHashAndAnotherChangesIt() {
        String hash = plan("").restartHash();
        assertThat(plan("disk: {quotaBytes: 500GiB}").restartHash()).isEqualTo(hash);
        assertThat(plan("prefetch: {windowBytes: 128MiB}").restartHash()).isEqualTo(hash);
        assertThat(plan("fuse: {readerThreads: 8}").restartHash()).isNotEqualTo(hash);
        assertThat(plan("peers: {tlsSecretName: mesh}").restartHash()).isNotEqualTo(hash);
    }

    /** A pod has the identity that its account had when it was made; agents of before have none and are left alone. */
    @Test
    void anotherIdentityRestartsTheAgentsAndNoneDoesNot() {
        String hash = plan("").restartHash();
        assertThat(plan("serviceAccount: {annotations: {}}").restartHash()).isEqualTo(hash);
        String one = plan("serviceAccount: {annotations: {a: x, b: y}}").restartHash();
        assertThat(one).isNotEqualTo(hash);
        assertThat(plan("serviceAccount: {annotations: {b: y, a: x}}").restartHash())
                .isEqualTo(one);
        assertThat(plan("serviceAccount: {annotations: {a: x, b: z}}").restartHash())
                .isNotEqualTo(one);
    }

    @Test
    void aClaimIsReadWhereItsVolumeIs() {
        BlobCacheSpec spec = spec("", "{url: \"dir:/tree\", claimName: data}");
        assertThat(AgentFilePlan.of(NAMES, spec, NONE_BEFORE).text()).contains("url: dir:/source/tree\n");
    }

    /** A resource that a schema of before let in, and an agents' file that an operator of before wrote. */
    @Test
    void aSourceThatLeavesItsClaimIsRefusedAndNoOldFileLetsItOut() {
        String old = "sources: [{url: dir:/source/../var/lib/blobcache/state}]";
        for (String path : List.of("/../var/lib/blobcache/state", "/a/..", "/a//b", "/./a")) {
            AgentFilePlan plan = AgentFilePlan.of(NAMES, spec("", "{url: \"dir:" + path + "\", claimName: data}"), old);
            assertThat(plan.problems()).as(path).singleElement().asString().contains("sources.url must be", path);
            assertThat(plan.text()).contains("within: /source\n");
        }
        String good = AgentFilePlan.of(NAMES, spec("", "{url: \"dir:/a..b/.c/\", claimName: data}"), old)
                .text();
        BlobCacheSpec bad = spec("", "{url: \"dir:/..\", claimName: data}");
        assertThat(AgentFilePlan.of(NAMES, bad, good).text()).isEqualTo(good);
    }

    @Test
    void eachOfSeveralSourcesHasItsPathItsVolumeAndItsCredentials() {
        BlobCacheSpec spec = spec("", """
                {url: "s3://bucket", path: models, secretName: one}, {url: "dir:/tree", path: data/b, claimName: claim}""");
        AgentFilePlan plan = AgentFilePlan.of(NAMES, spec, NONE_BEFORE);

        assertThat(plan.problems()).isEmpty();
        assertThat(ConfigLoader.parse("agent.yaml", plan.text()).sources())
                .containsExactly(
                        new DeclaredSource(
                                "s3://bucket", "", "", false, "models", "/etc/blobcache/credentials/one", ""),
                        new DeclaredSource("dir:/sources/claim/tree", "", "", false, "data/b", "", "/sources/claim"));
    }

    @Test
    void theOnlySourceHasItsCredentialsAsFilesToo() {
        AgentFilePlan plan = AgentFilePlan.of(NAMES, spec("", "{url: \"s3://bucket\", secretName: one}"), NONE_BEFORE);

        assertThat(plan.problems()).isEmpty();
        assertThat(ConfigLoader.parse("agent.yaml", plan.text()).sources())
                .containsExactly(
                        new DeclaredSource("s3://bucket", "", "", false, "", "/etc/blobcache/credentials/one", ""));
        assertThat(plan("").text()).doesNotContain("credentials");
    }

    /** Resources of an older schema may have one. */
    @Test
    void aSourceThatTakesNoCredentialsIsGivenNone() {
        String http = "{url: \"https://host/file\", secretName: one}";
        assertThat(AgentFilePlan.of(NAMES, spec("", http), NONE_BEFORE).text()).doesNotContain("credentials");
    }

    @Test
    void aSourceThatJoinsOrMovesRestartsTheAgents() {
        String one = "{url: \"s3://a\", path: a}";
        String hash = AgentFilePlan.of(NAMES, spec("", one), NONE_BEFORE).restartHash();
        assertThat(AgentFilePlan.of(NAMES, spec("", one + ", {url: \"s3://b\", path: b}"), NONE_BEFORE)
                        .restartHash())
                .isNotEqualTo(hash);
        assertThat(AgentFilePlan.of(NAMES, spec("", "{url: \"s3://a\", path: b}"), NONE_BEFORE)
                        .restartHash())
                .isNotEqualTo(hash);
    }

    @Test
    void certificatesComeFromTheSecretAndNothingIsOpen() {
        AgentConfig config = ConfigLoader.parse(
                "agent.yaml", plan("peers: {tlsSecretName: mesh}").text());
        assertThat(config.mesh().tls()).isTrue();
        assertThat(config.mesh().insecure()).isFalse();
    }

    @Test
    void whatTheAgentWouldRefuseIsNotGivenToIt() {
        String before = plan("").text();
        BlobCacheSpec bad = spec("memory: {tierBytes: 120MiB}", "{url: \"s3://bucket\"}");
        AgentFilePlan plan = AgentFilePlan.of(NAMES, bad, before);
        assertThat(plan.text()).isEqualTo(before);
        assertThat(plan.problems()).singleElement().asString().contains("memory.tierBytes", "120MiB");
    }

    @Test
    void theBudgetOfTheAgentsContainerCountsAndNotThatOfThisProcess() {
        assertThat(plan("memory: {tierBytes: 400MiB}\nresources: {memoryLimit: 4Gi}")
                        .problems())
                .isEmpty();
    }

    private static AgentFilePlan plan(String fields) {
        return AgentFilePlan.of(NAMES, spec(fields, "{url: \"s3://bucket\"}"), NONE_BEFORE);
    }

    private static BlobCacheSpec spec(String fields, String source) {
        String yaml = "apiVersion: blobcache.io/v1alpha1\nkind: BlobCache\nspec:\n  sources: [" + source + "]\n"
                + fields.indent(2);
        return Serialization.unmarshal(yaml, BlobCache.class).getSpec();
    }
}
