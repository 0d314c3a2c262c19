package io.blobcache.node.mounter;

import java.nio.file.Path;

/**
 * A mounted connection to the kernel.
 *
 * @param fd        the descriptor of {@code /dev/fuse}
 * @param directory where it is mounted
 * @param minor     minor device number of the mount: its name under {@code /sys/fs/fuse/connections}
 */
public record FuseDevice(int fd, Path directory, int minor) {}
