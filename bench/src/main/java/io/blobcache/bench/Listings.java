package io.blobcache.bench;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.util.ArrayDeque;
import java.util.Deque;

/** The listing itself: what a find through a mount has to do at least. */
record Listings(Source source) {

    /** Directory by directory, one request after the other, as a find does. Returns the files seen. */
    long walk(String root) throws BlobException {
        Deque<String> directories = new ArrayDeque<>();
        directories.push(root);
        long files = 0;
        while (!directories.isEmpty()) {
            String directory = directories.pop();
            String token = "";
            do {
                ListingPage page = source.list(directory, token);
                for (SourceEntry entry : page.entries()) {
                    switch (entry) {
                        case SourceEntry.Directory below -> directories.push(below.path());
                        case SourceEntry.File _, SourceEntry.Symlink _ -> files++;
                    }
                }
                token = page.nextToken();
            } while (!token.isEmpty());
        }
        return files;
    }
}
