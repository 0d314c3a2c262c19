package io.blobcache.e2e.rig;

import java.nio.file.Path;

/** A small real file system in a file, to be filled, starved and broken. */
public final class LoopDisk {
    private final Path image;
    private final Path mount;
    private final String device;

    private LoopDisk(Path image, Path mount, String device) {
        this.device = device;
        this.image = image;
        this.mount = mount;
    }

    /** @param makeOptions of mkfs.ext4, such as {@code -N 1000} for few inodes */
    public static LoopDisk ext4(Scratch scratch, int mebibytes, String... makeOptions) {
        Path image = scratch.path("disk.img");
        Path mount = scratch.directory("disk");
        Shell.run("truncate", "-s", mebibytes + "M", image.toString()).expectSuccess();
        String[] make = new String[makeOptions.length + 4];
        System.arraycopy(new String[] {"mkfs.ext4", "-q", "-F"}, 0, make, 0, 3);
        System.arraycopy(makeOptions, 0, make, 3, makeOptions.length);
        make[make.length - 1] = image.toString();
        Shell.run(make).expectSuccess();
        String device = Shell.run("losetup", "-f", "--show", image.toString())
                .expectSuccess()
                .out()
                .strip();
        scratch.undo("free " + device, () -> Shell.run("losetup", "-d", device).expectSuccess());
        Shell.run("mount", "-o", "errors=remount-ro", device, mount.toString()).expectSuccess();
        scratch.undo("unmount " + mount, () -> Mounts.clear(mount));
        return new LoopDisk(image, mount, device);
    }

    public Path path(String name) {
        return mount.resolve(name);
    }

    /** The kernel meets an error in the file system and makes it read-only. */
    public void fail() {
        Shell.script("echo 1 > /sys/fs/ext4/$(basename \"$1\")/trigger_fs_error", device)
                .expectSuccess();
    }

    public Path image() {
        return image;
    }

    /** Takes all space that is left. */
    public void fill() {
        // It ends with ENOSPC: that is the purpose.
        Shell.script(
                        "dd if=/dev/zero of=\"$1/filler\" bs=64k 2>/dev/null; dd if=/dev/zero of=\"$1/rest\" bs=1k 2>/dev/null; sync -f \"$1\"; true",
                        mount)
                .expectSuccess();
    }
}
