package io.blobcache.node.fs;

import io.blobcache.node.fs.listing.Entry;
import io.blobcache.node.fs.listing.NameRules;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.FuseAttributes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A file, link or directory that the kernel knows: 64 bytes, and an array with its name and version. Its path is its
 * parent's and its name, so a million of them take 140 MB. What may change without making another inode of it are its
 * times and its executable bit.
 */
sealed class Inode permits DirectoryInode {
    private static final FileType[] TYPES = FileType.values();

    private final long number;
    private final DirectoryInode parent;
    private final byte[] nameAndDetail;
    private final short nameBytes;
    private final byte type;
    private final long lengthBytes;
    private volatile boolean executable;
    private volatile long modifiedNanos;
    private volatile long checkedMillis;

    /** The kernel's lookups less what it forgot; guarded by the stripe of the table that holds this. */
    long lookups;

    /** @param parent {@code null} for the root, which is its own parent */
    Inode(@Nullable DirectoryInode parent, Entry entry, long checkedMillis) {
        byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
        byte[] detail = entry.detail().getBytes(StandardCharsets.UTF_8);
        this.nameAndDetail = Arrays.copyOf(name, name.length + detail.length);
        System.arraycopy(detail, 0, nameAndDetail, name.length, detail.length);
        this.nameBytes = (short) name.length;
        this.number = entry.inode();
        this.parent = parent != null ? parent : (DirectoryInode) this;
        this.type = (byte) entry.type().ordinal();
        this.lengthBytes = entry.lengthBytes();
        this.executable = entry.executable();
        this.modifiedNanos = entry.modifiedNanos();
        this.checkedMillis = checkedMillis;
    }

    final long number() {
        return number;
    }

    final DirectoryInode parent() {
        return parent;
    }

    final FileType type() {
        return TYPES[type];
    }

    final long lengthBytes() {
        return lengthBytes;
    }

    final String name() {
        return new String(nameAndDetail, 0, nameBytes, StandardCharsets.UTF_8);
    }

    /** A file's version, a link's target. */
    final String detail() {
        return new String(nameAndDetail, nameBytes, nameAndDetail.length - nameBytes, StandardCharsets.UTF_8);
    }

    String path() {
        return NameRules.path(parent.path(), name());
    }

    /** When the source last said that this is what stands at the path. */
    final long checkedMillis() {
        return checkedMillis;
    }

    final void checked(long atMillis) {
        checkedMillis = atMillis;
    }

    /** An older word of the source changes nothing. */
    final void update(Entry entry, long atMillis) {
        if (atMillis < checkedMillis) {
            return;
        }
        executable = entry.executable();
        modifiedNanos = entry.modifiedNanos();
        checkedMillis = atMillis;
    }

    /** Whether an entry with this number is this inode, and not one that has it by an accident of the digest. */
    final boolean is(DirectoryInode directory, Entry entry) {
        return type() == entry.type()
                && directory.path().equals(parent.path())
                && name().equals(entry.name())
                && detail().equals(entry.detail());
    }

    final FuseAttributes attributes(int userId, int groupId) {
        long modified = modifiedNanos;
        int permissions = switch (type()) {
            case FILE -> executable ? 0555 : 0444;
            case DIRECTORY -> 0555;
            case SYMLINK -> 0777;
        };
        return new FuseAttributes(
                number,
                type(),
                lengthBytes,
                Math.floorDiv(modified, 1_000_000_000L),
                (int) Math.floorMod(modified, 1_000_000_000L),
                permissions,
                1,
                userId,
                groupId);
    }
}
