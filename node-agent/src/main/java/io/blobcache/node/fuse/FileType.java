package io.blobcache.node.fuse;

/** What an inode is. The bits are S_IFMT's, of stat(2); d_type of readdir is the same value shifted by 12. */
public enum FileType {
    FILE(0100000),
    DIRECTORY(0040000),
    SYMLINK(0120000);

    private final int modeBits;

    FileType(int modeBits) {
        this.modeBits = modeBits;
    }

    public int modeBits() {
        return modeBits;
    }

    public int directoryEntryType() {
        return modeBits >>> 12;
    }
}
