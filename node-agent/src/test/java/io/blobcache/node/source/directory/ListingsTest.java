package io.blobcache.node.source.directory;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.posix.Beneath;
import io.blobcache.node.posix.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListingsTest {
    @TempDir
    private Path directory;

    /** Kept names that are fewer than, as many as, and more than a page, and than the directory has. */
    @ParameterizedTest
    @ValueSource(ints = {300, 1_000, 1_700, 2_200, 5_000})
    void pagesHoldEveryNameOnceInOrderHoweverFewAreKept(int maxKept) throws Exception {
        List<String> names = fill(2_200);
        Listings listings = new Listings(maxKept);
        List<String> listed = new ArrayList<>();
        String token = "";
        do {
            Listings.Page page = page(listings, token);
            assertThat(page.keys()).hasSizeLessThanOrEqualTo(Listings.PAGE_ENTRIES);
            listed.addAll(page.keys());
            token = page.nextToken();
        } while (!token.isEmpty());
        assertThat(listed).isEqualTo(names);
    }

    @Test
    void aListingThatWasForgottenGoesOnWhereItWas() throws Exception {
        List<String> names = fill(1_500);
        Listings listings = new Listings(5_000);
        String token = page(listings, "").nextToken();
        for (int other = 0; other < 10; other++) {
            page(listings, "");
        }
        Listings.Page rest = page(new Listings(5_000), token);
        assertThat(rest.keys()).isEqualTo(names.subList(1_000, 1_500));
        assertThat(page(listings, token).keys()).isEqualTo(rest.keys());
    }

    private List<String> fill(int count) throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add("%05d".formatted(i));
        }
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(1));
        for (String name : shuffled) {
            Files.createFile(directory.resolve(name));
        }
        return names;
    }

    private Listings.Page page(Listings listings, String token) throws Exception {
        int root = Beneath.root(directory.toString());
        int fd = Beneath.openDirectory(root, "");
        try {
            return listings.page("", fd, token);
        } finally {
            Posix.close(fd);
            Posix.close(root);
        }
    }
}
