package io.blobcache.node.config;

/**
 * The endpoint for health and metrics, on loopback only.
 *
 * @param port 0 lets the system choose one; {@code blobcache stat} finds it
 */
public record AdminConfig(int port) {
    public static final AdminConfig DEFAULT = new AdminConfig(0);
}
