package io.blobcache.node.source.s3;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.Utf8Order;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Makes a page of ours of a page of S3: keys become paths below the source's root. */
final class S3Listing {
    /** What S3 gives at most; also the limit for what a server may send. */
    static final int PAGE_ENTRIES = 1000;

    /** S3's own limit; a longer key cannot be asked for. */
    private static final int MAX_KEY_BYTES = 1024;

    private static final Comparator<SourceEntry> BY_KEY = Comparator.comparing(S3Listing::keyOf, Utf8Order.COMPARATOR);

    private S3Listing() {}

    /**
     * @param root      prefix of all keys of the source, ending in a slash, or empty
     * @param keyPrefix prefix that was listed: the directory's, ending in a slash, or empty
     * @param asked     the token that was sent
     */
    static ListingPage page(String what, ListObjectsV2Response response, String root, String keyPrefix, String asked)
            throws BlobException {
        if (response.contents().size() + response.commonPrefixes().size() > PAGE_ENTRIES) {
            throw new BlobException.Corrupt(what + ": a page of more than 1000 entries");
        }
        List<SourceEntry> entries = new ArrayList<>();
        for (S3Object object : response.contents()) {
            String key = object.key();
            if (within(key, keyPrefix)) {
                entries.add(ofObject(key.substring(root.length()), object));
            }
        }
        for (CommonPrefix common : response.commonPrefixes()) {
            String key = common.prefix();
            // A single slash below the root would be a directory without a name whose path is the root's.
            if (within(key, keyPrefix) && key.endsWith("/") && key.length() > root.length() + 1) {
                entries.add(directory(key.substring(root.length()), null));
            }
        }
        entries.sort(BY_KEY);
        return new ListingPage(entries, nextToken(what, response, asked));
    }

    private static boolean within(@Nullable String key, String keyPrefix) {
        return key != null
                && key.length() > keyPrefix.length()
                && key.startsWith(keyPrefix)
                && key.getBytes(StandardCharsets.UTF_8).length <= MAX_KEY_BYTES;
    }

    /** A key that ends in a slash is how people make directories; it holds no bytes worth reading. */
    private static SourceEntry ofObject(String path, S3Object object) {
        if (path.endsWith("/")) {
            return directory(path, object.lastModified());
        }
        long length = object.size() == null ? 0 : object.size();
        String version = S3Versions.of(object.eTag(), object.lastModified(), length);
        return new SourceEntry.File(path, version, length, timeOf(object.lastModified()), false);
    }

    static SourceEntry.Directory directory(String pathWithSlash, @Nullable Instant modified) {
        return new SourceEntry.Directory(pathWithSlash.substring(0, pathWithSlash.length() - 1), timeOf(modified));
    }

    static Instant timeOf(@Nullable Instant modified) {
        return modified == null ? Instant.EPOCH : modified;
    }

    private static String nextToken(String what, ListObjectsV2Response response, String asked) throws BlobException {
        if (!Boolean.TRUE.equals(response.isTruncated())) {
            return "";
        }
        String next = response.nextContinuationToken();
        if (next == null || next.isEmpty() || next.equals(asked)) {
            throw new BlobException.Corrupt(what + ": the listing says that there is more but not where");
        }
        return next;
    }

    private static String keyOf(SourceEntry entry) {
        return entry instanceof SourceEntry.Directory ? entry.path() + "/" : entry.path();
    }
}
