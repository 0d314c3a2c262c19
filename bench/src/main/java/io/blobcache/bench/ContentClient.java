package io.blobcache.bench;

import io.blobcache.proto.v1.OpenBulkRequest;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

/**
 * The client of {@code e2e/performance/run}, which drives it: a command a line on standard input, answered by a line of
 * JSON on standard output. The process stays between commands, so that its code is warm. Commands, their words separated
 * by tabs:
 *
 * <ul>
 *   <li>{@code get|stream|store|block FILE STREAMS MILLISECONDS}: so many threads do that with a whole file for so long,
 *       each once at least; answers the bytes, the seconds, and how often the server said that it was busy
 *   <li>{@code once FILE}: stores it
 *   <li>{@code refused BYTES}: whether the server refuses one message of so much content
 *   <li>{@code bulk}: the port of the server's bulk connections
 * </ul>
 */
final class ContentClient implements AutoCloseable {
    private final int port;
    private final Callers callers;

    private ContentClient(int port, Path folder) {
        this.port = port;
        this.callers = new Callers(port, folder);
    }

    /** Arguments: the server's port, the folder of the files, which are named by their SHA-256. */
    public static void main(String[] arguments) throws IOException {
        try (ContentClient client = new ContentClient(Integer.parseInt(arguments[0]), Path.of(arguments[1]));
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(client.answer(line.split("\t", -1)));
                System.out.flush();
            }
        }
    }

    private String answer(String[] words) {
        try {
            return switch (words[0]) {
                case "once" -> "{\"hash\":\"%s\"}".formatted(callers.storeOnce(words[1]));
                case "refused" -> "{\"refused\":%b}".formatted(isRefused(Integer.parseInt(words[1])));
                case "bulk" -> "{\"port\":%d}".formatted(bulkPort());
                default -> measured(words);
            };
        } catch (IOException | InterruptedException | ExecutionException e) {
            return "{\"error\":\"%s\"}"
                    .formatted(reason(e).replace('"', '\'').replace('\\', '/').replace('\n', ' '));
        }
    }

    private String measured(String[] words) throws IOException, InterruptedException, ExecutionException {
        Callers.Work work = callers.work(words[0], words[1], Integer.parseInt(words[2]));
        long began = System.nanoTime();
        Callers.Done done = callers.call(work, Long.parseLong(words[3]) * 1_000_000);
        double seconds = (System.nanoTime() - began) / 1e9;
        return "{\"count\":%d,\"seconds\":%.9f,\"busy\":%d}".formatted(done.bytes(), seconds, done.busy());
    }

    private boolean isRefused(int contentBytes) throws IOException {
        try (PlainUploads uploads = PlainUploads.connect(port)) {
            uploads.store(new byte[contentBytes], contentBytes);
            return false;
        } catch (Busy _) {
            return true;
        }
    }

    private int bulkPort() {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                .usePlaintext()
                .build();
        try {
            return PeerGrpc.newBlockingStub(channel)
                    .openBulk(OpenBulkRequest.getDefaultInstance())
                    .getPort();
        } finally {
            channel.shutdownNow();
        }
    }

    private static String reason(Throwable failure) {
        return failure.getCause() == null ? failure.toString() : failure + ": " + reason(failure.getCause());
    }

    @Override
    public void close() throws IOException {
        callers.close();
    }
}
