package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The mesh: agents that serve each other, so that a blob is fetched from its source once. */
public record MeshSpec(
        @JsonPropertyDescription(
                "Whether blocks go over plain TCP connections beside gRPC. Peers without them use gRPC. A change restarts the agents.")
        @Default("true")
        @Nullable
        Boolean bulk,

        @JsonPropertyDescription(
                "HTTP/2 flow-control window, of a stream and of a connection: bytes under way before the receiver has said that it took them. A change restarts the agents.")
        @Default("4MiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "64Ki" + Cel.BYTES_TO + "64Mi" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [64KiB, 64MiB]")
        @Nullable
        String windowBytes,

        @JsonPropertyDescription("Calls under way at once on one connection. A change restarts the agents.")
        @Default("1024")
        @Min(1)
        @Max(65536)
        @Nullable
        Integer maxStreams,

        @JsonPropertyDescription("Content in one message. A change restarts the agents.")
        @Default("256KiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "16Ki" + Cel.BYTES_TO + "4Mi" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [16KiB, 4MiB]")
        @Nullable
        String pieceBytes,

        @JsonPropertyDescription(
                "Blocks lent to peers at once; who comes later waits a little and is then told BUSY. A change restarts the agents.")
        @Default("256MiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "16Mi" + Cel.BYTES_TO + "64Gi" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [16MiB, 64GiB]")
        @Nullable
        String maxLentBytes,

        @JsonPropertyDescription(
                "Blocks lent to peers within a second, in bytes; 0 for as many as the line takes. What does not fit into it waits, and is told BUSY when it would wait for more than a second. A change restarts the agents.")
        @Default("0")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "1Ti" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 1TiB]")
        @Nullable
        String maxLentPerSecondBytes,

        @JsonPropertyDescription("Connections to each peer. A change restarts the agents.")
        @Default("1")
        @Min(1)
        @Max(16)
        @Nullable
        Integer connections,

        @JsonPropertyDescription("Until a connection to a peer stands. A change restarts the agents.")
        @Default("1s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "10ms" + Cel.DURATION_TO + "1m" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [10ms, 1m]")
        @Nullable
        String connectTimeout,

        @JsonPropertyDescription(
                "Longest time without a word from a peer; then the next one is asked, or the source. A change restarts the agents.")
        @Default("2s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "100ms" + Cel.DURATION_TO + "1m" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [100ms, 1m]")
        @Nullable
        String progressTimeout,

        @JsonPropertyDescription(
                "Content that clients store on this agent, in its state directory; what does not fit is refused. Half of disk.minFreePercent stays free whatever this says. A change restarts the agents.")
        @Default("1TiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "1024Ti" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 1024TiB]")
        @Nullable
        String maxStoredBytes) {}
