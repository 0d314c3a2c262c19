package io.blobcache.e2e.rig;

import java.nio.file.Path;

/** Makes the kernel forget what it has cached of some files; of these alone, for the machine has other users. */
public final class PageCache {
    private PageCache() {}

    /** A file, or all files below a directory; what cannot be opened has no pages either. */
    public static void forget(Path... places) {
        for (Path place : places) {
            // Dirty pages are not dropped: they are written back first.
            Shell.script(
                    "test ! -e \"$1\" || { sync -f \"$1\";"
                            + " find \"$1\" -type f -exec dd if={} iflag=nocache count=0 status=none ';'; }",
                    place);
        }
    }
}
