package io.blobcache.node.source.http;

import io.blobcache.node.model.Blob;

/**
 * What a manifest says of one file.
 *
 * @param sha256 of the whole content, 64 lower-case hexadecimal digits
 */
record ManifestFile(long lengthBytes, String sha256, boolean executable) {
    String version() {
        return Blob.versionOf(sha256);
    }
}
