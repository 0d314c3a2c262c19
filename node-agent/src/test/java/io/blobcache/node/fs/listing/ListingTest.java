package io.blobcache.node.fs.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.fuse.Patience;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.SourceEntry;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListingTest {
    private static final SourceEntry FILE = new SourceEntry.File("d/f", "v", 1, Instant.EPOCH, false);
    private static final SourceEntry NEXT = new SourceEntry.File("d/g", "v", 1, Instant.EPOCH, false);

    @TempDir
    private Path directory;

    /** Else a reader could be given it before it is compared with the one that is kept, and the kernel would forget what it has. */
    @Test
    void aPageThatHasNoPlaceOnTheShelfYetIsWaitedFor() throws Exception {
        Listing listing = filling();
        listing.append(new ListingPage(List.of(FILE), ""));
        assertThat(listing.complete()).isTrue();
        assertThat(listing.awaitBeyond(0, Patience.NONE)).isFalse();

        listing.announce();
        assertThat(listing.awaitBeyond(0, Patience.NONE)).isTrue();
        assertThat(listing.awaitBeyond(Long.MAX_VALUE - 1, Patience.NONE)).isTrue();
    }

    @Test
    void ofAPageThatIsNotTheLastOnlyWhatItHasIsThere() throws Exception {
        Listing listing = filling();
        listing.append(new ListingPage(List.of(FILE, NEXT), "more"));
        listing.announce();

        assertThat(listing.awaitBeyond(0, Patience.NONE)).isTrue();
        assertThat(listing.awaitBeyond(1 << 20, Patience.NONE)).isFalse();
    }

    /** With a claim of the one that fills it; all of it is in memory. */
    private Listing filling() {
        Spool spool = new Spool(directory.resolve("s"));
        ListingWriter writer =
                new ListingWriter("d", new InodeNumbers("s3://bucket"), Instant.EPOCH, new NameCounters(), spool);
        Listing listing = new Listing("d", 1, spool, writer, InstantSource.system());
        listing.wanted();
        assertThat(listing.startFilling()).isTrue();
        return listing;
    }
}
