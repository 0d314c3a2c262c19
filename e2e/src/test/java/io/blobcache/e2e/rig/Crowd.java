package io.blobcache.e2e.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Many readers that begin at the same moment, each a thread of its own as the kernel counts them. */
public final class Crowd {
    /** Readers hold a buffer of 64 KiB and little stack; a thousand of them are one small process. */
    private static final int STACK_BYTES = 256 << 10;

    private Crowd() {}

    /** What one reader does. */
    @FunctionalInterface
    public interface Reader<T> {
        T read(int number) throws Exception;
    }

    /** How one reader's reading ended: with what, or why not, and when. */
    public record Outcome<T>(
            @org.jspecify.annotations.Nullable T value, String failure, Duration took) {}

    /** All outcomes; fails if one has not ended within {@code limit}. */
    public static <T> List<Outcome<T>> read(int readers, Duration limit, Reader<T> reader) {
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(task -> new Thread(null, task, "reader", STACK_BYTES));
        try {
            List<Future<Outcome<T>>> running = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    start.await();
                    return timed(reader, number);
                }));
            }
            start.countDown();
            return collect(running, limit);
        } finally {
            threads.shutdownNow();
        }
    }

    private static <T> Outcome<T> timed(Reader<T> reader, int number) {
        long began = System.nanoTime();
        try {
            T value = reader.read(number);
            return new Outcome<>(value, "", Duration.ofNanos(System.nanoTime() - began));
        } catch (Exception e) {
            return new Outcome<>(null, e.toString(), Duration.ofNanos(System.nanoTime() - began));
        }
    }

    private static <T> List<Outcome<T>> collect(List<Future<Outcome<T>>> running, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        List<Outcome<T>> outcomes = new ArrayList<>();
        try {
            for (Future<Outcome<T>> one : running) {
                outcomes.add(one.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS));
            }
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "after " + limit + " " + outcomes.size() + " of " + running.size() + " readers", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } catch (ExecutionException e) {
            throw new AssertionError("a reader could not start", e);
        }
        return outcomes;
    }
}
