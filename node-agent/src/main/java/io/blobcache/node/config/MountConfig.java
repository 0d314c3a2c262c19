package io.blobcache.node.config;

import java.time.Duration;

/** Where an agent mounts that is told everything by its file. */
@Section(
        key = "mount",
        meaning =
                "Where 'blobcache agent' mounts and keeps its state. 'blobcache mount' takes both from its arguments.")
public record MountConfig(
        @Setting(
                value = "",
                meaning = "Directory to mount on, an absolute path. It is made if it is not there.",
                reason = "There is no place that fits every machine: 'blobcache agent' asks for one.")
        String path,

        @Setting(
                value = "",
                meaning =
                        "Directory of the disk tier and of all else that outlives the agent, an absolute path, for this"
                                + " agent alone. Empty: as for 'blobcache mount'.",
                reason = "In a pod it has to be a volume of the node, which only the pod's author can name.")
        String state,

        @Setting(
                value = "false",
                meaning =
                        "Whether the mount has to be seen outside of this container. If mount.path lies on a mount that"
                                + " hands nothing on, the agent then says so and does not start.",
                reason = "Without a container there is no outside; in a pod an unseen mount is an empty directory for"
                        + " everybody else, without any error.")
        boolean shared,

        @Setting(
                value = "10s",
                min = "0s",
                max = "1h",
                meaning =
                        "How long an agent that is told to end goes on serving while files of the mount are open. Then"
                                + " it ends the open ones.",
                reason = "Half of the 30 s that Kubernetes gives a pod by default, with the time for unmounting and for"
                        + " what is queued for the disk still in it.")
        Duration drainTime,

        @Setting(
                value = "",
                meaning =
                        "YAML file that lists what is to be fetched into the disk tier before somebody reads it, watched"
                                + " for changes. Empty: nothing is.",
                reason = "Programs fetch what they read; the operator writes the file for a BlobCacheWarmup.")
        String warmups) {

    public static final MountConfig DEFAULT = Settings.defaults(MountConfig.class);

    public MountConfig {
        Check.of(MountConfig.class)
                .range("drainTime", drainTime)
                .rule(absolute(path), "path", "must be an absolute path", path)
                .rule(absolute(state), "state", "must be an absolute path", state)
                .done();
    }

    /** The same with another file of warmups. */
    public MountConfig withWarmups(String file) {
        return new MountConfig(path, state, shared, drainTime, file);
    }

    private static boolean absolute(String path) {
        return path.isEmpty() || path.startsWith("/");
    }
}
