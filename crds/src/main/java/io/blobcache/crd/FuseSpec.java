package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How the mount talks to the kernel. */
@ValidationRule(
        value = "self.congestionThreshold <= self.maxBackground",
        message = "congestionThreshold must be at most maxBackground")
public record FuseSpec(
        @JsonPropertyDescription(
                "Which transport serves the mount: kernel speaks the FUSE protocol over /dev/fuse itself, jnr goes through libfuse 2. auto takes kernel and falls back to jnr with a logged reason. A change restarts the agents.")
        @Default("auto")
        @Nullable
        Transport transport,

        @JsonPropertyDescription(
                "Whether the kernel may read complete blobs from their local file by itself (Linux 6.9 or later, CAP_SYS_ADMIN). A change restarts the agents.")
        @Default("true")
        @Nullable
        Boolean passthrough,

        @JsonPropertyDescription(
                "Blobs shorter than this are read through the agent once and then from the kernel's page cache of the mount, though they could be read from their local file. A change restarts the agents.")
        @Default("128KiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "1Ti" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 1TiB]")
        @Nullable
        String passthroughMinBytes,

        @JsonPropertyDescription("Threads that take requests from the kernel. A change restarts the agents.")
        @Default("4")
        @Min(1)
        @Max(64)
        @Nullable
        Integer readerThreads,

        @JsonPropertyDescription("Largest read request. A change restarts the agents.")
        @Default("1MiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "128Ki" + Cel.BYTES_TO + "1Mi" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [128KiB, 1MiB]")
        @Nullable
        String maxReadBytes,

        @JsonPropertyDescription(
                "How far the kernel reads ahead of a reader, and around a fault of a mapping (max_readahead of FUSE_INIT). A change restarts the agents.")
        @Default("128KiB")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "16Mi" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 16MiB]")
        @Nullable
        String readAheadBytes,

        @JsonPropertyDescription(
                "Requests that the kernel may have under way without a waiting reader. A change restarts the agents.")
        @Default("512")
        @Min(1)
        @Max(65535)
        @Nullable
        Integer maxBackground,

        @JsonPropertyDescription(
                "Background requests from which on the kernel holds back. A change restarts the agents.")
        @Default("384")
        @Min(1)
        @Max(65535)
        @Nullable
        Integer congestionThreshold,

        @JsonPropertyDescription(
                "Whether a listing brings the attributes of its entries along, for programs that ask for them. Transport kernel only. A change restarts the agents.")
        @Default("true")
        @Nullable
        Boolean readdirplus,

        @JsonPropertyDescription(
                "Whether the kernel keeps the targets of symbolic links. Transport kernel only. A change restarts the agents.")
        @Default("true")
        @Nullable
        Boolean cacheSymlinks,

        @JsonPropertyDescription(
                "Whether several reads of one file may be under way at once. Transport kernel only. A change restarts the agents.")
        @Default("true")
        @Nullable
        Boolean asyncRead,

        @JsonPropertyDescription(
                "How long the kernel believes a name. Transport jnr takes a change at its next start: there it is an option of the mount. A change is taken live.")
        @Default("5s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "1h" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [0s, 1h]")
        @Nullable
        String entryTimeout,

        @JsonPropertyDescription(
                "How long the kernel believes attributes. Transport jnr takes a change at its next start: there it is an option of the mount. A change is taken live.")
        @Default("5s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "1h" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [0s, 1h]")
        @Nullable
        String attributeTimeout,

        @JsonPropertyDescription(
                "How long the kernel believes that a name is missing. Transport jnr takes a change at its next start: there it is an option of the mount. A change is taken live.")
        @Default("2s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "1h" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [0s, 1h]")
        @Nullable
        String negativeTimeout,

        @JsonPropertyDescription(
                "A read that has not been answered by then fails with ETIMEDOUT. A change restarts the agents.")
        @Default("30s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DURATION_FROM + "1s" + Cel.DURATION_TO + "10m" + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m or 2h, in [1s, 10m]")
        @Nullable
        String readDeadline) {

    /** Which transport serves the mount: kernel speaks the FUSE protocol over /dev/fuse itself, jnr goes through libfuse 2. auto takes kernel and falls back to jnr with a logged reason. */
    public enum Transport {
        @JsonProperty("auto")
        AUTO,
        @JsonProperty("kernel")
        KERNEL,
        @JsonProperty("jnr")
        JNR
    }
}
