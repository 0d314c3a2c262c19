package io.blobcache.operator.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.blobcache.crd.BlobCacheStatus;
import io.blobcache.crd.StatusCondition;
import io.blobcache.operator.agents.AgentsReport;
import io.blobcache.operator.agents.AgentsReport.TierBytes;
import io.blobcache.operator.status.Monitoring.State;
import io.blobcache.operator.status.Seen.Rollout;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ToldTest {
    private static final Instant FIRST = Instant.parse("2026-01-01T12:00:00.9Z");
    private static final Instant LATER = FIRST.plusSeconds(60);
    private static final Rollout COMPLETE = new Rollout(3, 3, 3, false, true);

    @Test
    void whatIsSeenAgainIsNoNewsAndNotWritten() {
        Told first = Told.of(seen(COMPLETE, report(100, 10)), null, FIRST);
        assertThat(first.changed()).isTrue();
        assertThat(first.transitions()).hasSize(6);
        Told again = Told.of(seen(COMPLETE, report(100, 10)), first.status(), LATER);
        assertThat(again.changed()).isFalse();
        assertThat(again.transitions()).isEmpty();
    }

    @Test
    void aConditionKeepsTheTimeAtWhichItBecameWhatItIs() {
        BlobCacheStatus before =
                Told.of(seen(COMPLETE, AgentsReport.NONE), null, FIRST).status();
        Told told = Told.of(seen(new Rollout(3, 2, 3, false, true), AgentsReport.NONE), before, LATER);
        assertThat(condition(told, "Ready").lastTransitionTime()).isEqualTo("2026-01-01T12:01:00Z");
        assertThat(condition(told, "Progressing").lastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
        assertThat(told.transitions()).extracting(StatusCondition::type).containsExactly("Ready", "Degraded");
    }

    @Test
    void everyStateOfARolloutHasItsReason() {
        assertReady(new Rollout(0, 0, 0, false, false), "False/Starting", "True/RollingOut");
        assertReady(new Rollout(0, 0, 0, false, true), "False/NoNodes", "False/UpToDate");
        assertReady(new Rollout(3, 2, 2, false, true), "False/AgentsMissing", "True/RollingOut");
        assertReady(new Rollout(3, 3, 2, false, true), "False/AgentsMissing", "True/RollingOut");
        assertReady(new Rollout(3, 3, 1, true, true), "True/AgentsServe", "False/WaitsForDeletion");
        assertReady(COMPLETE, "True/AgentsServe", "False/UpToDate");
    }

    @Test
    void whyAgentsDoNotRunIsToldAndWhatTheySayThemselvesIsNewer() {
        AgentsReport waiting = new AgentsReport(
                0, 0, List.of("n2: no bucket"), List.of(), false, List.of(), List.of(), List.of(), null, null, null);
        List<String> troubles =
                List.of("n1: ImagePullBackOff: not found", "n2: CrashLoopBackOff: code 1", "n3: Evicted");
        Seen seen =
                new Seen(1, List.of(), "", new Rollout(3, 0, 3, false, true), troubles, waiting, Monitoring.NOT_WANTED);
        Told told = Told.of(seen, null, FIRST);
        assertThat(condition(told, "Ready").message())
                .isEqualTo("0 of 3 agents serve: n1: ImagePullBackOff: not found; n3: Evicted; n2: no bucket");
        assertThat(condition(told, "Degraded").message()).contains("n3: Evicted");
    }

    @Test
    void aConfigurationThatAgentsWouldRefuseIsToldWithItsReasons() {
        Seen seen = new Seen(
                2,
                List.of("memory.tierBytes must leave 16MiB"),
                "",
                COMPLETE,
                List.of(),
                AgentsReport.NONE,
                Monitoring.NOT_WANTED);
        Told told = Told.of(seen, null, FIRST);
        assertThat(condition(told, "Ready").message()).contains("last good", "memory.tierBytes must leave 16MiB");
        assertThat(condition(told, "Degraded").status()).isEqualTo("True");
        assertThat(told.status().observedGeneration()).isEqualTo(2);
    }

    @Test
    void whatTheApiServerRefusesIsToldOfTheGenerationThatItIsAbout() {
        BlobCacheStatus before =
                Told.of(seen(COMPLETE, AgentsReport.NONE), null, FIRST).status();
        Seen seen = new Seen(2, List.of(), "quota", COMPLETE, List.of(), AgentsReport.NONE, Monitoring.NOT_WANTED);
        Told told = Told.of(seen, before, LATER);
        assertThat(told.status().observedGeneration()).isEqualTo(2);
        assertThat(told.transitions())
                .extracting(condition -> condition.type() + "=" + condition.status() + "/" + condition.reason())
                .containsExactly("Ready=False/Refused", "Progressing=False/Refused", "Degraded=True/Refused");
        assertThat(condition(told, "Ready").message()).contains("quota");
        assertThat(Told.of(seen, told.status(), LATER).changed()).isFalse();
    }

    @Test
    void aSmallChangeOfAFigureIsNotWrittenAndALargeOneIs() {
        BlobCacheStatus before = Told.of(seen(COMPLETE, report(1000L << 30, 100L << 30)), null, FIRST)
                .status();
        assertThat(Told.of(seen(COMPLETE, report(995L << 30, 105L << 30)), before, LATER)
                        .changed())
                .isFalse();
        Told told = Told.of(seen(COMPLETE, report(1000L << 30, 120L << 30)), before, LATER);
        assertThat(told.changed()).isTrue();
        assertThat(told.status().toString()).contains("disk=TierStatus[capacity=0.98Ti, used=120Gi]");
    }

    @Test
    void whatIsBadIsTold() {
        AgentsReport bad = new AgentsReport(
                3,
                2,
                List.of("n3: connection refused"),
                List.of("n1"),
                true,
                List.of("n1"),
                List.of("n2"),
                List.of("n2"),
                null,
                null,
                null);
        Told told = Told.of(seen(COMPLETE, bad), null, FIRST);
        assertThat(told.status().conditions())
                .extracting(condition -> condition.type() + "=" + condition.status() + "/" + condition.reason())
                .containsExactly(
                        "Ready=True/AgentsServe",
                        "Progressing=False/UpToDate",
                        "Degraded=True/AgentsSilent",
                        "SourceReachable=False/RequestsFail",
                        "PeersHealthy=False/PeersFail",
                        "DiskPressure=True/TierLimited");
    }

    @Test
    void whetherItIsMonitoredIsToldOfThoseWhoAskForItOnly() {
        BlobCacheStatus before =
                Told.of(monitored(Monitoring.of(State.ABSENT)), null, FIRST).status();
        assertThat(before.conditions()).hasSize(7).last().satisfies(told -> {
            assertThat(told.type()).isEqualTo("Monitored");
            assertThat(told.status() + "/" + told.reason()).isEqualTo("False/NoPodMonitors");
            assertThat(told.message()).contains("podmonitors.monitoring.coreos.com", "spec.observability.podMonitor");
        });
        assertThat(Told.of(monitored(Monitoring.of(State.ABSENT)), before, LATER)
                        .changed())
                .isFalse();
        assertThat(Told.of(monitored(Monitoring.of(State.TOLD)), before, LATER).transitions())
                .extracting(StatusCondition::type, StatusCondition::status)
                .containsExactly(tuple("Monitored", "True"));
        assertThat(condition(Told.of(monitored(new Monitoring(State.REFUSED, "bad label")), before, LATER), "Monitored")
                        .message())
                .contains("bad label");
        assertThat(Told.of(monitored(Monitoring.NOT_WANTED), before, LATER)
                        .status()
                        .conditions())
                .hasSize(6);
    }

    private static Seen monitored(Monitoring monitoring) {
        return new Seen(1, List.of(), "", COMPLETE, List.of(), AgentsReport.NONE, monitoring);
    }

    private static void assertReady(Rollout rollout, String ready, String progressing) {
        Told told = Told.of(seen(rollout, AgentsReport.NONE), null, FIRST);
        assertThat(shown(told, "Ready")).as("Ready of %s", rollout).isEqualTo(ready);
        assertThat(shown(told, "Progressing")).as("Progressing of %s", rollout).isEqualTo(progressing);
    }

    private static String shown(Told told, String type) {
        return condition(told, type).status() + "/" + condition(told, type).reason();
    }

    private static StatusCondition condition(Told told, String type) {
        return Objects.requireNonNull(told.status().conditions()).stream()
                .filter(condition -> condition.type().equals(type))
                .findFirst()
                .orElseThrow();
    }

    private static Seen seen(Rollout rollout, AgentsReport report) {
        return new Seen(1, List.of(), "", rollout, List.of(), report, Monitoring.NOT_WANTED);
    }

    private static AgentsReport report(long capacity, long used) {
        return new AgentsReport(
                3,
                3,
                List.of(),
                List.of(),
                true,
                List.of(),
                List.of(),
                List.of(),
                null,
                new TierBytes(capacity, used),
                90);
    }
}
