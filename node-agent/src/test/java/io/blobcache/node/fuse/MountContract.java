package io.blobcache.node.fuse;

import java.nio.file.Path;

/**
 * What a program may expect of a mount, whatever serves it: a test class that mounts {@link ExampleTree} implements this
 * and gets every test of its parts. The tools of the system do the comparing.
 */
public interface MountContract extends ReadContract, ListingContract, RefusalContract {

    /** Where the tree is mounted. */
    @Override
    Path mount();

    /** A plain directory with the same tree, made by {@link ExampleTree#create}. */
    @Override
    Path expected();
}
