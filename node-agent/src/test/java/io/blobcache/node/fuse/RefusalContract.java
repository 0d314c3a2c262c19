package io.blobcache.node.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What cannot be done fails with the error number that a program expects. */
public interface RefusalContract {

    Path mount();

    @Test
    default void everyWriteIsRefusedWithErofs() {
        String output = Shell.python("""
                import errno, os, sys
                os.chdir(sys.argv[1])
                def t(name, f):
                    try:
                        f()
                        print(name, 'succeeded')
                    except OSError as e:
                        if e.errno != errno.EROFS:
                            print(name, errno.errorcode[e.errno])
                def opening(flags):
                    return lambda: os.open('page', flags)
                t('open for writing', opening(os.O_WRONLY))
                t('open for both', opening(os.O_RDWR))
                t('open and truncate', opening(os.O_WRONLY | os.O_TRUNC))
                t('read and truncate', opening(os.O_RDONLY | os.O_TRUNC))
                t('append', opening(os.O_WRONLY | os.O_APPEND))
                t('create', lambda: os.open('new', os.O_CREAT | os.O_WRONLY, 0o644))
                t('create to read', lambda: os.open('new', os.O_CREAT | os.O_RDONLY, 0o644))
                t('temporary', lambda: os.open('.', os.O_TMPFILE | os.O_RDWR, 0o644))
                t('mkdir', lambda: os.mkdir('new'))
                t('mknod', lambda: os.mknod('new'))
                t('mkfifo', lambda: os.mkfifo('new'))
                t('unlink', lambda: os.unlink('page'))
                t('rmdir', lambda: os.rmdir('empty directory'))
                t('rename', lambda: os.rename('page', 'new'))
                t('rename directory', lambda: os.rename('empty directory', 'new'))
                t('link', lambda: os.link('page', 'new'))
                t('symlink', lambda: os.symlink('page', 'new'))
                t('chmod', lambda: os.chmod('page', 0o600))
                t('chown', lambda: os.chown('page', 1, 1))
                t('lchown', lambda: os.lchown('links/dangling', 1, 1))
                t('truncate', lambda: os.truncate('page', 0))
                t('utime', lambda: os.utime('page'))
                t('setxattr', lambda: os.setxattr('page', 'user.x', b'1'))
                t('removexattr', lambda: os.removexattr('page', 'user.x'))
                t('access', lambda: None if os.access('page', os.W_OK) else os.open('page', os.O_WRONLY))
                """, mount());

        assertThat(output).isEmpty();
    }

    @Test
    default void writingToAReadHandleIsRefused() {
        Shell.python("""
                import errno, os, sys
                fd = os.open(sys.argv[1] + '/page', os.O_RDONLY)
                for f in [lambda: os.write(fd, b'x'), lambda: os.ftruncate(fd, 0),
                          lambda: os.posix_fallocate(fd, 0, 1)]:
                    try:
                        f()
                        sys.exit('succeeded')
                    except OSError as e:
                        assert e.errno in (errno.EBADF, errno.EINVAL), e
                for f in [lambda: os.fchmod(fd, 0), lambda: os.utime(fd)]:
                    try:
                        f()
                        sys.exit('succeeded')
                    except OSError as e:
                        assert e.errno == errno.EROFS, e
                """, mount());
    }

    @Test
    default void pathsThatDoNotExistFailAsOnAnyFileSystem() {
        String output = Shell.python("""
                import errno, os, sys
                os.chdir(sys.argv[1])
                def t(want, f):
                    try:
                        print(want, 'expected but succeeded', f())
                    except OSError as e:
                        if e.errno != getattr(errno, want):
                            print(want, 'expected but', errno.errorcode[e.errno])
                for i in range(2):  # the second time from the kernel's memory
                    t('ENOENT', lambda: os.stat('missing'))
                    t('ENOENT', lambda: os.open('deep/missing/file', os.O_RDONLY))
                t('ENOTDIR', lambda: os.stat('page/file'))
                t('ENOTDIR', lambda: os.listdir('page'))
                t('EISDIR', lambda: os.read(os.open('deep', os.O_RDONLY), 1))
                t('ENAMETOOLONG', lambda: os.stat('n' * 256))
                t('ENAMETOOLONG', lambda: os.stat('n' * 1000))
                t('ENAMETOOLONG', lambda: os.stat(b'\\xff' * 256))
                t('ENAMETOOLONG', lambda: os.stat('n/' * 3000))
                t('ENOENT', lambda: os.stat(b'\\xff\\xfe'))
                t('ENOENT', lambda: os.stat(b'names/gr\\xfc\\xdfe'))
                t('ENOENT', lambda: os.stat(b'\\xed\\xa0\\x80'))
                t('ENOENT', lambda: os.stat(b'\\xc0\\xaf'))
                t('ENOENT', lambda: os.stat('names/WITH BLANK'))
                t('ENOENT', lambda: os.stat(''))
                t('EINVAL', lambda: os.readlink('page'))
                t('ELOOP', lambda: os.stat('links/loop'))
                t('ENOENT', lambda: os.stat('links/dangling'))
                t('ENOTTY', lambda: __import__('fcntl').ioctl(os.open('page', os.O_RDONLY), 0x80086601, bytearray(8)))
                """, mount());

        assertThat(output).isEmpty();
    }

    @Test
    default void extendedAttributesAreAbsentNotBroken() {
        Shell.python("""
                import errno, os, sys
                p = sys.argv[1] + '/page'
                for f in [lambda: os.getxattr(p, 'user.x'), lambda: os.getxattr(p, 'security.capability')]:
                    try:
                        sys.exit('succeeded: %r' % f())
                    except OSError as e:
                        assert e.errno in (errno.ENOTSUP, errno.ENODATA), e
                try:
                    assert os.listxattr(p) == []
                except OSError as e:
                    assert e.errno == errno.ENOTSUP, e
                """, mount());
    }
}
