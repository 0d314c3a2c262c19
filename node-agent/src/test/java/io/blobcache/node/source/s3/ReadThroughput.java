package io.blobcache.node.source.s3;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.demo.LocalBucket;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.Connections;
import io.blobcache.node.source.request.Retry;
import io.blobcache.node.source.request.Time;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.http.SdkHttpClient;

/**
 * Measures reading one object in blocks of 4 MiB: wall time and processor seconds of this process. Two processes, so
 * that the server's processor time is not counted: {@code serve} prints its address, {@code read} takes it.
 */
public final class ReadThroughput {
    private static final int BLOCK = 4 << 20;
    private static final long LENGTH = 1L << 30;

    private ReadThroughput() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("serve")) {
            LocalBucket bucket = LocalBucket.start("bench", Map.of("large", LENGTH), 1);
            System.out.println(bucket.endpoint());
            new CountDownLatch(1).await();
        }
        URI endpoint = URI.create(args[1]);
        int threads = Integer.parseInt(args[2]);
        SourceConfig config = SourceConfig.DEFAULT;
        SourceCounters counters = new SourceCounters();
        SdkHttpClient http = Connections.open(config);
        try (Source source = S3Sources.open(
                new SourceAddress.S3("bench", "", endpoint, "us-east-1", true),
                config,
                counters,
                new Retry(() -> config, counters, Time.SYSTEM, new Random(1)),
                http,
                () -> TestBuckets.credentials(TestBuckets.SECRET_KEY))) {
            for (int round = 0; round < 4; round++) {
                read(source, threads, round);
            }
        }
    }

    private static void read(Source source, int threads, int round) throws Exception {
        SourceEntry.File file = (SourceEntry.File) source.stat("large");
        Blob blob = new Blob(BlobId.of("b", "large", file.version()), "large", file.version(), file.lengthBytes());
        AtomicLong next = new AtomicLong();
        long began = System.nanoTime();
        double cpu = processorSeconds();
        try (Arena arena = Arena.ofShared();
                ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                MemorySegment into = arena.allocate(BLOCK);
                readers.add(executor.submit(() -> {
                    blocks(source, blob, next, into);
                    return null;
                }));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        double gigabytes = blob.lengthBytes() / 1e9;
        System.out.printf(
                "round %d threads %d: %.2f GB/s, %.3f processor seconds per GB%n",
                round, threads, gigabytes / seconds, (processorSeconds() - cpu) / gigabytes);
    }

    private static void blocks(Source source, Blob blob, AtomicLong next, MemorySegment into) throws BlobException {
        for (long offset = next.getAndAdd(BLOCK); offset < blob.lengthBytes(); offset = next.getAndAdd(BLOCK)) {
            source.read(blob, offset, (int) Math.min(BLOCK, blob.lengthBytes() - offset), into, _ -> {});
        }
    }

    private static double processorSeconds() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }
}
