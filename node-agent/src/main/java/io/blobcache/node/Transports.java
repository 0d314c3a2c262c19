package io.blobcache.node;

import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.FuseMount;
import io.blobcache.node.fuse.jnr.JnrMount;
import io.blobcache.node.fuse.kernel.KernelMount;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.mounter.InProcessMounter;
import io.blobcache.node.mounter.MountException;
import java.io.IOException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses between the two transports. */
final class Transports {
    private static final Logger LOG = LoggerFactory.getLogger(Transports.class);

    private Transports() {}

    /** @param config asked at each answer by the transport that can take changes */
    static FuseMount mount(
            MountSpec spec, Supplier<FuseConfig> config, FuseFileSystem fileSystem, FuseCounters counters)
            throws IOException {
        return switch (config.get().transport()) {
            case KERNEL -> kernel(spec, config, fileSystem, counters);
            case JNR -> jnr(spec, config.get(), fileSystem, counters);
            case AUTO -> {
                try {
                    yield kernel(spec, config, fileSystem, counters);
                } catch (MountException e) {
                    if (!mayBeLibfusesToSolve(e.reason())) {
                        throw e;
                    }
                    LOG.atWarn().addKeyValue("reason", e.getMessage()).log("falling back to transport jnr");
                    yield instead(e, spec, config.get(), fileSystem, counters);
                }
            }
        };
    }

    /** @throws MountException the kernel's if libfuse cannot either, because that one has a reason and a remedy */
    private static FuseMount instead(
            MountException kernels, MountSpec spec, FuseConfig config, FuseFileSystem fileSystem, FuseCounters counters)
            throws IOException {
        try {
            return jnr(spec, config, fileSystem, counters);
        } catch (MountException libfuses) {
            kernels.addSuppressed(libfuses);
            throw kernels;
        }
    }

    /** libfuse mounts through a setuid program where mount(2) is refused; it cannot help with a wrong directory. */
    private static boolean mayBeLibfusesToSolve(MountException.Reason reason) {
        return switch (reason) {
            case NO_PERMISSION, REFUSED, NO_ANSWER -> true;
            case NO_DEVICE, DIRECTORY_MISSING, NOT_A_DIRECTORY, NOT_EMPTY, ALREADY_MOUNTED, NOT_SHARED -> false;
        };
    }

    private static FuseMount kernel(
            MountSpec spec, Supplier<FuseConfig> config, FuseFileSystem fileSystem, FuseCounters counters)
            throws IOException {
        return KernelMount.mount(fileSystem, config, new InProcessMounter(), spec.directory(), spec.name(), counters);
    }

    private static FuseMount jnr(MountSpec spec, FuseConfig config, FuseFileSystem fileSystem, FuseCounters counters)
            throws IOException {
        return JnrMount.mount(fileSystem, config, spec.directory(), spec.name(), counters);
    }
}
