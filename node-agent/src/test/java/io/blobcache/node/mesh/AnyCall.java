package io.blobcache.node.mesh;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Calls a method by its name, of whatever kind it is, with one request. */
final class AnyCall extends ClientCall.Listener<byte[]> {
    /** Only its first response is of interest: it has no end. */
    private static final String ENDLESS = "/Watch";

    private final CompletableFuture<Status> end = new CompletableFuture<>();
    private final List<byte[]> responses = new CopyOnWriteArrayList<>();

    /** How a call ended, and what was said. */
    record Answer(Status status, List<byte[]> responses) {
        /** All of it, as far as it is text. */
        String said() {
            StringBuilder said = new StringBuilder(status.toString());
            responses.forEach(response -> said.append(new String(response, StandardCharsets.ISO_8859_1)));
            return said.toString();
        }

        /** The code of the status; of one that is OK, whether a response has this field. */
        String word(Message prototype, String field) {
            if (!status.isOk()) {
                return status.getCode().name();
            }
            return responses.stream().anyMatch(response -> has(prototype, response, field)) ? "yes" : "no";
        }

        private static boolean has(Message prototype, byte[] response, String field) {
            try {
                return prototype.getParserForType().parseFrom(response).getAllFields().keySet().stream()
                        .anyMatch(set -> set.getName().equals(field));
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
    }

    private AnyCall() {}

    static Answer call(Channel channel, String method, byte[] request) throws Exception {
        AnyCall listener = new AnyCall();
        ClientCall<byte[], byte[]> call =
                channel.newCall(descriptor(method), CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        call.start(listener, new Metadata());
        call.request(method.endsWith(ENDLESS) ? 1 : Integer.MAX_VALUE);
        call.sendMessage(request);
        call.halfClose();
        if (method.endsWith(ENDLESS)) {
            io.blobcache.node.fs.Poll.until(() -> listener.end.isDone() || !listener.responses.isEmpty());
            boolean answered = !listener.responses.isEmpty();
            call.cancel("that is all", null);
            Status status = listener.end.get();
            return new Answer(answered ? Status.OK : status, listener.responses);
        }
        return new Answer(listener.end.get(), listener.responses);
    }

    private static MethodDescriptor<byte[], byte[]> descriptor(String method) {
        return MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setFullMethodName(method)
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .build();
    }

    @Override
    public void onMessage(byte[] response) {
        responses.add(response);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        end.complete(status);
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream message) {
            try {
                return message.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
