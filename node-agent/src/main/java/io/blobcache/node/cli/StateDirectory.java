package io.blobcache.node.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The state directory of one agent, held by this process alone while it is open. */
final class StateDirectory implements AutoCloseable {
    private static final String LOCK_FILE = "agent.lock";

    private final FileChannel lockFile;

    private StateDirectory(FileChannel lockFile) {
        this.lockFile = lockFile;
    }

    /** One stable directory for each source, so that a second mount finds what the first has cached. */
    static Path defaultFor(String source, Map<String, String> environment) {
        Path base = Path.of("/var/cache/blobcache");
        if (!"root".equals(System.getProperty("user.name"))) {
            String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
            base = cache.isEmpty()
                    ? Path.of(System.getProperty("user.home"), ".cache", "blobcache")
                    : Path.of(cache, "blobcache");
        }
        String readable = source.replaceAll("[^A-Za-z0-9.]+", "-");
        String shortened = readable.substring(0, Math.min(readable.length(), 40));
        return base.resolve(shortened + "-" + MountRegistry.digest(source).substring(0, 8));
    }

    /** Creates the directory if need be, and takes it. */
    static StateDirectory open(Path directory) throws CommandFailure {
        FileChannel lockFile = null;
        try {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            lockFile =
                    FileChannel.open(directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (lock(lockFile) != null) {
                return new StateDirectory(lockFile);
            }
        } catch (IOException e) {
            close(lockFile);
            throw notWritable(directory, e);
        }
        close(lockFile);
        throw new CommandFailure(
                ExitCode.IN_USE,
                "state directory %s is in use by another agent: unmount it first, or choose another with --state"
                        .formatted(directory));
    }

    private static CommandFailure notWritable(Path directory, IOException e) {
        return Failures.fullDisk(e)
                ? new CommandFailure(
                        ExitCode.DISK_FULL,
                        "the disk of state directory %s is full (%s): free space on it, or choose another with --state"
                                .formatted(directory, reason(e)),
                        e)
                : new CommandFailure(
                        ExitCode.STATE_NOT_WRITABLE,
                        "state directory %s cannot be written (%s): choose another with --state"
                                .formatted(directory, reason(e)),
                        e);
    }

    @Override
    public void close() {
        close(lockFile);
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    private static void close(@Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("a lock file cannot be closed", e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.FileAlreadyExistsException _ -> "it is not a directory";
            case java.nio.file.FileSystemException f when f.getReason() != null -> f.getReason();
            default -> e.getClass().getSimpleName();
        };
    }
}
