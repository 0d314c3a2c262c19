package io.blobcache.e2e.rig;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;

/** How programs read files: each gives the SHA-256 of what it saw, made by sha256sum. */
public enum WaysToRead {
    READ("cat -- \"$1\""),
    DIRECT("dd if=\"$1\" iflag=direct bs=1M status=none"),
    SENDFILE("""
            python3 -c '
            import os, sys
            f = os.open(sys.argv[1], os.O_RDONLY)
            at = 0
            while sent := os.sendfile(1, f, at, 1 << 20): at += sent
            ' "$1"
            """),
    MAPPED("""
            python3 -c '
            import mmap, os, sys
            f = os.open(sys.argv[1], os.O_RDONLY)
            size = os.fstat(f).st_size
            if size: sys.stdout.buffer.write(mmap.mmap(f, size, mmap.MAP_SHARED, mmap.PROT_READ))
            ' "$1"
            """),
    READ_AHEAD("""
            python3 -c '
            import ctypes, os, sys
            f = os.open(sys.argv[1], os.O_RDONLY)
            size = ctypes.c_size_t(os.fstat(f).st_size)
            assert ctypes.CDLL(None).readahead(f, ctypes.c_int64(0), size) == 0
            while some := os.read(f, 1 << 20): sys.stdout.buffer.write(some)
            ' "$1"
            """),
    WILL_NEED("""
            python3 -c '
            import os, sys
            f = os.open(sys.argv[1], os.O_RDONLY)
            os.posix_fadvise(f, 0, 0, os.POSIX_FADV_WILLNEED)
            while some := os.read(f, 1 << 20): sys.stdout.buffer.write(some)
            ' "$1"
            """),
    /** From the end, in steps that no page or block boundary divides. */
    BACKWARDS("""
            python3 -c '
            import os, sys
            f = os.open(sys.argv[1], os.O_RDONLY)
            step = 100003
            starts = range(0, os.fstat(f).st_size, step)
            parts = [os.pread(f, step, start) for start in reversed(starts)]
            sys.stdout.buffer.write(b"".join(reversed(parts)))
            ' "$1"
            """);

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final String script;

    WaysToRead(String script) {
        this.script = script;
    }

    public String sha256(Path file) {
        Shell.Result result = Shell.script(LIMIT, "(" + script + ") | sha256sum | cut -c1-64", file);
        // A reader that fails gives a short stream: its complaint says more than its digest.
        assertThat(result.err()).as("%s of %s", this, file).isEmpty();
        return result.out().strip();
    }
}
