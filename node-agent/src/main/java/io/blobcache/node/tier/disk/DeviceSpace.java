package io.blobcache.node.tier.disk;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** How large the device is and how much of it anybody may still write. */
public interface DeviceSpace {

    long totalBytes() throws IOException;

    /** Without what is reserved for the superuser. */
    long usableBytes() throws IOException;

    /** The device that holds {@code directory}, asked anew each time: it may be mounted over or resized. */
    static DeviceSpace of(Path directory) {
        return new DeviceSpace() {
            @Override
            public long totalBytes() throws IOException {
                return device().getTotalSpace();
            }

            @Override
            public long usableBytes() throws IOException {
                return device().getUsableSpace();
            }

            private FileStore device() throws IOException {
                return Files.getFileStore(directory);
            }
        };
    }
}
