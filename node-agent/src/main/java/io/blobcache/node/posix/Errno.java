package io.blobcache.node.posix;

import java.util.Arrays;

/** Error numbers of Linux (asm-generic/errno-base.h and errno.h), those that we give or act upon. */
public enum Errno {
    EPERM(1),
    ENOENT(2),
    EINTR(4),
    EIO(5),
    ENXIO(6),
    EBADF(9),
    EAGAIN(11),
    ENOMEM(12),
    EACCES(13),
    EBUSY(16),
    EEXIST(17),
    EXDEV(18),
    ENODEV(19),
    ENOTDIR(20),
    EISDIR(21),
    EINVAL(22),
    ENFILE(23),
    EMFILE(24),
    ETXTBSY(26),
    EFBIG(27),
    ENOSPC(28),
    EROFS(30),
    ERANGE(34),
    ENAMETOOLONG(36),
    ENOSYS(38),
    ENOTEMPTY(39),
    ELOOP(40),
    ENODATA(61),
    EPROTO(71),
    EOPNOTSUPP(95),
    ECONNABORTED(103),
    ENOTCONN(107),
    ETIMEDOUT(110),
    ESTALE(116),
    EDQUOT(122),
    /** Any number that is not listed. */
    UNKNOWN(0);

    private static final Errno[] BY_NUMBER = byNumber();

    private final int number;

    Errno(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    public static Errno of(int number) {
        return number > 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : UNKNOWN;
    }

    private static Errno[] byNumber() {
        Errno[] table = new Errno[134];
        Arrays.fill(table, UNKNOWN);
        for (Errno errno : values()) {
            table[errno.number] = errno;
        }
        return table;
    }
}
