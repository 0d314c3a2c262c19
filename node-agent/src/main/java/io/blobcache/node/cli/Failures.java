package io.blobcache.node.cli;

import io.blobcache.node.config.InvalidConfigException;
import io.blobcache.node.config.Problem;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.mounter.MountException;
import java.io.IOException;
import java.util.List;

/** The one place where what went wrong becomes an exit code and a line for the user. */
final class Failures {
    private Failures() {}

    static CommandFailure of(Throwable failure) {
        return switch (failure) {
            case CommandFailure known -> known;
            case InvalidConfigException invalid -> ofConfig(invalid);
            case BlobException blob -> new CommandFailure(ofSource(blob), line(blob), blob);
            case MountException mount -> new CommandFailure(ofMount(mount.reason()), line(mount), mount);
            case IOException io
            when fullDisk(io) -> new CommandFailure(ExitCode.DISK_FULL, line(io) + " (free space there)", io);
            case IOException io -> new CommandFailure(ExitCode.FAILED, line(io), io);
            case InterruptedException _ -> new CommandFailure(ExitCode.FAILED, "interrupted", failure);
            default ->
                new CommandFailure(
                        ExitCode.FAILED,
                        "this is a bug: " + failure.getClass().getSimpleName() + ": " + line(failure)
                                + " (run again with --verbose and report what it prints)",
                        failure);
        };
    }

    /** The system's text is all that java.nio keeps of ENOSPC and EDQUOT. */
    static boolean fullDisk(IOException failure) {
        String text = String.valueOf(failure.getMessage());
        return text.contains("No space left on device") || text.contains("Disk quota exceeded");
    }

    private static CommandFailure ofConfig(InvalidConfigException invalid) {
        List<String> lines = invalid.problems().stream().map(Problem::text).toList();
        return new CommandFailure(ExitCode.USAGE, lines, invalid);
    }

    private static ExitCode ofSource(BlobException failure) {
        return switch (failure) {
            case BlobException.NotFound _ -> ExitCode.SOURCE_MISSING;
            case BlobException.Denied _ -> ExitCode.DENIED;
            case BlobException.Unavailable _, BlobException.TimedOut _ -> ExitCode.SOURCE_UNREACHABLE;
            case BlobException.Changed _,
                    BlobException.Corrupt _,
                    BlobException.NoBuffer _,
                    BlobException.Interrupted _ -> ExitCode.FAILED;
        };
    }

    private static ExitCode ofMount(MountException.Reason reason) {
        return switch (reason) {
            case DIRECTORY_MISSING, NOT_A_DIRECTORY -> ExitCode.MOUNT_POINT_MISSING;
            case NOT_EMPTY -> ExitCode.MOUNT_POINT_NOT_EMPTY;
            case ALREADY_MOUNTED -> ExitCode.ALREADY_MOUNTED;
            case NO_DEVICE, NO_PERMISSION -> ExitCode.NO_FUSE;
            case NOT_SHARED -> ExitCode.USAGE;
            case NO_ANSWER, REFUSED -> ExitCode.FAILED;
        };
    }

    /** An error is one line, whatever its message holds. */
    private static String line(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank()
                ? failure.getClass().getSimpleName()
                : message.replaceAll("\\s*\\R\\s*", "; ").replaceAll("\\p{Cntrl}", "?");
    }
}
