package io.blobcache.operator.agents;

import io.blobcache.crd.BlobCache;
import io.fabric8.kubernetes.api.model.Pod;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.ResourceEventAware;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the agents of each resource every {@link #PERIOD} how they are, beside the reconciler, which takes the last report and
 * never waits for an agent. A report that differs from the one before is an event. At most {@value #AT_ONCE} agents are
 * asked at once, over all resources.
 */
public final class AgentsPolling extends AbstractEventSource<AgentsReport, BlobCache>
        implements ResourceEventAware<BlobCache> {
    private static final Logger LOG = LoggerFactory.getLogger(AgentsPolling.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration FIRST = Duration.ofSeconds(2);
    private static final int AT_ONCE = 64;

    private final Surroundings surroundings;
    private final Clock clock;
    private final AgentEndpoint endpoint = new AgentEndpoint();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final Map<ResourceID, Polled> polled = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("agents-timer").factory());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** What the polling has to know of a resource, as others see it now. */
    public interface Surroundings {
        List<Pod> pods(ResourceID cache);

        /** In the list that the agents are given. */
        int members(ResourceID cache);
    }

    private static final class Polled {
        final AgentsHistory history = new AgentsHistory();
        volatile AgentsReport report = AgentsReport.NONE;
        volatile @Nullable ScheduledFuture<?> next;
        volatile boolean gone;
    }

    public AgentsPolling(Surroundings surroundings, Clock clock) {
        super(AgentsReport.class, "agents");
        this.surroundings = surroundings;
        this.clock = clock;
    }

    /** The last one; {@link AgentsReport#NONE} before the first. */
    public AgentsReport report(ResourceID cache) {
        Polled last = polled.get(cache);
        return last == null ? AgentsReport.NONE : last.report;
    }

    @Override
    public Set<AgentsReport> getSecondaryResources(BlobCache cache) {
        return Set.of(report(ResourceID.fromResource(cache)));
    }

    @Override
    public void onResourceCreated(BlobCache cache) {
        ResourceID id = ResourceID.fromResource(cache);
        polled.computeIfAbsent(id, _ -> {
            Polled begun = new Polled();
            schedule(id, begun, FIRST);
            return begun;
        });
    }

    @Override
    public void onResourceDeleted(BlobCache cache) {
        Polled ended = polled.remove(ResourceID.fromResource(cache));
        if (ended != null) {
            ended.gone = true;
            ScheduledFuture<?> next = ended.next;
            if (next != null) {
                next.cancel(false);
            }
        }
    }

    @Override
    public void stop() {
        super.stop();
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private void schedule(ResourceID id, Polled state, Duration delay) {
        if (!state.gone && !timer.isShutdown()) {
            state.next = timer.schedule(
                    () -> threads.execute(() -> poll(id, state)), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void poll(ResourceID id, Polled state) {
        try {
            AgentsReport report = state.history.report(ask(id), surroundings.members(id), clock.instant());
            boolean news = !report.equals(state.report);
            state.report = report;
            if (news && !state.gone) {
                getEventHandler().handleEvent(new Event(id));
            }
        } catch (InterruptedException _) {
            // The operator ends.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("cache", id).setCause(e).log("asking agents failed");
        } finally {
            schedule(id, state, PERIOD);
        }
    }

    private List<AgentAnswer> ask(ResourceID id) throws InterruptedException {
        List<Callable<AgentAnswer>> questions = surroundings.pods(id).stream()
                .filter(AgentsPolling::reachable)
                .<Callable<AgentAnswer>>map(pod -> () -> ask(pod))
                .toList();
        List<Future<AgentAnswer>> answers = threads.invokeAll(questions);
        return answers.stream().map(AgentsPolling::result).toList();
    }

    private AgentAnswer ask(Pod pod) throws InterruptedException {
        slots.acquire();
        try {
            return endpoint.ask(pod, ready(pod));
        } finally {
            slots.release();
        }
    }

    private static AgentAnswer result(Future<AgentAnswer> answer) {
        try {
            return answer.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("an agent could not be asked", e);
        }
    }

    static boolean reachable(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && "Running".equals(pod.getStatus().getPhase())
                && pod.getStatus().getPodIP() != null;
    }

    static boolean ready(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready")
                        && condition.getStatus().equals("True"));
    }
}
