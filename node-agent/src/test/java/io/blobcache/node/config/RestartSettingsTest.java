package io.blobcache.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestartSettingsTest {
    private static final String FILE = "agent.yaml";

    @Test
    void aLiveSettingIsNotAmongThem() {
        assertThat(RestartSettings.of(FILE, "disk: {ttl: 1h}\n")).isEqualTo(RestartSettings.of(FILE, ""));
    }

    @Test
    void whatNeedsARestartIs() {
        assertThat(RestartSettings.of(FILE, "fuse: {readerThreads: 8}\n"))
                .isNotEqualTo(RestartSettings.of(FILE, ""))
                .containsEntry("fuse.readerThreads", "8");
    }

    @Test
    void aDefaultThatIsSaidChangesNothingAndNeitherDoesAnotherWordForAValue() {
        assertThat(RestartSettings.of(FILE, "fuse: {readerThreads: 4, maxReadBytes: 1024Ki}\n"))
                .isEqualTo(RestartSettings.of(FILE, ""));
    }

    @Test
    void whatIsLeftToTheMachineDoesNotDependOnThisOne() {
        assertThat(RestartSettings.of(FILE, "")).containsEntry("memory.budgetBytes", "auto");
    }

    @Test
    void aSourceIsPartOfThem() {
        assertThat(RestartSettings.of(FILE, "sources: [{url: \"s3://bucket\"}]\n"))
                .containsEntry("sources[0].url", "\"s3://bucket\"");
    }
}
