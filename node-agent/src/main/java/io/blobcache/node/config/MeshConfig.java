package io.blobcache.node.config;

import java.time.Duration;

/** Agents that serve each other. */
@Section(
        key = "mesh",
        meaning = "The mesh: agents that serve each other, so that a blob is fetched from its source once.")
public record MeshConfig(
        @Setting(
                value = "",
                meaning =
                        "YAML file that lists the members of the mesh, watched for changes. Empty: this agent is alone.",
                reason = "One machine needs no mesh; the operator writes the file for a cluster.")
        String members,

        @Setting(
                value = "",
                meaning = "This agent's id in the list of members. Empty: the name of the machine.",
                reason = "The name of a node is unique in its cluster.")
        String self,

        @Setting(
                value = "127.0.0.1:7400",
                meaning =
                        "Address and port for peers, such as 0.0.0.0:7400. Beyond loopback it needs TLS, or insecure.",
                reason = "Nobody outside the machine reads a cache that was not opened to them.")
        String listen,

        @Setting(
                value = "false",
                meaning = "Whether the mesh may be served and asked beyond loopback without TLS.",
                reason = "Without TLS whoever reaches the port reads every blob.")
        boolean insecure,

        @Setting(
                value = "4MiB",
                min = "64KiB",
                max = "64MiB",
                meaning =
                        "HTTP/2 window of one stream: bytes under way before the receiver has said that it took them.",
                reason = "One block: at 10 Gbit/s it covers a round trip of 3 ms.")
        int streamWindowBytes,

        @Setting(
                value = "32MiB",
                min = "64KiB",
                max = "256MiB",
                meaning = "HTTP/2 window of one connection, over all its streams.",
                reason = "Eight streams of one block each.")
        int connectionWindowBytes,

        @Setting(
                value = "1024",
                min = "1",
                max = "65536",
                meaning = "Calls under way at once on one connection.",
                reason = "More than all fetches of one agent (32 to peers); a broken client is stopped there.")
        int maxStreams,

        @Setting(
                value = "256KiB",
                min = "16KiB",
                max = "4MiB",
                meaning = "Content in one message.",
                reason = "Large enough that a message's own cost is lost in it, small enough to share a connection.")
        int pieceBytes,

        @Setting(
                value = "256MiB",
                min = "16MiB",
                max = "64GiB",
                meaning = "Blocks lent to peers at once; who comes later waits a little and is then told BUSY.",
                reason = "64 blocks of 4MiB keep a line of 25 Gbit/s full for 80 ms.")
        long maxLentBytes,

        @Setting(
                value = "1",
                min = "1",
                max = "16",
                meaning = "Connections to each peer.",
                reason = "One is measured to be enough for a line of 10 Gbit/s; each costs the peer memory.")
        int connections,

        @Setting(
                value = "1s",
                min = "10ms",
                max = "1m",
                meaning = "Until a connection to a peer stands.",
                reason = "A peer is near: what takes longer is down, and the source is as fast.")
        Duration connectTimeout,

        @Setting(
                value = "2s",
                min = "100ms",
                max = "1m",
                meaning = "Longest time without a word from a peer; then the next one is asked, or the source.",
                reason = "A peer that waits for the source says so every half second.")
        Duration progressTimeout,

        @Setting(
                value = "1TiB",
                min = "0",
                max = "1024TiB",
                meaning =
                        "Content that clients store on this agent, in its state directory; what does not fit is refused."
                                + " Half of disk.minFreePercent stays free whatever this says.",
                reason = "Stored content is never evicted, so a limit has to be there; the device is the usual one.")
        long maxStoredBytes) {

    public static final MeshConfig DEFAULT = Settings.defaults(MeshConfig.class);

    public MeshConfig {
        Check.of(MeshConfig.class)
                .range("streamWindowBytes", streamWindowBytes)
                .range("connectionWindowBytes", connectionWindowBytes)
                .range("maxStreams", maxStreams)
                .range("pieceBytes", pieceBytes)
                .range("maxLentBytes", maxLentBytes)
                .range("connections", connections)
                .range("connectTimeout", connectTimeout)
                .range("progressTimeout", progressTimeout)
                .range("maxStoredBytes", maxStoredBytes)
                .rule(
                        connectionWindowBytes >= streamWindowBytes,
                        "connectionWindowBytes",
                        "must be at least mesh.streamWindowBytes (" + Quantity.bytes(streamWindowBytes) + ")",
                        connectionWindowBytes)
                .done();
    }

    /** Whether there is a list of members. */
    public boolean enabled() {
        return !members.isEmpty();
    }
}
