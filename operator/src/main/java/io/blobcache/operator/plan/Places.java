package io.blobcache.operator.plan;

import io.blobcache.crd.SourceSpec;
import org.jspecify.annotations.Nullable;

/** Where things are in an agent's container, and its ports; the other side is decision 21. */
public final class Places {
    /** On the node and in the container alike, so that a mount has one path. */
    public static final String HOST = "/var/lib/blobcache";

    public static final String CONFIG = "/etc/blobcache/config";
    public static final String CONFIG_KEY = "agent.yaml";

    /** Beside it, so that agents need no right to another ConfigMap. */
    public static final String WARMUPS_KEY = "warmups.yaml";

    public static final String MEMBERS = "/etc/blobcache/members";
    public static final String MEMBERS_KEY = "members.yaml";
    public static final String TLS = "/etc/blobcache/tls";

    /** Where the volume of a source of {@code dir:} is that is the whole mount. */
    private static final String SOURCE = "/source";

    /** Those of sources with a path, by the names of their claims: the order of the list is no part of a blob's identity. */
    private static final String SOURCES = "/sources";

    /** The Secrets of sources, by their names. */
    private static final String CREDENTIALS = "/etc/blobcache/credentials";

    public static final int ADMIN_PORT = 9464;
    public static final int MESH_PORT = 7480;

    /** Fixed, because a NetworkPolicy has to name it. */
    public static final int BULK_PORT = 7481;

    private Places() {}

    /** Where the volume of a source is that claims one. */
    public static String volume(SourceSpec source) {
        return source.path() == null ? SOURCE : SOURCES + "/" + source.claimName();
    }

    /** Where the files of a source's Secret are; {@code null} without one, or of a kind of source that has no use for it. */
    public static @Nullable String credentials(SourceSpec source) {
        return source.secretName() == null || !source.url().startsWith("s3://")
                ? null
                : CREDENTIALS + "/" + source.secretName();
    }
}
