package io.blobcache.node.mesh.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;

/**
 * A protobuf message one field of which lies outside of the heap. The transport takes arrays only, so the content goes
 * through one small enough to stay in the processor's cache: one copy that costs anything instead of three.
 */
final class SegmentMessage extends InputStream implements Drainable, KnownLength {
    /** A quarter of a second-level cache of 256 KiB; larger ones measured no faster. */
    private static final int COPY_BYTES = 64 << 10;

    private static final ThreadLocal<byte[]> COPY = ThreadLocal.withInitial(() -> new byte[COPY_BYTES]);

    private final byte[] before;
    private final MemorySegment content;
    private final byte[] after;
    private long position;

    SegmentMessage(byte[] before, MemorySegment content, byte[] after) {
        this.before = before;
        this.content = content;
        this.after = after;
    }

    /** Tag and length of a field of bytes; nothing for an empty one. */
    static byte[] header(int field, MemorySegment content) throws IOException {
        if (content.byteSize() == 0) {
            return new byte[0];
        }
        int length = Math.toIntExact(content.byteSize());
        byte[] bytes =
                new byte[CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(length)];
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(length);
        return bytes;
    }

    /** Once, from the start. */
    @Override
    public int drainTo(OutputStream target) throws IOException {
        target.write(before);
        write(content, target);
        target.write(after);
        int total = total();
        position = total;
        return total;
    }

    static void write(MemorySegment content, OutputStream target) throws IOException {
        byte[] copy = COPY.get();
        long length = content.byteSize();
        for (long done = 0; done < length; done += COPY_BYTES) {
            int bytes = (int) Math.min(COPY_BYTES, length - done);
            MemorySegment.copy(content, JAVA_BYTE, done, copy, 0, bytes);
            target.write(copy, 0, bytes);
        }
    }

    @Override
    public int available() {
        return (int) (total() - position);
    }

    /** Byte by byte: for transports that do not drain. gRPC's do. */
    @Override
    public int read(byte[] into, int offset, int length) {
        int bytes = Math.min(length, available());
        for (int i = 0; i < bytes; i++) {
            into[offset + i] = (byte) read();
        }
        return bytes == 0 && length > 0 ? -1 : bytes;
    }

    @Override
    public int read() {
        if (available() == 0) {
            return -1;
        }
        long at = position++;
        if (at < before.length) {
            return before[(int) at] & 0xFF;
        }
        long inContent = at - before.length;
        return inContent < content.byteSize()
                ? content.get(JAVA_BYTE, inContent) & 0xFF
                : after[(int) (inContent - content.byteSize())] & 0xFF;
    }

    private int total() {
        return Math.toIntExact(before.length + content.byteSize() + after.length);
    }
}
