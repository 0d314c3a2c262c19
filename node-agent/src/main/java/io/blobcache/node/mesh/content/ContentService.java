package io.blobcache.node.mesh.content;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.call.RequestCall;
import io.blobcache.node.mesh.client.ContentPeers;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.wire.ContentMethods;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceMount;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.proto.BlobCacheGrpc;
import io.blobcache.proto.BlobCacheHost;
import io.blobcache.proto.GetAvailableHostsRequest;
import io.blobcache.proto.GetAvailableHostsResponse;
import io.blobcache.proto.GetStateResponse;
import io.blobcache.proto.HasContentResponse;
import io.blobcache.proto.v1.FindContentRequest;
import io.blobcache.proto.v1.FindContentResponse;
import io.blobcache.proto.v1.PeerGrpc;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutorService;

/** Every method of {@code blobcache.BlobCache}, and the one by which agents find content. Thread-safe. */
public final class ContentService implements AutoCloseable {
    private final ContentStore store;
    private final Contents contents;
    private final ContentAnswers answers;
    private final UploadCalls uploads;
    private final SourceStoring fromSource;
    private final Replicator replicator;
    private final MeshView view;

    private ContentService(
            ContentStore store,
            Contents contents,
            ContentAnswers answers,
            UploadCalls uploads,
            SourceStoring fromSource,
            Replicator replicator,
            MeshView view) {
        this.store = store;
        this.contents = contents;
        this.answers = answers;
        this.uploads = uploads;
        this.fromSource = fromSource;
        this.replicator = replicator;
        this.view = view;
    }

    /**
     * @param source  this agent's, with stored content beside it
     * @param declared what the source is made of
     */
    public static ContentService start(
            ContentStore store,
            ContentPeers peers,
            Source source,
            List<SourceMount> declared,
            TieredReader reader,
            BlockSize blockSize,
            BufferPool pool,
            MeshConfig config,
            StoreCounters counters,
            MeshView view) {
        Contents contents = new Contents(store, peers, reader, blockSize);
        Replicator replicator = Replicator.start(store, peers, view.members(), counters, System::nanoTime);
        return new ContentService(
                store,
                contents,
                new ContentAnswers(contents, pool, config.pieceBytes(), counters),
                new UploadCalls(store, counters, replicator::replicate, System::nanoTime),
                new SourceStoring(
                        source, new DeclaredSource(declared), reader, blockSize, pool, store, replicator, counters),
                replicator,
                view);
    }

    /** @param threads that may wait */
    public ServerServiceDefinition definition(ExecutorService threads) {
        List<ServerMethodDefinition<?, ?>> methods = List.of(
                RequestCall.method(ContentMethods.serving(false), threads, answers::unary),
                RequestCall.method(ContentMethods.serving(true), threads, answers::stream),
                RequestCall.method(
                        BlobCacheGrpc.getHasContentMethod(),
                        threads,
                        (request, fromPeer, responses) -> responses.send(HasContentResponse.newBuilder()
                                .setOk(true)
                                .setExists(contents.lengthOf(ContentRequests.digest(request.getHash()), fromPeer)
                                        .isPresent())
                                .build())),
                ServerMethodDefinition.create(ContentMethods.storing(), uploads),
                RequestCall.method(
                        BlobCacheGrpc.getStoreContentFromSourceMethod(),
                        threads,
                        (request, _, responses) -> responses.send(fromSource.store(request))),
                RequestCall.method(
                        BlobCacheGrpc.getStoreContentFromSourceWithLockMethod(),
                        threads,
                        (request, _, responses) -> responses.send(fromSource.storeWithLock(request))),
                RequestCall.method(
                        BlobCacheGrpc.getGetStateMethod(), threads, (_, _, responses) -> responses.send(state())),
                RequestCall.method(
                        BlobCacheGrpc.getGetAvailableHostsMethod(),
                        threads,
                        (request, _, responses) -> responses.send(hosts(request))));
        ServiceDescriptor.Builder service = ServiceDescriptor.newBuilder(BlobCacheGrpc.SERVICE_NAME)
                .setSchemaDescriptor(BlobCacheGrpc.getServiceDescriptor().getSchemaDescriptor());
        methods.forEach(method -> service.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder definition = ServerServiceDefinition.builder(service.build());
        methods.forEach(definition::addMethod);
        return definition.build();
    }

    /** A method of {@code blobcache.v1.Peer}: what this agent itself has. */
    public ServerMethodDefinition<FindContentRequest, FindContentResponse> finding(ExecutorService threads) {
        return RequestCall.method(PeerGrpc.getFindContentMethod(), threads, (request, _, responses) -> {
            String digest = HexFormat.of().formatHex(request.getSha256().toByteArray());
            var found = store.lengthOf(ContentRequests.digest(digest));
            responses.send(FindContentResponse.newBuilder()
                    .setFound(found.isPresent())
                    .setContentBytes(found.orElse(0))
                    .build());
        });
    }

    /** Contents whose owner does not have them yet. */
    public long waitingForOwner() {
        return replicator.waiting();
    }

    @Override
    public void close() {
        replicator.close();
    }

    private GetStateResponse state() {
        return GetStateResponse.newBuilder()
                .setOk(true)
                .setVersion(view.version())
                .setCapacityUsagePct(usage())
                .setPrivateIpAddr(view.advertised())
                .build();
    }

    private GetAvailableHostsResponse hosts(GetAvailableHostsRequest request) {
        var response = GetAvailableHostsResponse.newBuilder().setOk(true);
        for (Member member : view.members().get().all()) {
            boolean near =
                    request.getLocality().isEmpty() || request.getLocality().equals(member.locality());
            if (near && member.state() == Member.State.READY) {
                response.addHosts(BlobCacheHost.newBuilder()
                        .setHostId(member.id())
                        .setAddr(member.address())
                        .setPrivateIpAddr(member.address())
                        .setCapacityUsagePct(member.id().equals(view.self()) ? usage() : 0));
            }
        }
        return response.build();
    }

    /** Of what may be stored, from 0 to 1. */
    private float usage() {
        return store.maxBytes() == 0 ? 1 : (float) store.usedBytes() / store.maxBytes();
    }
}
