package io.blobcache.node.fuse;

import org.jspecify.annotations.Nullable;

/** Takes the entries of one readdir request until its buffer is full. */
public interface DirectorySink {

    /** Whether the request wants attributes with each name (READDIRPLUS). */
    boolean wantsAttributes();

    /**
     * Adds an entry without attributes.
     *
     * @param nextCookie where a later request goes on after this entry; never 0
     * @return {@code false} if it does not fit: it was not added, and no more will be
     */
    boolean add(String name, long inode, FileType type, long nextCookie);

    /**
     * Adds an entry with attributes, or with none ({@code null}: the kernel will look it up). If it was added with
     * attributes the caller has to add one to the inode's lookup count, except for {@code .} and {@code ..}.
     */
    boolean addWithAttributes(String name, @Nullable FuseEntry entry, FileType type, long nextCookie);
}
