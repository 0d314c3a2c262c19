package io.blobcache.node.config;

import java.time.Duration;

/** How long the agent believes what a source said of its names. */
@Section(key = "listing", meaning = "How long names and attributes of the source are believed.")
public record ListingConfig(
        @Setting(
                value = "5s",
                live = true,
                min = "0s",
                max = "365d",
                meaning = "A listing or an attribute older than this is asked for again.",
                reason = "A change of the source shows within seconds, and a program that opens thousands of files"
                        + " still asks once.")
        Duration ttl,

        @Setting(
                value = "2s",
                live = true,
                min = "0s",
                max = "1h",
                meaning = "So long a missing path is believed to be missing.",
                reason = "Interpreters look for the same missing file dozens of times at start; a file that appears"
                        + " is seen after two seconds.")
        Duration negativeTtl) {

    public static final ListingConfig DEFAULT = Settings.defaults(ListingConfig.class);

    public ListingConfig {
        Check.of(ListingConfig.class)
                .range("ttl", ttl)
                .range("negativeTtl", negativeTtl)
                .done();
    }
}
