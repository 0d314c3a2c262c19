package io.blobcache.node.source.request;

import java.net.UnknownHostException;

/** A host whose address is link-local: where clouds keep instance metadata and credentials, and no blobs. */
final class LinkLocalAddressException extends UnknownHostException {
    private static final long serialVersionUID = 1;

    LinkLocalAddressException(String host) {
        super(host + " has a link-local address");
    }
}
