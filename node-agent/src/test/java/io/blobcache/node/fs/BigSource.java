package io.blobcache.node.fs;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.SourceEntry;
import java.util.ArrayList;
import java.util.List;

/** Directories of which nothing is kept: the page is made when it is asked for. */
class BigSource extends TreeSource {
    private final int directories;
    private final int files;

    /** @param directories in the root, each with so many files; none: so many files in the root */
    BigSource(int directories, int files) {
        this.directories = directories;
        this.files = files;
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        lists.incrementAndGet();
        boolean ofDirectories = directory.isEmpty() && directories > 0;
        String prefix = directory.isEmpty() ? "" : directory + "/";
        int first = afterToken.isEmpty() ? 0 : Integer.parseInt(afterToken);
        int count = ofDirectories ? directories : files;
        int end = Math.min(first + 1000, count);
        List<SourceEntry> entries = new ArrayList<>();
        for (int i = first; i < end; i++) {
            entries.add(
                    ofDirectories
                            ? new SourceEntry.Directory("dir-%08d".formatted(i), MODIFIED)
                            : new SourceEntry.File(
                                    prefix + "object-%08d.bin".formatted(i),
                                    "\"d41d8cd98f00b204e9800998%08x\"".formatted(i),
                                    i,
                                    MODIFIED,
                                    false));
        }
        return new ListingPage(entries, end < count ? Integer.toString(end) : "");
    }
}
