package io.blobcache.bench;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.Sources;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The S3 client of the node agent without a mount, driven by {@code bench/run}: a command a line on standard input, its
 * words separated by tabs, answered by a line of JSON on standard output. It stays between commands, so that its code
 * is as warm as an agent's.
 */
final class SourceClient {
    private final Source source;
    private final Download download;
    private final Listings listings;

    private SourceClient(Source source) {
        this.source = source;
        this.download = new Download(source);
        this.listings = new Listings(source);
    }

    /** Arguments: endpoint, region, bucket. Credentials from the environment. */
    public static void main(String[] arguments) throws IOException {
        SourceAddress address = SourceAddress.parse("s3://" + arguments[2], arguments[0], arguments[1], true);
        try (Source source = Sources.open(address, () -> SourceConfig.DEFAULT, new SourceCounters());
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            SourceClient client = new SourceClient(source);
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                System.out.println(client.answer(line.split("\t", -1)));
                System.out.flush();
            }
        }
    }

    private String answer(String[] words) {
        try {
            long began = System.nanoTime();
            long count = obey(words);
            double seconds = (System.nanoTime() - began) / 1e9;
            return "{\"count\":%d,\"seconds\":%.9f}".formatted(count, seconds);
        } catch (IOException | InterruptedException e) {
            return "{\"error\":\"%s\"}".formatted(String.valueOf(e.getMessage()).replace('"', '\''));
        }
    }

    /** Returns what the command counts: bytes or entries. */
    private long obey(String[] words) throws IOException, InterruptedException {
        return switch (words[0]) {
            case "download" ->
                words[2].isEmpty() ? download.toMemory(words[1]) : download.toFile(words[1], Path.of(words[2]));
            case "keep" -> download.toKeptMemory(words[1]);
            case "read" -> download.read(words[1], Long.parseLong(words[2]), Integer.parseInt(words[3]));
            case "walk" -> listings.walk(words[1]);
            default -> throw new BlobException.NotFound("unknown command " + words[0] + " of " + source.name());
        };
    }
}
