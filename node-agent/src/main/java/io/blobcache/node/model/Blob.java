package io.blobcache.node.model;

/**
 * One immutable version of one file of a source.
 *
 * @param id          names these bytes
 * @param path        where the source has them: segments joined by {@code /}, no leading slash
 * @param version     the source's word for this version: an ETag, or {@code mtime-size}; a ranged read is made
 *                    conditional on it
 * @param lengthBytes from 0
 */
public record Blob(BlobId id, String path, String version, long lengthBytes) {

    public Blob {
        if (lengthBytes < 0) {
            throw new IllegalArgumentException("blob.lengthBytes must not be negative, was: " + lengthBytes);
        }
    }
}
