package io.blobcache.crd;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** The disk tier, in the state directory of the mount. */
@ValidationRule(
        value = "self.lowWatermarkPercent < self.highWatermarkPercent",
        message = "lowWatermarkPercent must be below highWatermarkPercent")
@ValidationRule(
        value = "!self.quotaBytes.matches('^[0-9]{1,15}([KMGT]iB?)?$')"
                + " || quantity(self.quotaBytes.replace('B', '')).compareTo(quantity('0')) == 0"
                + " || quantity(self.quotaBytes.replace('B', '')).compareTo(quantity('64Mi')) >= 0",
        message = "quotaBytes must be 0 or at least 64MiB")
public record DiskSpec(
        @JsonPropertyDescription("Without it every block lives in memory only. A change restarts the agents.")
        @Default("true")
        @Nullable
        Boolean enabled,

        @JsonPropertyDescription(
                "Upper limit of all blocks together, from 64MiB; 0 means what disk.minFreePercent allows. A change is taken live.")
        @Default("0")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "1024Ti" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 1024TiB]")
        @Nullable
        String quotaBytes,

        @JsonPropertyDescription("Of the quota: above it blobs are evicted. A change is taken live.")
        @Default("90")
        @Min(1)
        @Max(100)
        @Nullable
        Integer highWatermarkPercent,

        @JsonPropertyDescription("Of the quota: eviction goes on until here. A change is taken live.")
        @Default("80")
        @Min(0)
        @Max(99)
        @Nullable
        Integer lowWatermarkPercent,

        @JsonPropertyDescription(
                "Of the device, whoever uses it: below it blobs are evicted and nothing is written. A change is taken live.")
        @Default("10")
        @Min(0)
        @Max(90)
        @Nullable
        Integer minFreePercent,

        @JsonPropertyDescription("A blob not opened for so long is evicted; 0s means never. A change is taken live.")
        @Default("0s")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DAYS_TO + "3650h" + Cel.OR_HOURS + Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "87600h"
                        + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m, 2h or 7d, in [0s, 3650d]")
        @Nullable
        String ttl,

        @JsonPropertyDescription(
                "When a block's checksum is compared before it is served: boot = before its first use after the machine was started anew, start = before its first use by each agent process, everyRead = before every read (switches passthrough off). A change restarts the agents.")
        @Default("boot")
        @Nullable
        Integrity integrity,

        @JsonPropertyDescription(
                "The scrubber has checked every block once within this time; 0s switches it off. A change is taken live.")
        @Default("7d")
        @Size(max = 12)
        @ValidationRule(
                value = Cel.DAYS_TO + "365h" + Cel.OR_HOURS + Cel.DURATION_FROM + "0s" + Cel.DURATION_TO + "8760h"
                        + Cel.DURATION_END,
                message = "must be a duration such as 100ms, 5s, 10m, 2h or 7d, in [0s, 365d]")
        @Nullable
        String scrubPeriod,

        @JsonPropertyDescription(
                "Threads that write blocks; one more block than they can queue is declined. A change restarts the agents.")
        @Default("2")
        @Min(1)
        @Max(64)
        @Nullable
        Integer writers,

        @JsonPropertyDescription(
                "Whether the kernel is told how files of the disk tier are read (posix_fadvise): in order, at random, soon, not again. A change restarts the agents.")
        @Default("true")
        @Nullable
        Boolean fadvise,

        @JsonPropertyDescription(
                "A blob longer than this leaves the page cache behind a reader in order; 0 means none does. auto is the memory limit of the agent's container, or else the machine's memory. A change restarts the agents.")
        @Default("auto")
        @Size(max = 24)
        @ValidationRule(
                value = Cel.AUTO_OR + Cel.BYTES_FROM + "0" + Cel.BYTES_TO + "1024Ti" + Cel.BYTES_END,
                message = "must be a number of bytes such as 4MiB, 64GiB or 4096, in [0, 1024TiB], or auto")
        @Nullable
        String dropBehindBytes) {

    /** When a block's checksum is compared before it is served: boot = before its first use after the machine was started anew, start = before its first use by each agent process, everyRead = before every read (switches passthrough off). */
    public enum Integrity {
        @JsonProperty("boot")
        BOOT,
        @JsonProperty("start")
        START,
        @JsonProperty("everyRead")
        EVERY_READ
    }
}
