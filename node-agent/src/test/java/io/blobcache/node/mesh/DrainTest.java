package io.blobcache.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.fs.Poll;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An agent that is told to end while a peer reads a block from it over a bulk connection. */
@Timeout(60)
class DrainTest {
    private final byte[] content = new byte[1 << 20];
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private ScriptedSource ofOwner;
    private ScriptedSource ofReader;
    private TestAgent owner;
    private TestAgent reader;
    private Blob blob;

    @BeforeEach
    void anOwnerAndAReader() {
        new Random(5).nextBytes(content);
        ofOwner = new ScriptedSource(content);
        ofReader = new ScriptedSource(content);
        owner = new TestAgent("owner", ofOwner);
        reader = new TestAgent("reader", ofReader);
        reader.members(owner.member());
        blob = Blob.ofSource("scripted", "p", "v", content.length);
    }

    @AfterEach
    void close() {
        ofOwner.gate.release(1000);
        threads.close();
        reader.close();
        owner.close();
    }

    @Test
    void aBlockThatIsUnderWayArrivesAndNothingElseIsTaken() throws Exception {
        int port = bulkPort();
        try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), port)) {
            CompletableFuture<byte[]> read = readThatWaitsForTheSource();
            CompletableFuture<Void> stopped = CompletableFuture.runAsync(owner::stopServing, threads);

            idle.setSoTimeout(10_000);
            assertThat(idle.getInputStream().read())
                    .as("an idle connection is closed")
                    .isEqualTo(-1);
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                    .isInstanceOf(ConnectException.class);
            assertThat(stopped).isNotDone();

            ofOwner.gate.release(1000);
            assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(content);
            assertThat(ofReader.reads).as("reads of the reader's own source").hasValue(0);
            assertThat(reader.asked.failed.sum()).isZero();
            stopped.get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatDoesNotEndIsCutOffAndReadElsewhere() throws Exception {
        CompletableFuture<byte[]> read = readThatWaitsForTheSource();

        CompletableFuture.runAsync(owner::stopServing, threads).get(20, TimeUnit.SECONDS);

        assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(content);
        assertThat(ofReader.reads).hasValue(1);
    }

    private CompletableFuture<byte[]> readThatWaitsForTheSource() {
        ofOwner.gated = true;
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return reader.read(blob);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        Poll.until(() -> ofOwner.reads.get() == 1);
        return read;
    }

    private int bulkPort() throws InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", owner.port())
                .usePlaintext()
                .build();
        try {
            return PeerGrpc.newBlockingStub(channel)
                    .openBulk(OpenBulkRequest.getDefaultInstance())
                    .getPort();
        } finally {
            channel.shutdownNow();
            assertThat(channel.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
