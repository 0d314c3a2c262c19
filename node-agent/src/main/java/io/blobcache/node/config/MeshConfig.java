package io.blobcache.node.config;

import java.time.Duration;
import java.util.stream.Stream;

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
                value = "",
                meaning =
                        "PEM file of this agent's certificate, with its chain; read anew when it changes. With tlsKey and"
                                + " tlsAuthorities it switches TLS on, for both sides of every connection.",
                reason = "Certificates come from the cluster: cert-manager or a Secret.")
        String tlsCertificate,

        @Setting(
                value = "",
                meaning = "PEM file of the key to tlsCertificate, PKCS #8 without a password.",
                reason = "It belongs to the certificate and comes with it.")
        String tlsKey,

        @Setting(
                value = "",
                meaning =
                        "PEM file of the authorities that members' certificates come from: the mesh's own, and while they"
                                + " are exchanged both, the old and the new one.",
                reason = "Who may speak in the mesh is its own authority's to say, not the public ones'.")
        String tlsAuthorities,

        @Setting(
                value = "blobcache-mesh",
                meaning = "DNS name that the certificate of every member has; one without it is a client, who may read"
                        + " stored content and not ask for blocks.",
                reason = "Members' addresses change, their common name does not.")
        String tlsName,

        @Setting(
                value = "true",
                meaning = "Whether blocks go over plain TCP connections beside gRPC. Peers without them use gRPC.",
                reason =
                        "From buffer to socket without a copy: a fraction of gRPC's processor time for a byte. With TLS they"
                                + " are not used: nothing would be encrypted.")
        boolean bulk,

        @Setting(
                value = "0",
                min = "0",
                max = "65535",
                meaning = "TCP port of those connections, on mesh.listen's address; 0 lets the system choose one.",
                reason = "Peers are told the port over gRPC; a fixed one is for networks that allow ports one by one.")
        int bulkPort,

        @Setting(
                value = "4MiB",
                min = "64KiB",
                max = "64MiB",
                meaning =
                        "HTTP/2 flow-control window, of a stream and of a connection: bytes under way before the receiver"
                                + " has said that it took them.",
                reason =
                        "One block: at 10 Gbit/s it covers a round trip of 3 ms. 32MiB measured no faster, and it is memory"
                                + " that a peer may fill.")
        int windowBytes,

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
                value = "0",
                min = "0",
                max = "1TiB",
                meaning =
                        "Blocks lent to peers within a second, in bytes; 0 for as many as the line takes. What does not fit"
                                + " into it waits, and is told BUSY when it would wait for more than a second.",
                reason = "A line of its own needs no limit; one that pods share may.")
        long maxLentPerSecondBytes,

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

    /** A block of the largest size takes a second. */
    private static final long MIN_LENT_PER_SECOND_BYTES = 16L << 20;

    public static final MeshConfig DEFAULT = Settings.defaults(MeshConfig.class);

    public MeshConfig {
        Check.of(MeshConfig.class)
                .range("bulkPort", bulkPort)
                .range("windowBytes", windowBytes)
                .range("maxStreams", maxStreams)
                .range("pieceBytes", pieceBytes)
                .range("maxLentBytes", maxLentBytes)
                .range("maxLentPerSecondBytes", maxLentPerSecondBytes)
                .rule(
                        maxLentPerSecondBytes == 0 || maxLentPerSecondBytes >= MIN_LENT_PER_SECOND_BYTES,
                        "maxLentPerSecondBytes",
                        "must be 0 or at least 16MiB: a block comes within a second or not at all",
                        maxLentPerSecondBytes)
                .range("connections", connections)
                .range("connectTimeout", connectTimeout)
                .range("progressTimeout", progressTimeout)
                .range("maxStoredBytes", maxStoredBytes)
                .rule(
                        tlsFiles(tlsCertificate, tlsKey, tlsAuthorities) % 3 == 0,
                        "tlsCertificate",
                        "must be given together with mesh.tlsKey and mesh.tlsAuthorities, or none of the three",
                        tlsCertificate)
                .rule(!tlsName.isEmpty(), "tlsName", "must not be empty", tlsName)
                .done();
    }

    /** Whether connections are encrypted and both sides show a certificate. */
    public boolean tls() {
        return !tlsCertificate.isEmpty();
    }

    private static int tlsFiles(String... files) {
        return (int) Stream.of(files).filter(file -> !file.isEmpty()).count();
    }

    /** The same for the member of this id, who finds the list in this file. */
    public MeshConfig of(String id, String membersFile) {
        return at(membersFile, id, listen, bulkPort);
    }

    /** The same for another member of another list. */
    public MeshConfig at(String membersFile, String id, String address, int portOfBulk) {
        return new MeshConfig(
                membersFile,
                id,
                address,
                insecure,
                tlsCertificate,
                tlsKey,
                tlsAuthorities,
                tlsName,
                bulk,
                portOfBulk,
                windowBytes,
                maxStreams,
                pieceBytes,
                maxLentBytes,
                maxLentPerSecondBytes,
                connections,
                connectTimeout,
                progressTimeout,
                maxStoredBytes);
    }

    /** Whether there is a list of members. */
    public boolean enabled() {
        return !members.isEmpty();
    }
}
