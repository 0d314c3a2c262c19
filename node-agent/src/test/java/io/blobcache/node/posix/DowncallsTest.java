package io.blobcache.node.posix;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.FunctionDescriptor;
import org.junit.jupiter.api.Test;

class DowncallsTest {
    private static final FunctionDescriptor NO_ARGUMENT = FunctionDescriptor.of(JAVA_INT);

    @Test
    void aFunctionThatThePlatformNeedNotHaveIsNullWhereItIsMissing() {
        assertThat(Downcalls.optional("posix_fadvise_of_no_library", NO_ARGUMENT))
                .isNull();
        assertThat(Downcalls.optional("getpid", NO_ARGUMENT)).isNotNull();
    }
}
