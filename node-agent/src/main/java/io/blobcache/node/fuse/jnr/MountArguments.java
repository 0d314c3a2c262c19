package io.blobcache.node.fuse.jnr;

import io.blobcache.node.config.FuseConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The command line of libfuse. */
final class MountArguments {
    /** What mount(8) shows as the type: {@code fuse.blobcache}. */
    private static final String SUBTYPE = "blobcache";

    private MountArguments() {}

    /** @param forAll whether other users may see the mount; libfuse refuses it to a user unless fuse.conf allows it */
    static String[] of(FuseConfig config, Path directory, String name, boolean forAll) {
        List<String> options = new ArrayList<>();
        options.add("ro");
        options.add("nosuid");
        options.add("nodev");
        options.add("default_permissions");
        if (forAll) {
            options.add("allow_other");
        }
        options.add("fsname=" + escaped(name));
        options.add("subtype=" + SUBTYPE);
        // stat shows the inodes of our file system, not numbers that libfuse counts up.
        options.add("use_ino");
        // The kernel cuts requests of this protocol version to 32 pages, 128 KiB, whatever is asked for.
        options.add("max_read=" + config.maxReadBytes());
        options.add("max_readahead=" + config.readAheadBytes());
        options.add("max_background=" + config.maxBackground());
        options.add("congestion_threshold=" + config.congestionThreshold());
        options.add("entry_timeout=" + seconds(config.entryTimeout()));
        options.add("attr_timeout=" + seconds(config.attributeTimeout()));
        options.add("negative_timeout=" + seconds(config.negativeTimeout()));
        return new String[] {SUBTYPE, "-f", "-o", String.join(",", options), directory.toString()};
    }

    /** libfuse splits its options at commas; a backslash takes the meaning from what follows. */
    private static String escaped(String name) {
        return name.replace("\\", "\\\\").replace(",", "\\,");
    }

    private static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.3f", duration.toNanos() / 1e9);
    }
}
