package io.blobcache.node.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Listings are complete, and what they say of a name is true. */
public interface ListingContract {

    Path mount();

    Path expected();

    @Test
    default void diffFindsNoDifference() {
        Shell.bash("diff --recursive --no-dereference \"$1\" \"$2\"", mount(), expected());
    }

    @Test
    default void findListsEveryNameOnce() {
        String script = "cd \"$1\" && find . -print0 | sort -z";

        assertThat(Shell.bash(script, mount())).isEqualTo(Shell.bash(script, expected()));
    }

    @Test
    default void findSeesTypeSizeAndTimeOfEveryName() {
        String script = "cd \"$1\" && find . ! -type d -printf '%p %y %s %Ts\\0' | sort -z";

        assertThat(Shell.bash(script, mount())).isEqualTo(Shell.bash(script, expected()));
    }

    /** 1 of a directory says "not counted": find(1) would leave out what a wrong count hides. */
    @Test
    default void directoriesAndFilesHaveTheLinkCountOne() {
        assertThat(Shell.bash("find \"$1\" -printf '%n\n' | sort -u", mount())).isEqualTo("1\n");
    }

    @Test
    default void listingWithAttributesEndsWithoutAnError() {
        assertThat(Shell.bash("cd \"$1\" && ls -laR . | wc -l", mount()))
                .isEqualTo(Shell.bash("cd \"$1\" && ls -laR . | wc -l", expected()));
    }

    @Test
    default void typeInTheListingIsTheTypeOfStat() {
        Shell.python("""
                import os, stat, sys
                for top, directories, files in os.walk(sys.argv[1]):
                    for e in os.scandir(top):
                        mode = os.lstat(e.path).st_mode
                        assert e.is_dir(follow_symlinks=False) == stat.S_ISDIR(mode), e.path
                        assert e.is_file(follow_symlinks=False) == stat.S_ISREG(mode), e.path
                        assert e.is_symlink() == stat.S_ISLNK(mode), e.path
                        assert e.inode() == os.lstat(e.path).st_ino, e.path
                """, mount());
    }

    @Test
    default void aRewoundOrReopenedDirectoryListsTheSame() {
        Shell.python("""
                import os, sys
                want = sorted(os.listdir(sys.argv[2] + '/many'))
                fd = os.open(sys.argv[1] + '/many', os.O_RDONLY | os.O_DIRECTORY)
                for i in range(3):
                    assert sorted(os.listdir(fd)) == want  # rewinds
                    assert sorted(os.listdir(sys.argv[1] + '/many')) == want
                """, mount(), expected());
    }

    @Test
    default void aDirectoryGoesOnWhereTelldirWas() {
        Shell.python("""
                import ctypes, sys
                libc = ctypes.CDLL(None, use_errno=True)
                libc.opendir.restype = libc.readdir.restype = ctypes.c_void_p
                libc.telldir.restype = ctypes.c_long
                d = ctypes.c_void_p(libc.opendir((sys.argv[1] + '/many').encode()))
                def rest():
                    names = []
                    while True:
                        e = libc.readdir(d)
                        if not e:
                            return names
                        names.append(ctypes.string_at(e + 19))  # d_name
                for at in [1, 50, 300, 900]:
                    libc.rewinddir(d)
                    first = [ctypes.string_at(libc.readdir(d) + 19) for i in range(at)]
                    place = libc.telldir(d)
                    after = rest()
                    assert len(first) + len(after) == len(set(first + after)) == 1002, (at, len(after))
                    libc.seekdir(d, ctypes.c_long(place))
                    assert rest() == after
                """, mount());
    }

    @Test
    default void aDirectoryIsItsOwnChildrensParent() {
        Shell.python("""
                import os, sys
                names = os.listdir(sys.argv[1] + '/deep/a')
                assert names == ['b']
                here = os.stat(sys.argv[1] + '/deep/a')
                assert os.stat(sys.argv[1] + '/deep/a/.').st_ino == here.st_ino
                assert os.stat(sys.argv[1] + '/deep/a/b/..').st_ino == here.st_ino
                """, mount());
    }

    @Test
    default void statfsTellsThatNothingIsFree() {
        Shell.python("""
                import os, sys
                s = os.statvfs(sys.argv[1])
                assert s.f_bfree == s.f_bavail == s.f_ffree == 0
                assert s.f_namemax == 255 and s.f_bsize > 0
                assert s.f_flag & os.ST_RDONLY and s.f_flag & os.ST_NOSUID
                """, mount());
        Shell.bash("df \"$1\" && df -i \"$1\"", mount());
    }

    @Test
    default void linksAreGivenVerbatim() {
        String script = "cd \"$1/links\" && find . -type l -printf '%p %l\\n' | sort";

        assertThat(Shell.bash(script, mount()))
                .isEqualTo(Shell.bash(script, expected()))
                .contains("./escaping ../../../../../..");
        Shell.bash("cmp \"$1/links/to big\" \"$2/big\" && ls \"$1/links/to directory/b/c\"", mount(), expected());
    }

    @Test
    default void oddNamesAreFoundByName() {
        for (String name : ExampleTree.ODD_NAMES) {
            Shell.bash("cmp \"$1/names/$3\" \"$2/names/$3\"", mount(), expected(), name);
        }
    }
}
