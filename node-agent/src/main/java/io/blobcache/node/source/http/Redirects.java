package io.blobcache.node.source.http;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.request.AttemptFailure;
import java.net.URI;

/**
 * Where a redirect may lead: to the same server, or from http to https of the same host. Anything else would let a
 * server that we read from choose whom we talk to: the metadata service of a cloud, an admin port of this node.
 */
final class Redirects {
    static final int MAX = 3;

    private Redirects() {}

    static URI target(String what, URI from, String location) throws AttemptFailure {
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw refused(what, "to something that is not an address");
        }
        if (target.getHost() == null || !target.getHost().equalsIgnoreCase(from.getHost())) {
            throw refused(what, "to another host: mount that address itself if you trust it");
        }
        boolean sameServer = target.getScheme().equalsIgnoreCase(from.getScheme()) && port(target) == port(from);
        boolean upgrade = scheme(from, "http") && scheme(target, "https") && port(from) == 80 && port(target) == 443;
        if (!sameServer && !upgrade) {
            throw refused(what, "to another port or scheme: mount that address itself if you trust it");
        }
        return target;
    }

    static AttemptFailure tooMany(String what) {
        return refused(what, "more than " + MAX + " times");
    }

    private static boolean scheme(URI uri, String scheme) {
        return scheme.equalsIgnoreCase(uri.getScheme());
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : scheme(uri, "https") ? 443 : 80;
    }

    private static AttemptFailure refused(String what, String why) {
        return AttemptFailure.last(new BlobException.Denied(what + ": the server redirects " + why, null));
    }
}
