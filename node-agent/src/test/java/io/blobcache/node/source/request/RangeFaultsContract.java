package io.blobcache.node.source.request;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.Changed;
import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceEntry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a ranged read over HTTP does when the server or the network fails: right bytes or an honest error, as many
 * requests as promised, and never a byte of another version.
 */
public abstract class RangeFaultsContract {
    protected static final String PATH = "data/blob";
    private static final int LENGTH = 700_001;

    /** The range that most tests read: neither end is the blob's. */
    private static final int OFFSET = 4_321;

    private static final int COUNT = 300_000;

    protected FaultyServer server;
    protected final SourceCounters counters = new SourceCounters();
    protected final FakeTime time = new FakeTime();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment into = arena.allocate(COUNT);
    private final byte[] content = random(1);
    private Source source;
    private Blob blob;
    private int told;

    /** Of the server's {@code /data}; its pauses take {@link #time}. */
    protected abstract Source open(SourceConfig config) throws Exception;

    protected static SourceConfig stallingAfter(Duration stall) {
        return Changed.copy(SourceConfig.DEFAULT, "connectTimeout", stall, "stallTimeout", stall);
    }

    @BeforeEach
    void start() throws Exception {
        server = new FaultyServer();
        server.put(PATH, content);
        reopen(Duration.ofMillis(400));
    }

    private void reopen(Duration stall) throws Exception {
        if (source != null) {
            source.close();
        }
        source = open(stallingAfter(stall));
        SourceEntry.File file = (SourceEntry.File) source.stat("blob");
        blob = new Blob(BlobId.of(source.name(), "blob", file.version()), "blob", file.version(), file.lengthBytes());
        server.requests().clear();
    }

