package io.blobcache.node.config;

/** The endpoint for health and metrics. */
@Section(key = "admin", meaning = "Health, metrics and status over HTTP, on 127.0.0.1 only.")
public record AdminConfig(
        @Setting(
                value = "0",
                min = "0",
                max = "65535",
                meaning = "TCP port on 127.0.0.1; 0 lets the system choose one.",
                reason = "Several mounts on one machine never collide; blobcache stat finds the port by itself.")
        int port) {

    public static final AdminConfig DEFAULT = Settings.defaults(AdminConfig.class);

    public AdminConfig {
        Check.of(AdminConfig.class).range("port", port).done();
    }
}
