package io.blobcache.node.cli;

import java.util.LinkedHashMap;
import java.util.Map;

/** How a command ends. The numbers are an interface: scripts depend on them, so none of them ever changes. */
public enum ExitCode {
    OK(0, "done"),
    FAILED(1, "anything that has no code of its own"),
    USAGE(2, "wrong arguments or configuration"),
    SOURCE_UNREACHABLE(3, "the source cannot be reached"),
    DENIED(4, "the source refuses the credentials"),
    SOURCE_MISSING(5, "the bucket, path, file or content does not exist"),
    MOUNT_POINT_MISSING(6, "the mount point does not exist or is not a directory"),
    MOUNT_POINT_NOT_EMPTY(7, "the mount point is not empty"),
    ALREADY_MOUNTED(8, "something is mounted there already"),
    NO_FUSE(9, "/dev/fuse is absent, or mounting is not permitted"),
    STATE_NOT_WRITABLE(10, "the state directory cannot be written"),
    IN_USE(11, "the state directory is in use by another process"),
    NOT_MOUNTED(12, "no mount of blobcache there (stat, warm, unmount), or none at all (put, get)"),
    DISK_FULL(13, "the disk of the state directory is full, or its quota used up");

    private final int code;
    private final String meaning;

    ExitCode(int code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    public int code() {
        return code;
    }

    public String meaning() {
        return meaning;
    }

    /** For the help of commands. */
    static Map<String, String> table() {
        Map<String, String> table = new LinkedHashMap<>();
        for (ExitCode exit : values()) {
            table.put(Integer.toString(exit.code), exit.meaning);
        }
        return table;
    }
}
