package io.blobcache.operator.agents;

import io.blobcache.crd.BlobCacheWarmup;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.javaoperatorsdk.operator.processing.event.Event;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the agents of a BlobCache how far their warmups are, as long as one is under way: soon after its begin, for most are
 * short, then every ten seconds. One question an agent, however many warmups there are. Answers that differ from the ones
 * before are an event of each warmup that is under way.
 */
public final class WarmupPolling extends AbstractEventSource<WarmupAnswers, BlobCacheWarmup> {
    private static final Logger LOG = LoggerFactory.getLogger(WarmupPolling.class);

    /** Each may become a write of the status, so no more often than this for long. */
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private static final List<Duration> FIRST =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(3), Duration.ofSeconds(5));

    /** An agent that is started anew is back by then; a node that is gone for longer holds no warmup up. */
    private static final Duration GRACE = Duration.ofMinutes(2);

    private static final int AT_ONCE = 64;

    private final Surroundings surroundings;
    private final Clock clock;
    private final AgentEndpoint endpoint = new AgentEndpoint();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final Map<ResourceID, WarmupAnswers> answers = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("warmups-timer").factory());
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** What the polling has to know, as others see it now. */
    public interface Surroundings {
        List<Pod> pods(ResourceID cache);

        /** Warmups of a cache that are under way. */
        Set<ResourceID> underWay(ResourceID cache);
    }

    public WarmupPolling(Surroundings surroundings, Clock clock) {
        super(WarmupAnswers.class, "warmups");
        this.surroundings = surroundings;
        this.clock = clock;
    }

    /** The last ones; {@link WarmupAnswers#NONE} before the first. */
    public WarmupAnswers answers(ResourceID cache) {
        return answers.getOrDefault(cache, WarmupAnswers.NONE);
    }

    /** A warmup of this cache is under way: its agents are asked until none is. */
    public void follow(ResourceID cache) {
        if (answers.putIfAbsent(cache, WarmupAnswers.NONE) == null) {
            schedule(cache, 0);
        }
    }

    @Override
    public Set<WarmupAnswers> getSecondaryResources(BlobCacheWarmup warmup) {
        return Set.of();
    }

    @Override
    public void stop() {
        super.stop();
        timer.shutdownNow();
        threads.shutdownNow();
    }

    private void schedule(ResourceID cache, int asked) {
        Duration delay = asked < FIRST.size() ? FIRST.get(asked) : PERIOD;
        if (!timer.isShutdown()) {
            ScheduledFuture<?> _ = timer.schedule(
                    () -> threads.execute(() -> poll(cache, asked)), delay.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void poll(ResourceID cache, int asked) {
        try {
            Set<ResourceID> followers = surroundings.underWay(cache);
            if (followers.isEmpty()) {
                answers.remove(cache);
                return;
            }
            WarmupAnswers last = answers(cache);
            List<Pod> pods = surroundings.pods(cache);
            WarmupAnswers now = last.then(clock.instant(), nodes(pods), ask(pods));
            answers.put(cache, now);
            if (!now.sayTheSameAs(last)) {
                followers.forEach(warmup -> getEventHandler().handleEvent(new Event(warmup)));
            }
        } catch (InterruptedException _) {
            // The operator ends.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.atError().addKeyValue("cache", cache).setCause(e).log("asking agents for warmups failed");
        } finally {
            if (answers.containsKey(cache)) {
                schedule(cache, asked + 1);
            }
        }
    }

    private static List<String> nodes(List<Pod> pods) {
        return pods.stream()
                .map(pod -> pod.getSpec().getNodeName())
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }

    private List<WarmupAnswers.Answer> ask(List<Pod> pods) throws InterruptedException {
        List<Callable<WarmupAnswers.Answer>> questions = pods.stream()
                .filter(AgentsPolling::reachable)
                .<Callable<WarmupAnswers.Answer>>map(pod -> () -> ask(pod))
                .toList();
        List<WarmupAnswers.Answer> all = new ArrayList<>();
        for (Future<WarmupAnswers.Answer> answer : threads.invokeAll(questions)) {
            try {
                all.add(answer.get());
            } catch (ExecutionException e) {
                throw new IllegalStateException("an agent could not be asked", e);
            }
        }
        return all;
    }

    private WarmupAnswers.Answer ask(Pod pod) throws InterruptedException {
        slots.acquire();
        try {
            return new WarmupAnswers.Answer(
                    pod.getSpec().getNodeName(), serves(pod, clock.instant()), endpoint.warmups(pod));
        } finally {
            slots.release();
        }
    }

    static boolean serves(Pod pod, Instant now) {
        return AgentsPolling.ready(pod)
                || pod.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals("Ready"))
                        .map(PodCondition::getLastTransitionTime)
                        .filter(time -> time != null && !time.isEmpty())
                        .anyMatch(time ->
                                Duration.between(Instant.parse(time), now).compareTo(GRACE) < 0);
    }
}
