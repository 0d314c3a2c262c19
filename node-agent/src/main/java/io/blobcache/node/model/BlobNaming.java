package io.blobcache.node.model;

/** Which blob a version of a file is. All agents of one source give it the same id. */
@FunctionalInterface
public interface BlobNaming {

    /** Parameters as of {@link Blob}. */
    Blob blob(String path, String version, long lengthBytes);
}
