package io.blobcache.operator.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgentsHistoryTest {
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private final AgentsHistory history = new AgentsHistory();

    @Test
    void theHitRatioIsThatOfTheLastMinutesAndNotOfAllTime() {
        assertThat(report(0, reads(1000, 1000)).hitPercent()).isNull();
        assertThat(report(10, reads(1000, 1000)).hitPercent()).isNull();
        assertThat(report(20, reads(1400, 1100)).hitPercent()).isEqualTo(75);
        assertThat(report(30, reads(1500, 1200)).hitPercent()).isEqualTo(60);
        assertThat(report(400, reads(1600, 1300)).hitPercent()).isZero();
        assertThat(report(710, reads(1600, 1300)).hitPercent()).isNull();
    }

    /** 1,000,000 bytes each time, of which one point more or less comes from the source. */
    @Test
    void theHitRatioIsToldWhenItMovesByTwoPointsOrIsOld() {
        report(0, reads(0, 0));
        assertThat(report(10, reads(10_000, 1_000)).hitPercent()).isEqualTo(90);
        assertThat(report(20, reads(20_000, 2_200)).hitPercent()).as("89").isEqualTo(90);
        assertThat(report(309, reads(30_000, 3_300)).hitPercent()).as("89").isEqualTo(90);
        assertThat(report(310, reads(40_000, 4_400)).hitPercent())
                .as("89, and told five minutes ago")
                .isEqualTo(89);
        assertThat(report(311, reads(50_000, 6_700)).hitPercent()).as("86").isLessThan(88);
    }

    @Test
    void anAgentThatCountsFromNothingAgainIsNotANegativeRatio() {
        report(0, reads(1000, 500));
        report(10, reads(2000, 1000));
        assertThat(report(20, reads(100, 10)).hitPercent()).isEqualTo(90);
    }

    @Test
    void aSourceThatRefusesEverythingIsToldAndOneThatLacksANameIsNot() {
        report(0, source(10, 0, 0));
        assertThat(report(10, source(10, 0, 5)).sourceFailures()).isEmpty();
        assertThat(report(20, source(10, 2, 5)).sourceFailures()).isEmpty();
        assertThat(report(75, source(10, 8, 5)).sourceFailures()).containsExactly("n1");
        assertThat(report(140, source(10, 12, 5)).sourceFailures()).containsExactly("n1");
        assertThat(report(150, source(11, 12, 5)).sourceFailures()).isEmpty();
    }

    @Test
    void ofSeveralSourcesTheOneThatIsAwayIsToldByItsLabel() {
        String reachable = """
                blobcache_source_reachable{source="models"} %s
                blobcache_source_reachable{source="data/images"} 1.0
                """;
        assertThat(report(0, reachable.formatted("1.0")).sourceFailures()).isEmpty();
        assertThat(report(10, reachable.formatted("0.0")).sourceFailures()).containsExactly("n1 (models)");
    }

    @Test
    void anAgentThatDoesNotKnowAllMembersIsToldOnceTheListIsOld() {
        String alone = "blobcache_build_info{version=\"1\"} 1.0\nblobcache_mesh_members 1.0\n";
        assertThat(history.report(List.of(answer(alone)), 3, START).lonely()).isEmpty();
        assertThat(history.report(List.of(answer(alone)), 3, START.plusSeconds(10))
                        .lonely())
                .containsExactly("n1");
        assertThat(history.report(List.of(answer(alone)), 1, START.plusSeconds(20))
                        .lonely())
                .isEmpty();
    }

    @Test
    void tiersAreAddedUpAndTroubleOfADiskIsSeen() {
        String metrics = """
                # HELP blobcache_tier_used_bytes Bytes
                blobcache_build_info{version="1"} 1.0
                blobcache_tier_capacity_bytes{tier="memory"} 64.0
                blobcache_tier_capacity_bytes{tier="disk"} 1.0E9
                blobcache_tier_used_bytes{tier="disk"} 5.0E8
                blobcache_tier_state{tier="disk",state="normal"} %s
                blobcache_tier_state{tier="disk",state="down"} %s
                """;
        AgentsReport fine = history.report(List.of(answer(metrics.formatted("1.0", "0.0"))), 0, START);
        assertThat(fine.disk()).isEqualTo(new AgentsReport.TierBytes(1_000_000_000, 500_000_000));
        assertThat(fine.diskTrouble()).isEmpty();
        AgentsReport down = history.report(List.of(answer(metrics.formatted("0.0", "1.0"))), 0, START.plusSeconds(10));
        assertThat(down.diskTrouble()).containsExactly("n1");
    }

    @Test
    void anAgentThatIsReadyAndSilentIsCounted() {
        AgentAnswer silent = new AgentAnswer("p", "n1", true, false, "", PrometheusText.parse(""));
        AgentAnswer waiting = new AgentAnswer("q", "n2", false, false, "connection refused", PrometheusText.parse(""));
        AgentsReport report = history.report(List.of(silent, waiting), 0, START);
        assertThat(report.asked()).isEqualTo(1);
        assertThat(report.answered()).isZero();
        assertThat(report.waiting()).containsExactly("n2: connection refused");
        assertThat(report.disk()).isNull();
    }

    private AgentsReport report(int seconds, String metrics) {
        return history.report(List.of(answer(metrics)), 0, START.plusSeconds(seconds));
    }

    private static AgentAnswer answer(String metrics) {
        return new AgentAnswer("uid", "n1", true, true, "", PrometheusText.parse(metrics));
    }

    private static String reads(long all, long source) {
        return "blobcache_read_bytes_total{tier=\"disk\"} %d\nblobcache_read_bytes_total{tier=\"source\"} %d\n"
                .formatted(all - source, source);
    }

    private static String source(long ok, long unavailable, long missing) {
        return """
                blobcache_source_requests_total{source="s3",code="200"} %d
                blobcache_source_requests_total{source="s3",code="503"} %d
                blobcache_source_requests_total{source="s3",code="404"} %d
                """.formatted(ok, unavailable, missing);
    }
}
