package io.blobcache.bench;

import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.model.BlobId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The three candidates for a span, another one each time, against rendezvous hashing as one writes it first. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1)
public class PlacementBenchmark {
    @Param({"10", "100", "1000", "10000"})
    public int members;

    private final BlobId blob = MeshKeys.blobs().findFirst().orElseThrow();
    private Placement placement;
    private PlainRendezvous plain;
    private int span;

    @Setup
    public void join() {
        List<Member> list = MeshKeys.members(members);
        placement = new Placement(Members.of(list), "");
        plain = new PlainRendezvous(list);
    }

    @Benchmark
    public List<Member> lookup() {
        return placement.candidates(blob, nextSpan() * Placement.SPAN_BYTES);
    }

    @Benchmark
    public List<Member> plainLookup() {
        return plain.candidates(blob, nextSpan());
    }

    private long nextSpan() {
        span = (span + 1) & Integer.MAX_VALUE;
        return span;
    }
}
