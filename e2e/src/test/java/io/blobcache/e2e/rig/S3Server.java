package io.blobcache.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An S3 server that others wrote (versitygw), on loopback, which serves the files of one directory as objects. */
public final class S3Server {
    public static final String BUCKET = "bucket";
    private static final String ACCESS_KEY = "ACCESSKEYOFE2E";
    private static final String SECRET_KEY = "e2e-secret-not-to-be-logged";
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path root;
    private final Path log;
    private final int port;
    private final Path bucket;
    private String secretKey = SECRET_KEY;
    private Process process;

    /** @param bucket its files are the objects; their ETags are made of their names, times and lengths */
    public S3Server(Scratch scratch, Path bucket) {
        this.bucket = bucket;
        this.port = freePort();
        this.root = scratch.directory("s3");
        this.log = scratch.path("s3.log");
        try {
            Files.createSymbolicLink(root.resolve(BUCKET), bucket);
            tagAll();
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scratch.undo("stop the S3 server", this::stop);
        scratch.printWhenFailed(log);
        awaitStart();
    }

    /** Returns when it takes another secret key, and the one before no longer. */
    public void rotate(String next) {
        secretKey = next;
        try {
            stop();
            process = launch();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        awaitStart();
    }

    private void stop() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    private void awaitStart() {
        Await.until("the S3 server listens", START_LIMIT, () -> listens(port));
    }

    private Process launch() throws IOException {
        // Without --keep-alive it closes each connection, which no S3 does.
        ProcessBuilder builder = new ProcessBuilder(
                        S3Binary.path().toString(),
                        "--port",
                        "127.0.0.1:" + port,
                        "--keep-alive",
                        "--quiet",
                        "posix",
                        "--bucketlinks",
                        root.toString())
                .redirectOutput(Redirect.appendTo(log.toFile()))
                .redirectErrorStream(true);
        builder.environment().putAll(Map.of("ROOT_ACCESS_KEY", ACCESS_KEY, "ROOT_SECRET_KEY", secretKey));
        return builder.start();
    }

    /** What a mount of the bucket is told, besides {@link #credentials}. */
    public String[] mountOptions() {
        return mountOptions(port);
    }

    public static String[] mountOptions(int port) {
        return new String[] {"--endpoint", "http://127.0.0.1:" + port, "--region", "us-east-1", "--path-style"};
    }

    /** Those that it takes now. */
    public Map<String, String> credentials() {
        return Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", secretKey);
    }

    public int port() {
        return port;
    }

    /** A mount of the whole bucket. */
    public Agent.Plan plan(Scratch scratch) {
        return Agent.of(scratch, "s3://" + BUCKET).options(mountOptions()).environment(credentials());
    }

    /** A mount of the whole bucket through a proxy in front of it. */
    public Agent.Plan planThrough(Scratch scratch, FaultyProxy proxy) {
        return Agent.of(scratch, "s3://" + BUCKET)
                .options(mountOptions(proxy.port()))
                .environment(credentials());
    }

    /** Puts a new version in the place of an object at once, as S3 does. */
    public void put(String key, byte[] content) {
        try {
            Path next = bucket.resolve(".next");
            Files.write(next, content);
            tag(next);
            Files.move(next, bucket.resolve(key), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void tagAll() throws IOException {
        List<Path> files = new ArrayList<>();
        try (var found = Files.walk(bucket)) {
            found.filter(Files::isRegularFile).forEach(files::add);
        }
        for (Path file : files) {
            tag(file);
        }
    }

    /** The attribute in which the server keeps an ETag: any text that changes with the content. */
    private static void tag(Path file) throws IOException {
        long modified = Files.getLastModifiedTime(file).to(java.util.concurrent.TimeUnit.NANOSECONDS);
        String tag = "\"%016x%016x\""
                .formatted(modified, Files.size(file) * 31 + file.toString().hashCode());
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                .write("etag", ByteBuffer.wrap(tag.getBytes(StandardCharsets.US_ASCII)));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** One that nothing listens on now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
