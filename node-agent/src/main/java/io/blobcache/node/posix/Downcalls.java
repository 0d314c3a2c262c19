package io.blobcache.node.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/** What every system call of this package needs: its handle, and the error number of the thread. */
final class Downcalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    /** One error number a thread; its segment lives as long as the thread. */
    private static final ThreadLocal<MemorySegment> LAST_ERRNO =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private Downcalls() {}

    /** A function of the C library; its first argument is {@link #errno}. */
    static MethodHandle call(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor, ERRNO);
    }

    /** As {@link #call}; {@code null} if the C library of this platform has no such function. */
    static @Nullable MethodHandle optional(String name, FunctionDescriptor descriptor) {
        return LINKER.defaultLookup()
                .find(name)
                .map(function -> LINKER.downcallHandle(function, descriptor, ERRNO))
                .orElse(null);
    }

    /** One that is declared with an ellipsis. */
    static MethodHandle variadic(String name, FunctionDescriptor descriptor, int firstVariadicArgument) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                descriptor,
                ERRNO,
                Linker.Option.firstVariadicArg(firstVariadicArgument));
    }

    /** Where the calls of this thread leave their error number. */
    static MemorySegment errno() {
        return LAST_ERRNO.get();
    }

    /** The result if there is one, else the error number, negative: the convention of this package. */
    static int answer(int result, MemorySegment errno) {
        return result >= 0 ? result : -errno.get(JAVA_INT, 0);
    }

    static long answer(long result, MemorySegment errno) {
        return result >= 0 ? result : -errno.get(JAVA_INT, 0);
    }

    static AssertionError failed(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new AssertionError("a downcall threw", e);
    }
}
