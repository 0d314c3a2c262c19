package io.blobcache.node.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What every process and every Java tells of itself. A figure that the platform does not have is NaN. */
final class ProcessMeters {
    private static final Path STATUS = Path.of("/proc/self/status");

    private ProcessMeters() {}

    static void bind(Meters meters) {
        meters.count(Metric.PROCESS_CPU, () -> ofSystem(UnixOperatingSystemMXBean::getProcessCpuTime) / 1e9);
        meters.gauge(Metric.PROCESS_OPEN_FILES, () -> ofSystem(UnixOperatingSystemMXBean::getOpenFileDescriptorCount));
        meters.gauge(Metric.PROCESS_MAX_FILES, () -> ofSystem(UnixOperatingSystemMXBean::getMaxFileDescriptorCount));
        meters.gauge(Metric.PROCESS_RESIDENT, () -> statusBytes("VmRSS:"));
        meters.gauge(Metric.PROCESS_VIRTUAL, () -> statusBytes("VmSize:"));
        double startedSeconds = ManagementFactory.getRuntimeMXBean().getStartTime() / 1000.0;
        meters.gauge(Metric.PROCESS_START, () -> startedSeconds);

        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory(meters, "heap", memory::getHeapMemoryUsage);
        memory(meters, "nonheap", memory::getNonHeapMemoryUsage);
        meters.count(Metric.JVM_COLLECTIONS, () -> ofCollectors(GarbageCollectorMXBean::getCollectionCount));
        meters.count(
                Metric.JVM_COLLECTION_SECONDS, () -> ofCollectors(GarbageCollectorMXBean::getCollectionTime) / 1000.0);
        meters.gauge(
                Metric.JVM_THREADS, () -> ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private static void memory(Meters meters, String area, Supplier<MemoryUsage> usage) {
        meters.gauge(Metric.JVM_MEMORY_USED, () -> usage.get().getUsed(), area);
        meters.gauge(Metric.JVM_MEMORY_COMMITTED, () -> usage.get().getCommitted(), area);
        meters.gauge(Metric.JVM_MEMORY_MAX, () -> usage.get().getMax(), area);
    }

    private static long ofCollectors(ToLongFunction<GarbageCollectorMXBean> figure) {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(figure)
                .sum();
    }

    private static double ofSystem(ToLongFunction<UnixOperatingSystemMXBean> figure) {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? figure.applyAsLong(system)
                : Double.NaN;
    }

    private static double statusBytes(String key) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(key))
                    .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN; // No Linux.
        }
    }
}
