package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.ListingConfig;
import io.blobcache.node.fs.listing.Entry;
import io.blobcache.node.fs.listing.Listings;
import io.blobcache.node.fs.listing.ReachabilityBySource;
import io.blobcache.node.fuse.FileType;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory of a hundred files whose listing is known; everything runs on the test's thread. */
class FilesAheadTest {
    private static final int FILES = 100;
    private static final int AHEAD = 5;

    private final TreeSource source = new TreeSource();
    private final Recorded blobs = new Recorded();
    private final DirectoryInode directory =
            new DirectoryInode(DirectoryInode.root(0), new Entry("d", FileType.DIRECTORY, true, 7, 0, 0, ""), 0);

    @TempDir
    private Path state;

    private Listings listings;
    private FilesAhead files;

    @BeforeEach
    void list() throws IOException, BlobException {
        NameCounters counters = new NameCounters();
        InstantSource clock = InstantSource.fixed(Instant.EPOCH);
        listings = new Listings(
                source,
                state,
                () -> ListingConfig.DEFAULT,
                Instant.EPOCH,
                clock,
                Runnable::run,
                counters,
                new ReachabilityBySource(source, clock, counters));
        files = new FilesAhead(listings, source, blobs, Runnable::run);
    }

    @Test
    void afterThreeFilesInOrderTheNextOnesAreFetchedEachOnce() throws BlobException {
        fill(10);
        read(0, 1);
        assertThat(blobs.added).isEmpty();
        read(2);
        assertThat(blobs.added).containsExactlyElementsOf(paths(3, 8));
        read(3, 4);
        assertThat(blobs.added).containsExactlyElementsOf(paths(3, 10));
        assertThat(blobs.cancelled).isZero();
    }

    @Test
    void whatWasFetchedAheadAndIsReadLeadsOn() throws BlobException {
        fill(10);
        read(0, 1, 2);
        blobs.readAll(3); // f003, f004 and f005 are here: no read of them waits for the source.
        assertThat(blobs.added).containsExactlyElementsOf(paths(3, 11));
        assertThat(blobs.sampleVersion).isEqualTo("v");
    }

    @Test
    void filesReadInNoOrderAreNotFetchedAhead() throws BlobException {
        fill(10);
        read(50, 10, 90, 30, 70, 20, 99, 1);
        assertThat(blobs.added).isEmpty();
    }

    @Test
    void leavingTheOrderCancels() throws BlobException {
        fill(10);
        read(0, 1, 2, 80);
        assertThat(blobs.cancelled).isEqualTo(1);
        blobs.added.clear();
        read(81, 82);
        assertThat(blobs.added).containsExactlyElementsOf(paths(83, 88));
    }

    @Test
    void readersThatShareADirectoryAreOneWalk() throws BlobException {
        fill(10);
        read(1, 0, 3, 2, 5, 4);
        assertThat(blobs.added).containsExactlyElementsOf(paths(6, 11));
        assertThat(blobs.cancelled).isZero();
    }

    @Test
    void longFilesAreLeftOutAndAllTogetherHaveALimit() throws BlobException {
        source.file("d/f002x", "v", 10_000);
        fill(40);
        read(0, 1, 2);
        assertThat(blobs.added).as("100 bytes at most").containsExactly("d/f003", "d/f004");
    }

    @Test
    void atTheEndOfTheDirectoryThereIsNothingMore() throws BlobException {
        fill(10);
        read(96, 97, 98, 99);
        assertThat(blobs.added).containsExactly("d/f099");
    }

    @Test
    void withoutAListingItDoesNothing() {
        read(0, 1, 2, 3);
        assertThat(blobs.added).isEmpty();
    }

    private void fill(long lengthBytes) throws BlobException {
        for (int file = 0; file < FILES; file++) {
            source.file(path(file), "v", lengthBytes);
        }
        Objects.requireNonNull(listings.open("d", Patience.WAIT)).close();
    }

    private void read(int... numbers) {
        for (int number : numbers) {
            String name = path(number).substring(2);
            files.read(new Inode(directory, new Entry(name, FileType.FILE, false, 1000 + number, 1, 0, "v"), 0));
        }
    }

    private static List<String> paths(int from, int to) {
        return IntStream.range(from, to).mapToObj(FilesAheadTest::path).toList();
    }

    private static String path(int number) {
        return "d/f%03d".formatted(number);
    }

    private static final class Recorded implements BlobsAhead {
        private final List<String> added = new ArrayList<>();
        private final List<Blob> blobs = new ArrayList<>();
        private Consumer<Blob> whenRead = _ -> {};
        private String sampleVersion = "";
        private int cancelled;

        /** Its first so many blobs are read. */
        void readAll(int count) {
            List.copyOf(blobs.subList(0, count)).forEach(whenRead);
        }

        @Override
        public int maxFiles() {
            return AHEAD;
        }

        @Override
        public long maxFileBytes() {
            return 1000;
        }

        @Override
        public long maxBytes() {
            return 100;
        }

        @Override
        public Walk walk(Consumer<Blob> toldOfReads) {
            whenRead = toldOfReads;
            return new Walk() {
                @Override
                public void add(Blob blob) {
                    blobs.add(blob);
                    added.add(blob.path());
                    sampleVersion = blob.version();
                }

                @Override
                public void cancel() {
                    cancelled++;
                }
            };
        }
    }
}
