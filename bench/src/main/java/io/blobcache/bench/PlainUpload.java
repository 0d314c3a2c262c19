package io.blobcache.bench;

import io.blobcache.proto.StoreContentRequest;
import io.blobcache.proto.StoreContentResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * StoreContent as one writes it first, with the promise of ours: content that is acknowledged is on the disk, under its
 * SHA-256. One array for each message.
 */
final class PlainUpload implements StreamObserver<StoreContentRequest> {
    private final Path folder;
    private final StreamObserver<StoreContentResponse> client;
    private final MessageDigest digest;
    private final Path part;
    private final FileChannel channel;

    PlainUpload(Path folder, StreamObserver<StoreContentResponse> client) throws IOException {
        this.folder = folder;
        this.client = client;
        this.digest = sha256();
        this.part = Files.createTempFile(folder, "part", "");
        this.channel = FileChannel.open(part, StandardOpenOption.WRITE);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void onNext(StoreContentRequest request) {
        byte[] content = request.getContent().toByteArray();
        digest.update(content);
        try {
            for (ByteBuffer left = ByteBuffer.wrap(content); left.hasRemaining(); ) {
                channel.write(left);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void onError(Throwable cancelled) {
        try (channel) {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            System.err.println("an upload that ended early leaves " + part + ": " + e.getMessage());
        }
    }

    @Override
    public void onCompleted() {
        String hash = HexFormat.of().formatHex(digest.digest());
        try (channel) {
            channel.force(true);
            Files.move(part, folder.resolve(hash), StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(folder)) {
                directory.force(true);
            }
        } catch (IOException e) {
            fail(e);
            return;
        }
        client.onNext(
                StoreContentResponse.newBuilder().setOk(true).setHash(hash).build());
        client.onCompleted();
    }

    private void fail(IOException e) {
        client.onError(Status.UNAVAILABLE.withDescription(e.toString()).asException());
    }
}
