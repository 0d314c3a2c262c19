package io.blobcache.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/**
 * Reads one served file by one transport, driven by {@code bench/run}: a command a line on standard input, answered by a
 * line of JSON on standard output. A command is LENGTH STREAMS CONNECTIONS MILLISECONDS, separated by tabs: so many
 * threads read pieces of that length for so long. The process stays between commands, so that its code is warm.
 */
final class TransferClient implements AutoCloseable {
    private final TransportKind kind;
    private final int port;
    private final Path file;
    private final Readers readers;
    private final List<BlockTransport> connections = new ArrayList<>();

    private TransferClient(TransportKind kind, int port, Path file) throws IOException {
        this.kind = kind;
        this.port = port;
        this.file = file;
        this.readers = new Readers(file);
    }

    /** Arguments: the kind of transport, the server's port, the file that it serves (to compare the bytes with). */
    public static void main(String[] arguments) throws IOException {
        TransportKind kind = TransportKind.named(arguments[0]);
        try (TransferClient client = new TransferClient(kind, Integer.parseInt(arguments[1]), Path.of(arguments[2]));
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
            long began = System.nanoTime();
            long bytes = obey(words);
            double seconds = (System.nanoTime() - began) / 1e9;
            return "{\"count\":%d,\"seconds\":%.9f}".formatted(bytes, seconds);
        } catch (IOException | InterruptedException | ExecutionException e) {
            return "{\"error\":\"%s\"}".formatted(e.toString().replace('"', '\''));
        }
    }

    /** Returns the bytes read. */
    private long obey(String[] words) throws IOException, InterruptedException, ExecutionException {
        int lengthBytes = Integer.parseInt(words[0]);
        int streams = Integer.parseInt(words[1]);
        int wanted = Integer.parseInt(words[2]);
        long nanoseconds = Long.parseLong(words[3]) * 1_000_000;
        while (connections.size() < wanted) {
            connections.add(kind.connect(port, file));
        }
        return readers.read(connections.subList(0, wanted), streams, lengthBytes, nanoseconds);
    }

    @Override
    public void close() throws IOException {
        for (BlockTransport connection : connections) {
            connection.close();
        }
        readers.close();
    }
}
