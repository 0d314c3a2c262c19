package io.blobcache.node.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

/** Every way to read gives the original's bytes. */
public interface ReadContract {

    Path mount();

    Path expected();

    @Test
    default void everyFileHasTheDigestOfTheOriginal() {
        Shell.bash("""
                sums=$(mktemp); trap 'rm -f "$sums"' EXIT
                cd "$2" && find . -type f -print0 | xargs -0 sha256sum > "$sums"
                cd "$1" && sha256sum --check --strict --quiet "$sums"
                """, mount(), expected());
    }

    @Test
    default void parallelReadersGetTheBytesOfTheOriginal() {
        Shell.bash("""
                cd "$1"
                want=$(sha256sum < "$2/big")
                # eight that read one file at once, and eight that share the others
                for i in 1 2 3 4 5 6 7 8; do (test "$(sha256sum < big)" = "$want") & all+=($!); done
                for pid in "${all[@]}"; do wait "$pid"; done
                sums=$(mktemp); trap 'rm -f "$sums"' EXIT
                (cd "$2" && find . -type f -print0 | xargs -0 sha256sum | sort) > "$sums"
                find . -type f -print0 | xargs -0 -P 8 -n 100 sha256sum | sort | cmp - "$sums"
                """, mount(), expected());
    }

    @Test
    default void readsAtRandomOffsetsGetTheBytesThere() {
        Shell.python("""
                import os, random, sys
                r = random.Random(11)
                a = os.open(sys.argv[1] + '/big', os.O_RDONLY)
                b = os.open(sys.argv[2] + '/big', os.O_RDONLY)
                size = os.fstat(b).st_size
                for i in range(500):
                    n, o = r.choice([1, 7, 4096, 5000, 131072, 1 << 20]), r.randrange(size + 100)
                    assert os.pread(a, n, o) == os.pread(b, n, o), (n, o)
                """, mount(), expected());
    }

    @Test
    default void readingAtAndPastTheEndGivesNothing() {
        Shell.python("""
                import os, sys
                for name in ['big', 'empty', 'page']:
                    fd = os.open(sys.argv[1] + '/' + name, os.O_RDONLY)
                    size = os.lseek(fd, 0, os.SEEK_END)
                    assert size == os.stat(sys.argv[2] + '/' + name).st_size
                    for at in [size, size + 1, size + (1 << 20), 1 << 40, (1 << 63) - 8192]:
                        assert os.pread(fd, 4096, at) == b'', (name, at)
                    if size:
                        assert len(os.pread(fd, 4096, size - 1)) == 1
                """, mount(), expected());
    }

    /** By another process: a thread of Java that waits for a page of its own mount holds up the collector, and with it the mount. */
    @Test
    default void mappedMemoryShowsTheBytes() {
        Shell.python("""
                import mmap, os, sys
                fd = os.open(sys.argv[1] + '/big', os.O_RDONLY)
                with mmap.mmap(fd, os.fstat(fd).st_size, prot=mmap.PROT_READ) as m, open(sys.argv[2] + '/big', 'rb') as f:
                    assert m[:] == f.read()
                """, mount(), expected());
    }

    @Test
    default void mappedBytesPastTheEndAreZeros() {
        Shell.python("""
                import ctypes, mmap, os, sys
                fd = os.open(sys.argv[1] + '/big', os.O_RDONLY)
                size = os.fstat(fd).st_size
                m = mmap.mmap(fd, size, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
                rest = -size % mmap.PAGESIZE
                past = ctypes.string_at(ctypes.addressof(ctypes.c_char.from_buffer(m)) + size, rest)
                assert rest > 0 and past == bytes(rest), past
                """, mount());
    }

    @Test
    default void transferToCopiesTheBytes() throws IOException {
        Path copy = Files.createTempFile("transfer", null);
        try (FileChannel from = FileChannel.open(mount().resolve(ExampleTree.BIG));
                FileChannel to = FileChannel.open(copy, StandardOpenOption.WRITE)) {
            long done = 0;
            while (done < from.size()) {
                done += from.transferTo(done, from.size() - done, to);
            }

            assertThat(Files.mismatch(copy, expected().resolve(ExampleTree.BIG)))
                    .isEqualTo(-1);
        } finally {
            Files.delete(copy);
        }
    }

    @Test
    default void cpSendfileAndSpliceCopyTheBytes() {
        Shell.bash("""
                copy=$(mktemp); trap 'rm -f "$copy"' EXIT
                cp --reflink=auto "$1/big" "$copy"; cmp "$copy" "$2/big"
                cp --sparse=always "$1/big" "$copy"; cmp "$copy" "$2/big"
                cat "$1/big" | cmp - "$2/big"
                python3 -c '
                import os, sys
                a, b = os.open(sys.argv[1], os.O_RDONLY), os.open(sys.argv[2], os.O_WRONLY | os.O_TRUNC)
                while os.sendfile(b, a, None, 1 << 20): pass
                ' "$1/big" "$copy"; cmp "$copy" "$2/big"
                """.replace("                ", ""), mount(), expected());
    }

    @Test
    default void directReadsGetTheBytes() {
        Shell.bash("""
                for bytes in 4096 65536 1048576 4194304; do
                  dd if="$1/big" iflag=direct bs=$bytes status=none | cmp - "$2/big"
                done
                dd if="$1/big" iflag=direct bs=4096 skip=1000 count=3 status=none \\
                  | cmp - <(dd if="$2/big" bs=4096 skip=1000 count=3 status=none)
                """, mount(), expected());
    }

    @Test
    default void readAheadChangesNoByte() {
        Shell.python("""
                import ctypes, os, sys
                libc = ctypes.CDLL(None, use_errno=True)
                fd = os.open(sys.argv[1] + '/big', os.O_RDONLY)
                size = os.fstat(fd).st_size
                assert libc.readahead(fd, ctypes.c_int64(1 << 20), ctypes.c_size_t(2 << 20)) == 0
                for advice in [os.POSIX_FADV_SEQUENTIAL, os.POSIX_FADV_RANDOM, os.POSIX_FADV_WILLNEED,
                               os.POSIX_FADV_DONTNEED, os.POSIX_FADV_NORMAL]:
                    os.posix_fadvise(fd, 0, size, advice)
                    with open(sys.argv[2] + '/big', 'rb') as f:
                        assert os.pread(fd, size, 0) == f.read()
                """, mount(), expected());
    }

    @Test
    default void manyHandlesAreOpenAtOnce() {
        Shell.python("""
                import os, resource, sys
                hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
                resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 4096), hard))
                a = [os.open(sys.argv[1] + '/big', os.O_RDONLY) for i in range(1000)]
                b = [os.open(sys.argv[1] + '/many/file-%05d' % i, os.O_RDONLY) for i in range(1000)]
                with open(sys.argv[2] + '/big', 'rb') as f:
                    want = f.read(100)
                assert all(os.pread(fd, 100, 0) == want for fd in a)
                for i, fd in enumerate(b):
                    with open(sys.argv[2] + '/many/file-%05d' % i, 'rb') as f:
                        assert os.read(fd, 100) == f.read()
                """, mount(), expected());
    }

    @Test
    default void seekingDataAndSyncingAreAllowedOnAReadOnlyHandle() {
        Shell.python("""
                import os, sys
                fd = os.open(sys.argv[1] + '/big', os.O_RDONLY)
                size = os.fstat(fd).st_size
                assert os.lseek(fd, 5, os.SEEK_DATA) == 5
                assert os.lseek(fd, 5, os.SEEK_HOLE) == size
                os.fsync(fd)
                """, mount());
    }
}
