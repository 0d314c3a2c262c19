package io.blobcache.node.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.model.BlobException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WatchedSourceTest {
    private @Nullable BlobException failure;
    private final WatchedSource source = new WatchedSource(new SourceThatFails("s", () -> failure));

    @Test
    void oneThatWasNeverAskedHasNotAnswered() {
        assertThat(source.failure()).isEqualTo("has not answered yet");
    }

    @Test
    void theReasonIsKnownUntilItAnswersAgain() throws Exception {
        failure = new BlobException.Unavailable("no route\nto it", null);
        assertThatThrownBy(() -> source.stat("a")).isInstanceOf(BlobException.Unavailable.class);
        assertThat(source.failure()).isEqualTo("no route?to it");

        failure = null;
        source.list("", "");
        assertThat(source.failure()).isEmpty();
    }

    @Test
    void aPathThatIsMissingOrRefusedSaysNothingOfTheSource() throws Exception {
        source.check();
        failure = new BlobException.Denied("not this key", null);
        assertThatThrownBy(() -> source.stat("a")).isInstanceOf(BlobException.Denied.class);
        failure = new BlobException.NotFound("not this key");
        assertThatThrownBy(() -> source.stat("a")).isInstanceOf(BlobException.NotFound.class);
        assertThat(source.failure()).isEmpty();
    }

    @Test
    void aRefusalMakesItDoubtfulUntilTheSourceIsChecked() throws Exception {
        source.check();
        assertThat(source.doubtful()).isFalse();

        failure = new BlobException.Denied("not this key", null);
        assertThatThrownBy(() -> source.stat("a")).isInstanceOf(BlobException.Denied.class);
        assertThat(source.doubtful()).isTrue();

        failure = null;
        source.list("", "");
        assertThat(source.doubtful()).as("another path may be given").isTrue();
        source.check();
        assertThat(source.doubtful()).isFalse();
    }

    @Test
    void aSourceThatIsRefusedAsAWholeFails() {
        failure = new BlobException.Denied("wrong key", null);
        assertThatThrownBy(source::check).isInstanceOf(BlobException.Denied.class);
        assertThat(source.failure()).isEqualTo("wrong key");
    }
}
