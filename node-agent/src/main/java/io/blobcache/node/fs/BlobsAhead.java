package io.blobcache.node.fs;

import io.blobcache.node.model.Blob;
import java.util.function.Consumer;

/** Fetches whole blobs before anybody opens them. Thread-safe. */
interface BlobsAhead {
    /** Fetches nothing. */
    BlobsAhead NONE = new BlobsAhead() {
        @Override
        public int maxFiles() {
            return 0;
        }

        @Override
        public long maxFileBytes() {
            return 0;
        }

        @Override
        public long maxBytes() {
            return 0;
        }

        @Override
        public Walk walk(Consumer<Blob> whenRead) {
            return new Walk() {
                @Override
                public void add(Blob blob) {}

                @Override
                public void cancel() {}
            };
        }
    };

    /** Files ahead of one reader at most, now; 0 while it is switched off. */
    int maxFiles();

    /** Longer files are not fetched whole. */
    long maxFileBytes();

    /** Of all files ahead of one reader. */
    long maxBytes();

    /** @param whenRead told of a blob that was fetched ahead when its reader comes; returns at once */
    Walk walk(Consumer<Blob> whenRead);

    /** Blobs for one reader, in order. */
    interface Walk {

        void add(Blob blob);

        /** The reader went elsewhere. */
        void cancel();
    }
}
