package io.blobcache.node.warmup;

import io.blobcache.node.fs.listing.NameRules;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.StoredPath;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.util.List;

/**
 * Walks to the files that some globs mean, each file once. It keeps one page of names a directory on the way down and no
 * list of files, so that a tree of any size takes little memory.
 */
final class TreeWalk {
    /** A path of S3 has at most 1,024 bytes: half as many names. */
    private static final int MAX_DEPTH = 512;

    private final Source source;
    private final Attempts attempts;
    private final List<PathGlob> globs;
    private final Visitor visitor;

    /** Told by the thread that walks. */
    interface Visitor {
        void file(SourceEntry.File file) throws InterruptedException;

        /** What cannot be walked: a path that is not there, a directory that cannot be listed, a glob without a match. */
        void failed(String path, String reason);
    }

    TreeWalk(Source source, Attempts attempts, List<PathGlob> globs, Visitor visitor) {
        this.source = source;
        this.attempts = attempts;
        this.globs = List.copyOf(globs);
        this.visitor = visitor;
    }

    /** @throws InterruptedException if this thread was interrupted */
    void walk() throws InterruptedException {
        for (int index = 0; index < globs.size(); index++) {
            new One(index).walk();
        }
    }

    private final class One {
        private final int index;
        private final PathGlob glob;
        private boolean failed;
        private boolean matched;

        One(int index) {
            this.index = index;
            this.glob = globs.get(index);
        }

        void walk() throws InterruptedException {
            if (glob.literal()) {
                stat();
                return;
            }
            String root = glob.root();
            long places = glob.placesIn(root);
            if (places != 0) {
                directory(root, places, 0);
            }
            if (!matched && !failed) {
                visitor.failed(glob.text(), "matches no file");
            }
        }

        private void stat() throws InterruptedException {
            try {
                switch (attempts.of(_ -> source.stat(glob.path()))) {
                    case SourceEntry.File file -> matched(file);
                    case SourceEntry.Directory _ -> directory(glob.path(), 0, 0);
                    case SourceEntry.Symlink _ -> visitor.failed(glob.text(), "is a link: name what it points to");
                }
            } catch (BlobException e) {
                fail(glob.text(), e);
            }
        }

        private void directory(String directory, long places, int depth) throws InterruptedException {
            String token = "";
            try {
                do {
                    String after = token;
                    ListingPage page = attempts.of(_ -> source.list(directory, after));
                    for (SourceEntry entry : page.entries()) {
                        String name = NameRules.childName(directory, entry.path());
                        if (name != null) {
                            entry(entry, name, places, depth);
                        }
                    }
                    token = page.nextToken();
                } while (!token.isEmpty());
            } catch (BlobException e) {
                fail(directory, e);
            }
        }

        private void entry(SourceEntry entry, String name, long places, int depth) throws InterruptedException {
            long next = glob.literal() ? 0 : glob.after(places, name);
            boolean inside = glob.literal() || next != 0;
            switch (entry) {
                case SourceEntry.File file -> {
                    if (glob.literal() || glob.accepts(next)) {
                        matched(file);
                    }
                }
                case SourceEntry.Directory below -> {
                    // Stored content is no part of the tree; it is warmed by its name.
                    if (inside && depth < MAX_DEPTH && !below.path().equals(StoredPath.ROOT)) {
                        directory(below.path(), next, depth + 1);
                    }
                }
                case SourceEntry.Symlink _ -> {} // What it points to is warmed where it is.
            }
        }

        private void matched(SourceEntry.File file) throws InterruptedException {
            matched = true;
            for (PathGlob earlier : globs.subList(0, index)) {
                if (earlier.matches(file.path())) {
                    return;
                }
            }
            visitor.file(file);
        }

        private void fail(String path, BlobException reason) throws InterruptedException {
            if (reason instanceof BlobException.Interrupted) {
                throw new InterruptedException("the walk was ended");
            }
            failed = true;
            visitor.failed(path, String.valueOf(reason.getMessage()));
        }
    }
}
