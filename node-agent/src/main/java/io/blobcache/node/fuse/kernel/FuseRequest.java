package io.blobcache.node.fuse.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.kernel.Wire.InHeader;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A request as it lies at the start of a frame. A field is read only after the length has been found to hold it: one
 * that does not fails with EINVAL. Belongs to one thread at a time.
 */
final class FuseRequest {
    /** NAME_MAX: what a directory entry holds, in bytes. The kernel lets longer names through to us. */
    static final int MAX_NAME_BYTES = 255;

    private final MemorySegment memory;
    private int length;

    FuseRequest(MemorySegment memory) {
        this.memory = memory;
    }

    /** Begins with a request of {@code length} bytes; {@code false} if it has not even a header to answer to. */
    boolean begin(long length) {
        this.length = (int) length;
        return length >= InHeader.BYTES;
    }

    /** Whether the header's length is the one that arrived. */
    boolean isWhole() {
        return memory.get(JAVA_INT, InHeader.LEN) == length;
    }

    int opcode() {
        return memory.get(JAVA_INT, InHeader.OPCODE);
    }

    long unique() {
        return memory.get(JAVA_LONG, InHeader.UNIQUE);
    }

    long inode() {
        return memory.get(JAVA_LONG, InHeader.NODEID);
    }

    int bodyBytes() {
        return length - InHeader.BYTES;
    }

    int intAt(int bodyOffset) throws FuseException {
        require(bodyOffset, Integer.BYTES);
        return memory.get(JAVA_INT, InHeader.BYTES + (long) bodyOffset);
    }

    long longAt(int bodyOffset) throws FuseException {
        require(bodyOffset, Long.BYTES);
        return memory.get(JAVA_LONG, InHeader.BYTES + (long) bodyOffset);
    }

    /**
     * The body as one name.
     *
     * @throws FuseException ENAMETOOLONG; ENOENT if it is not UTF-8, since no entry of ours has such a name; EINVAL for
     *     what is no name at all
     */
    String name() throws FuseException {
        int bytes = bodyBytes() - 1;
        if (bytes < 1 || memory.get(JAVA_BYTE, InHeader.BYTES + (long) bytes) != 0) {
            throw new FuseException(Errno.EINVAL);
        }
        if (bytes > MAX_NAME_BYTES) {
            throw new FuseException(Errno.ENAMETOOLONG);
        }
        byte[] name = new byte[bytes];
        MemorySegment.copy(memory, JAVA_BYTE, InHeader.BYTES, name, 0, bytes);
        boolean ascii = true;
        for (byte b : name) {
            if (b == 0 || b == '/') {
                throw new FuseException(Errno.EINVAL);
            }
            ascii &= b > 0;
        }
        return checked(ascii ? new String(name, StandardCharsets.ISO_8859_1) : decode(name));
    }

    /** The request's bytes, to go on with in another frame. */
    byte[] copy() {
        return memory.asSlice(0, length).toArray(JAVA_BYTE);
    }

    /** The kernel resolves these itself and never asks: a frame that does is not the kernel's. */
    private static String checked(String name) throws FuseException {
        if (name.equals(".") || name.equals("..")) {
            throw new FuseException(Errno.EINVAL);
        }
        return name;
    }

    private static String decode(byte[] name) throws FuseException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new FuseException(Errno.ENOENT);
        }
    }

    private void require(int bodyOffset, int bytes) throws FuseException {
        if (bodyOffset < 0 || bodyOffset > bodyBytes() - bytes) {
            throw new FuseException(Errno.EINVAL);
        }
    }
}
