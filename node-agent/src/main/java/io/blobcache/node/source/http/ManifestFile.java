package io.blobcache.node.source.http;

/**
 * What a manifest says of one file.
 *
 * @param sha256 of the whole content, 64 lower-case hexadecimal digits
 */
record ManifestFile(long lengthBytes, String sha256, boolean executable) {
    String version() {
        return "sha256:" + sha256;
    }
}
