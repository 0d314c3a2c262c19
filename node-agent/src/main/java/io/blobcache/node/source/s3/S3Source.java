package io.blobcache.node.source.s3;

import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.ListingPage;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.RangedRead;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/**
 * A bucket, or what is below a prefix of it. A directory is what keys have before a slash; it exists as long as a key
 * below it does.
 */
final class S3Source implements Source {
    private final SourceAddress.S3 address;
    private final String root;
    private final S3Client client;
    private final SdkHttpClient http;
    private final Credentials credentials;
    private final S3Requests requests;
    private final RangeRequests gets;
    private final RangedRead ranges;

    S3Source(
            SourceAddress.S3 address,
            S3Client client,
            SdkHttpClient http,
            Credentials credentials,
            S3Requests requests,
            RangeRequests gets,
            RangedRead ranges) {
        this.address = address;
        this.root = address.prefix().isEmpty() ? "" : address.prefix() + "/";
        this.client = client;
        this.http = http;
        this.credentials = credentials;
        this.requests = requests;
        this.gets = gets;
        this.ranges = ranges;
    }

    @Override
    public String name() {
        return address.name();
    }

    @Override
    public String identity() {
        return address.identity();
    }

    /** An empty bucket is readable; a prefix that nothing stands below is most likely misspelt. */
    @Override
    public void check() throws BlobException {
        String what = named("list", "");
        ListObjectsV2Response response =
                requests.list(what, ListObjectsV2Request.builder().prefix(root).maxKeys(1));
        if (!root.isEmpty() && response.contents().isEmpty()) {
            throw new BlobException.NotFound(
                    what + ": nothing has this prefix: check it, it ends at a '/' of the keys");
        }
    }

    @Override
    public ListingPage list(String directory, String afterToken) throws BlobException {
        String what = named("list", directory);
        String keyPrefix = directory.isEmpty() ? root : root + directory + "/";
        ListObjectsV2Request.Builder request =
                ListObjectsV2Request.builder().prefix(keyPrefix).delimiter("/").maxKeys(S3Listing.PAGE_ENTRIES);
        if (!afterToken.isEmpty()) {
            request.continuationToken(afterToken);
        }
        ListObjectsV2Response response = requests.list(what, request);
        boolean nothing =
                response.contents().isEmpty() && response.commonPrefixes().isEmpty();
        if (nothing && afterToken.isEmpty() && !(stat(directory) instanceof SourceEntry.Directory)) {
            throw new BlobException.NotFound(what + ": no such directory");
        }
        return S3Listing.page(what, response, root, keyPrefix, afterToken);
    }

    /**
     * Where a key and keys below it have one name, the directory is shown, as in a listing. Both questions are asked at
     * once, so that the answer takes one round trip.
     */
    @Override
    public SourceEntry stat(String path) throws BlobException {
        if (path.isEmpty()) {
            return new SourceEntry.Directory("", Instant.EPOCH);
        }
        if (path.endsWith("/")) {
            return directory(path);
        }
        FutureTask<Boolean> below = new FutureTask<>(() -> hasKeysBelow(path));
        Thread asking = Thread.ofVirtual().name("s3-below").start(below);
        try {
            HeadObjectResponse head = requests.head(named("stat", path), root + path);
            if (isMarker(head)) {
                return new SourceEntry.Directory(path, S3Listing.timeOf(head.lastModified()));
            }
            return answer(below, path) ? new SourceEntry.Directory(path, Instant.EPOCH) : file(path, head);
        } catch (BlobException.NotFound e) {
            if (answer(below, path)) {
                return new SourceEntry.Directory(path, Instant.EPOCH);
            }
            throw e;
        } finally {
            asking.interrupt();
        }
    }

    private boolean answer(FutureTask<Boolean> below, String path) throws BlobException {
        try {
            return below.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted(named("stat", path) + ": the reader gave up");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BlobException failure) {
                throw failure;
            }
            throw new IllegalStateException(named("stat", path), e.getCause());
        }
    }

    /** Servers over a file system answer for a directory's name too, and tools mark directories with this type. */
    private static boolean isMarker(HeadObjectResponse head) {
        return head.contentType() != null && head.contentType().startsWith("application/x-directory");
    }

    private static SourceEntry file(String path, HeadObjectResponse head) {
        long length = head.contentLength() == null ? 0 : head.contentLength();
        String version = S3Versions.of(head.eTag(), head.lastModified(), length);
        return new SourceEntry.File(path, version, length, S3Listing.timeOf(head.lastModified()), false);
    }

    private SourceEntry directory(String path) throws BlobException {
        if (!hasKeysBelow(path)) {
            throw new BlobException.NotFound(named("stat", path) + ": not found");
        }
        return new SourceEntry.Directory(path, Instant.EPOCH);
    }

    private boolean hasKeysBelow(String path) throws BlobException {
        ListObjectsV2Response below = requests.list(
                named("stat", path),
                ListObjectsV2Request.builder().prefix(root + path + "/").maxKeys(1));
        return !below.contents().isEmpty();
    }

    @Override
    public void read(Blob blob, long offset, int length, MemorySegment into, Progress progress) throws BlobException {
        String what = named("read", blob.path());
        String key = root + blob.path();
        ranges.read(what, blob, offset, length, into, progress, (from, left) -> gets.get(what, key, blob, from, left));
    }

    @Override
    public void close() {
        client.close();
        http.close();
        credentials.close();
    }

    /** Names what is asked of whom; the endpoint is named because a wrong one is the commonest mistake. */
    private String named(String operation, String path) {
        String place = path.isEmpty() ? name() : name() + "/" + path;
        return address.endpoint() == null
                ? operation + " " + place
                : operation + " " + place + " at " + address.endpoint();
    }
}