    @AfterEach
    void stop() throws Exception {
        source.close();
        server.close();
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void aBusyServerIsAskedAgainAndAFourthTimeIsTheLast(int status) throws Exception {
        server.script(Faults.status(status), Faults.status(status), Faults.status(status));
        read();
        assertWhole();
        assertThat(server.requests()).hasSize(4);

        server.script(Faults.status(status), Faults.status(status), Faults.status(status), Faults.status(status));
        assertThatThrownBy(this::read)
                .isInstanceOf(BlobException.Unavailable.class)
                .hasMessageContaining(Integer.toString(status));
        assertThat(server.requests()).hasSize(8);
        assertThat(counters.retries.sum()).isEqualTo(6);
    }

    @Test
    void retryAfterIsObeyed() throws Exception {
        server.script(Faults.status(503, Map.of("Retry-After", "3")));
        read();
        assertWhole();
        assertThat(time.pauses()).containsExactly(Duration.ofSeconds(3));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_191, 8_192, 65_536, 131_071, 131_072, 131_073, COUNT - 1})
    void aTruncatedBodyIsResumedAtTheByteItReached(int bytes) throws Exception {
        server.script(Faults.truncated(bytes));
        read();
        assertWhole();
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().get(1).header("Range"))
                .isEqualTo("bytes=" + (OFFSET + bytes) + "-" + (OFFSET + COUNT - 1));
    }

    @Test
    void aBodyThatIsAlwaysTruncatedIsAnErrorAndNotAShortBlob() {
        server.script(
                Faults.truncated(1_000), Faults.truncated(1_000), Faults.truncated(1_000), Faults.truncated(1_000));
        assertThatThrownBy(this::read).isInstanceOf(BlobException.Unavailable.class);
        assertThat(told).isEqualTo(4_000);
        assertPrefix(4_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100_000, COUNT - 1})
    void aBodyWithoutALengthThatEndsEarlyIsResumed(int bytes) throws Exception {
        server.script(Faults.truncated(bytes, Map.of("Content-Length", "")));
        read();
        assertWhole();
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aLengthThatDoesNotFitTheRangeIsNotBelieved() throws Exception {
        server.script(
                Faults.headers(Map.of("Content-Length", Integer.toString(COUNT + 100))),
                Faults.headers(Map.of("Content-Length", Integer.toString(COUNT - 100))));
        read();
        assertWhole();
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aServerThatHangsUpIsAskedAgain() throws Exception {
        server.script(Faults.hangUp(), Faults.hangUp());
        read();
        assertWhole();
        assertThat(server.requests()).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50_000})
    void silenceEndsAfterTheStallTimeoutAndTheReadGoesOn(int bytes) throws Exception {
        server.script(Faults.blackHole(bytes, new CountDownLatch(1)));
        read();
        assertWhole();
        assertThat(server.requests()).hasSize(2);
        assertThat(counters.requestsByCode())
                .hasEntrySatisfying("timeout", count -> assertThat(count.sum()).isEqualTo(1));
    }

    @Test
    void aServerThatIsAlwaysSilentTimesOut() {
        CountDownLatch any = new CountDownLatch(1);
        server.script(
                Faults.blackHole(0, any), Faults.blackHole(0, any), Faults.blackHole(0, any), Faults.blackHole(0, any));
        assertThatThrownBy(this::read).isInstanceOf(BlobException.TimedOut.class);
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void aTrickleEndsAtTheDeadline() {
        server.script(Faults.trickle(5));
        assertThatThrownBy(() -> source.read(blob, OFFSET, COUNT, into, bytes -> {
                    told = bytes;
                    time.advance(Duration.ofSeconds(10));
                }))
                .isInstanceOf(BlobException.TimedOut.class)
                .hasMessageContaining("too slow");
        assertThat(server.requests()).hasSize(1);
        assertPrefix(told);
    }

    @Test
    void anObjectReplacedBeforeTheRangeIsChanged() {
        server.script(Faults.replaced(PATH, random(2)));
        assertThatThrownBy(this::read).isInstanceOf(BlobException.Changed.class);
        assertThat(server.requests()).hasSize(1);
        assertPrefix(0);
    }

    @Test
    void aServerThatIgnoresConditionsIsFoundOut() {
        server.script(Faults.replacedUnconditionally(PATH, random(2)));
        assertThatThrownBy(this::read).isInstanceOf(BlobException.Changed.class);
        assertThat(server.requests()).hasSize(1);
        assertPrefix(0);
    }

    @Test
    void anObjectReplacedBeforeAResumeDoesNotMix() {
        server.script(Faults.truncated(1_000), Faults.replacedUnconditionally(PATH, random(2)));
        assertThatThrownBy(this::read).isInstanceOf(BlobException.Changed.class);
        assertPrefix(1_000);
    }

    @Test
    void aServerThatIgnoresRangesGivesTheRightBytesAllTheSame() throws Exception {
        server.script(Faults.rangeIgnored());
        read();
        assertWhole();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anotherRangeThanAskedForIsNeverTaken() {
        server.script(
                Faults.shifted(1),
                Faults.headers(Map.of("Content-Range", "")),
                Faults.headers(Map.of("Content-Range", "bytes 0-299999/700001")),
                Faults.headers(Map.of("Content-Range", "bytes 4321-304320/700002")));
        assertThatThrownBy(this::read).isInstanceOf(BlobException.Corrupt.class);
        assertThat(server.requests()).hasSize(4);
        assertPrefix(0);
    }

    @Test
    void compressedAndMultipartAnswersAreNeverTaken() throws Exception {
        server.script(
                Faults.gzipped(),
                Faults.headers(Map.of("Content-Type", "multipart/byteranges; boundary=x")),
                Faults.gzipped());
        read();
        assertWhole();
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void aMissingObjectIsNotFoundAtOnceAndNotUnreachable() {
        server.remove(PATH);
        assertThatThrownBy(this::read).isInstanceOf(BlobException.NotFound.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void anInterruptedReadEndsLongBeforeTheStallTimeout() throws Exception {
        reopen(Duration.ofMinutes(1));
        CountDownLatch silent = new CountDownLatch(1);
        server.script(Faults.blackHole(50_000, silent));
        FutureTask<Void> task = new FutureTask<>(() -> {
            read();
            return null;
        });
        Thread reader = Thread.ofVirtual().start(task);
        silent.await();
        reader.interrupt();
        assertThatThrownBy(task::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(BlobException.Interrupted.class);
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void noBodyTextOfTheServerReachesAMessage() {
        server.script(Faults.error(400, "InvalidRequest", "canary-secret-key"));
        assertThatThrownBy(this::read)
                .isInstanceOf(BlobException.Unavailable.class)
                .hasMessageNotContaining("canary")
                .hasStackTraceContaining("400")
                .extracting(e -> Arrays.stream(e.getStackTrace())
                        .map(StackTraceElement::toString)
                        .collect(Collectors.joining()))
                .asString()
                .doesNotContain("canary");
    }

    private void read() throws BlobException {
        told = 0;
        into.fill((byte) 0);
        source.read(blob, OFFSET, COUNT, into, bytes -> {
            assertThat(bytes).isGreaterThan(told);
            told = bytes;
        });
    }

    private void assertWhole() throws Exception {
        assertThat(told).isEqualTo(COUNT);
        assertThat(sha256(into.toArray(JAVA_BYTE)))
                .isEqualTo(sha256(Arrays.copyOfRange(content, OFFSET, OFFSET + COUNT)));
    }

    /** So many bytes are the old version's and nothing was written behind them. */
    private void assertPrefix(int bytes) {
        byte[] expected = new byte[COUNT];
        System.arraycopy(content, OFFSET, expected, 0, bytes);
        assertThat(into.toArray(JAVA_BYTE)).isEqualTo(expected);
    }

    private static byte[] random(long seed) {
        byte[] bytes = new byte[LENGTH];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
