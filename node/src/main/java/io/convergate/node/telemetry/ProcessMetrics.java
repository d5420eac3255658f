package io.convergate.node.telemetry;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.RuntimeMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** The process and its virtual machine, by the names that Prometheus' own clients use. */
final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;
    private static final long KIB = 1024;

    private ProcessMetrics() {}

    static void register(Gauges gauges) {
        RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        gauges.register(
                "process_start_time_seconds",
                "When the process started, in seconds since 1970",
                () -> runtime.getStartTime() / MILLIS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            gauges.register(
                    "process_cpu_seconds_total",
                    "Processor time, in user mode and in the kernel",
                    () -> unix.getProcessCpuTime() / NANOS);
            gauges.register("process_open_fds", "Open file descriptors", unix::getOpenFileDescriptorCount);
            gauges.register("process_max_fds", "The most that may be open", unix::getMaxFileDescriptorCount);
        }
        gauges.register("process_resident_memory_bytes", "Resident memory", ProcessMetrics::resident);
        gauges.register(
                "jvm_memory_used_bytes",
                "Memory in use",
                "area",
                () -> Map.of(
                        "heap", memory.getHeapMemoryUsage().getUsed(),
                        "nonheap", memory.getNonHeapMemoryUsage().getUsed()));
        gauges.register(
                "jvm_memory_max_bytes",
                "The most memory that may be in use",
                "area",
                () -> Map.of("heap", memory.getHeapMemoryUsage().getMax()));
        gauges.register(
                "jvm_buffer_pool_used_bytes",
                "Memory in buffers outside of the heap",
                "pool",
                () -> ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .collect(Collectors.toMap(BufferPoolMXBean::getName, BufferPoolMXBean::getMemoryUsed)));
        gauges.register(
                "jvm_gc_collections_total",
                "Collections of garbage",
                "gc",
                () -> ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .collect(Collectors.toMap(
                                GarbageCollectorMXBean::getName, GarbageCollectorMXBean::getCollectionCount)));
        gauges.register(
                "jvm_gc_collection_seconds_total",
                "Time spent with it",
                "gc",
                () -> ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .collect(Collectors.toMap(
                                GarbageCollectorMXBean::getName, gc -> gc.getCollectionTime() / MILLIS)));
        gauges.register("jvm_threads_current", "Threads", ManagementFactory.getThreadMXBean()::getThreadCount);
    }

    /** Bytes; 0 where there is no such file. */
    private static double resident() {
        try (var lines = Files.lines(STATUS)) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
