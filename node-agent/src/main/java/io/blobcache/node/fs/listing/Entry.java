package io.blobcache.node.fs.listing;

import io.blobcache.node.fuse.FileType;
import io.blobcache.node.source.SourceEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A name in a directory and all that stat(2) and open(2) want to know of it.
 *
 * @param detail        a file's version, a link's target, nothing of a directory
 * @param modifiedNanos since 1970; times before 1677 and after 2262 are moved to these
 */
public record Entry(
        String name,
        FileType type,
        boolean executable,
        long inode,
        long lengthBytes,
        long modifiedNanos,
        String detail) {

    /** An ETag has 34 to 38 characters, mtime-size up to 40; what is longer is no version of a well-meaning source. */
    private static final int MAX_VERSION_BYTES = 1024;

    /**
     * The entry that a source's answer makes, or {@code null} if it cannot be shown.
     *
     * @param directoryTime modification time of directories that have none, as in an object store
     */
    public static @Nullable Entry of(
            SourceEntry found, String path, String name, InodeNumbers inodes, Instant directoryTime) {
        return switch (found) {
            case SourceEntry.File file ->
                file.lengthBytes() < 0 || !fits(file.version(), MAX_VERSION_BYTES)
                        ? null
                        : new Entry(
                                name,
                                FileType.FILE,
                                file.executable(),
                                inodes.file(path, file.version()),
                                file.lengthBytes(),
                                nanos(file.modified()),
                                file.version());
            case SourceEntry.Directory directory ->
                new Entry(
                        name,
                        FileType.DIRECTORY,
                        true,
                        inodes.directory(path),
                        0,
                        nanos(directory.modified().equals(Instant.EPOCH) ? directoryTime : directory.modified()),
                        "");
            case SourceEntry.Symlink link ->
                link.target().isEmpty()
                                || link.target().indexOf('\0') >= 0
                                || !fits(link.target(), NameRules.MAX_TARGET_BYTES)
                        ? null
                        : new Entry(
                                name,
                                FileType.SYMLINK,
                                true,
                                inodes.link(path, link.target()),
                                link.target().getBytes(StandardCharsets.UTF_8).length,
                                nanos(link.modified()),
                                link.target());
        };
    }

    /** Length is looked at first: nothing is allocated by what a source claims. */
    private static boolean fits(String text, int maxBytes) {
        if (text.length() > maxBytes) {
            return false;
        }
        int bytes = NameRules.utf8Length(text);
        return bytes >= 0 && bytes <= maxBytes;
    }

    /** One number, so that it can be replaced in one step; a long of nanoseconds holds 292 years on either side. */
    public static long nanos(Instant time) {
        long maxSeconds = Long.MAX_VALUE / 1_000_000_000 - 1;
        long seconds = Math.clamp(time.getEpochSecond(), -maxSeconds, maxSeconds);
        return seconds * 1_000_000_000 + time.getNano();
    }
}
