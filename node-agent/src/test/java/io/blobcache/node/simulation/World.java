package io.blobcache.node.simulation;

import io.blobcache.node.model.NanoClock;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Time and threads of a simulation. All threads are virtual ones on one real thread, which runs one of them until it waits,
 * then the next: so the order of everything follows from the seed. When all of them wait, time moves on to the next event.
 *
 * <p>The scheduler of a virtual thread can be chosen only by a constructor of the JDK's own tests, which is why tests run
 * with {@code --add-opens java.base/java.lang}.
 */
final class World implements NanoClock {
    private static final Method NEW_THREAD = newThread();

    private final Thread home = Thread.currentThread();

    /** Outsiders may add, so that it can be said that they did. */
    private final Queue<Runnable> ready = new ConcurrentLinkedQueue<>();

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SplittableRandom random;
    private volatile String outsider = "";
    private long nowNanos;
    private long eventCount;
    private long liveThreads;

    /** Something that happens at a time; of two at the same time the first that was asked for comes first. */
    static final class Event implements Comparable<Event> {
        private final long atNanos;
        private final long order;
        private @Nullable Runnable action;

        private Event(long atNanos, long order, Runnable action) {
            this.atNanos = atNanos;
            this.order = order;
            this.action = action;
        }

        void cancel() {
            action = null; // What it would have touched may be forgotten.
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    World(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The only source of chance. */
    SplittableRandom random() {
        return random;
    }

    @Override
    public long getAsLong() {
        return nowNanos;
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The callers loop.
    public long await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        long deadline = nowNanos + nanos;
        Event end = after(nanos, () -> wake(lock, condition));
        try {
            condition.await();
        } finally {
            end.cancel();
        }
        return deadline - nowNanos;
    }

    private static void wake(Lock lock, Condition condition) {
        lock.lock();
        try {
            condition.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Runs an action on a thread of its own, so long from now. */
    Event after(long nanos, Runnable action) {
        Event event = new Event(nowNanos + Math.max(0, nanos), eventCount++, action);
        events.add(event);
        return event;
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        Thread sleeper = Thread.currentThread();
        boolean[] over = new boolean[1];
        Event end = after(nanos, () -> {
            over[0] = true;
            LockSupport.unpark(sleeper);
        });
        while (!over[0]) {
            LockSupport.park();
            if (Thread.interrupted()) {
                end.cancel();
                throw new InterruptedException();
            }
        }
    }

    /** Starts threads of this world. */
    Executor threads() {
        return this::start;
    }

    void start(Runnable task) {
        thread(task).start();
    }

    private Thread thread(Runnable task) {
        try {
            return (Thread) NEW_THREAD.invoke(null, (Executor) this::ready, "simulated", 0, (Runnable) () -> run(task));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK makes virtual threads in another way", e);
        }
    }

    private void ready(Runnable next) {
        Thread waker = Thread.currentThread();
        if (waker != home && !waker.isVirtual()) {
            outsider = waker.getName();
        }
        ready.add(next);
    }

    private void run(Runnable task) {
        liveThreads++;
        try {
            task.run();
        } finally {
            liveThreads--;
        }
    }

    /**
     * Lets the world go on until nothing happens any more, or it is so late; by the thread that made it.
     *
     * @throws IllegalStateException if one of its threads waited for something outside, such as a lock that a thread of a
     *     pool held: meanwhile time went on here, as far as chance would have it
     */
    void run(Duration limit) {
        while (true) {
            for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
                next.run();
            }
            if (!outsider.isEmpty()) {
                throw new IllegalStateException("a thread of the simulation was woken from outside, by " + outsider);
            }
            Event event = events.poll();
            if (event == null || event.atNanos > limit.toNanos()) {
                return;
            }
            Runnable action = event.action;
            if (action != null) {
                nowNanos = event.atNanos;
                start(action);
            }
        }
    }

    /** Threads that have not ended: after {@link #run} they wait for ever. */
    long liveThreads() {
        return liveThreads;
    }

    private static Method newThread() {
        try {
            Method method = Class.forName("java.lang.ThreadBuilders")
                    .getDeclaredMethod("newVirtualThread", Executor.class, String.class, int.class, Runnable.class);
            method.setAccessible(true);
            return method;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK makes virtual threads in another way", e);
        }
    }
}
