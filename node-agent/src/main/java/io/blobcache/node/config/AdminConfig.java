package io.blobcache.node.config;

import java.net.InetAddress;

/** The endpoint for health and metrics. */
@Section(key = "admin", meaning = "Health, metrics and status over HTTP.")
public record AdminConfig(
        @Setting(
                value = "127.0.0.1",
                meaning = "Address to listen on, not a name. In a pod it is 0.0.0.0, for the kubelet and Prometheus.",
                reason =
                        "The names of sources and the numbers of an agent are for its own machine, unless somebody opens"
                                + " them to others.")
        String host,

        @Setting(
                value = "0",
                min = "0",
                max = "65535",
                meaning = "TCP port; 0 lets the system choose one.",
                reason = "Several mounts on one machine never collide; blobcache stat finds the port by itself.")
        int port) {

    public static final AdminConfig DEFAULT = Settings.defaults(AdminConfig.class);

    public AdminConfig {
        Check.of(AdminConfig.class)
                .range("port", port)
                .rule(literal(host), "host", "must be an address of this machine, such as 127.0.0.1 or 0.0.0.0", host)
                .done();
    }

    private static boolean literal(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
