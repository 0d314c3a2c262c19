package io.blobcache.node.config;

/** What an agent in a pod may watch through the API server. */
@Section(
        key = "kubernetes",
        meaning =
                "ConfigMaps that 'blobcache agent' watches through the API server, so that it hears of a change at once and"
                        + " not when the kubelet renews the mounted file, up to two minutes later. The mounted files are what it"
                        + " falls back to: it needs no API server to start, to run or to be told of a change.")
public record KubernetesConfig(
        @Setting(
                value = "",
                meaning =
                        "ConfigMap in the pod's namespace that the file given with --config is a key of, and mount.warmups"
                                + " too. Empty: only the files are watched.",
                reason = "Outside of a pod there is none; in one, only its author knows the name.")
        String configMap,

        @Setting(
                value = "",
                meaning = "The same for mesh.members.",
                reason = "The operator writes the members into a ConfigMap of their own.")
        String membersConfigMap) {

    public static final KubernetesConfig DEFAULT = Settings.defaults(KubernetesConfig.class);
}
