package io.blobcache.node.model;

import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One immutable version of one file of a source.
 *
 * @param id          names these bytes
 * @param path        where the source has them: segments joined by {@code /}, no leading slash
 * @param version     the source's word for this version: an ETag, or {@code mtime-size}; a ranged read is made
 *                    conditional on it. One that says {@code sha256:} and a digest is a promise about the bytes, which
 *                    are compared with it
 * @param lengthBytes from 0
 */
public record Blob(BlobId id, String path, String version, long lengthBytes) {
    private static final String SHA256 = "sha256:";

    private static final Pattern NO_PATH = Pattern.compile("(^|/)\\.{0,2}(/|$)|\\x00");

    private static final Pattern DIGEST = Pattern.compile(SHA256 + "[0-9a-f]{64}");

    public Blob {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("blob.lengthBytes must not be negative, was: " + lengthBytes);
        }
    }

    /**
     * A version of a file of a source. Its length is part of its id: agents name a blob to each other, and a wrong length
     * must not come under the id of the right one.
     */
    public static Blob ofSource(String sourceIdentity, String path, String version, long lengthBytes) {
        return new Blob(
                BlobId.of(sourceIdentity, path, version, Long.toString(lengthBytes)), path, version, lengthBytes);
    }

    /** Whether a source may have a file there: no segment is empty or goes nowhere or up, and none has a NUL. */
    public static boolean isPath(String path) {
        return !NO_PATH.matcher(path).find();
    }

    /** The same bytes, where somebody else has them. */
    public Blob at(String otherPath) {
        return new Blob(id, otherPath, version, lengthBytes);
    }

    /** The version of content with this digest, of 64 lower-case hexadecimal digits. */
    public static String versionOf(String sha256) {
        return SHA256 + sha256;
    }

    /** The 32 bytes that the SHA-256 of the content has to be; {@code null} if the version does not say. */
    public byte @Nullable [] sha256() {
        return DIGEST.matcher(version).matches()
                ? HexFormat.of().parseHex(version, SHA256.length(), version.length())
                : null;
    }
}
