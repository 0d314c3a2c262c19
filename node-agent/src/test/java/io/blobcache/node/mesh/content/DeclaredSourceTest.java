package io.blobcache.node.mesh.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceMount;
import io.blobcache.proto.CacheSource;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclaredSourceTest {
    private final DeclaredSource bucket =
            of(new SourceAddress.S3("models", "", URI.create("http://10.0.0.9:9000"), "eu-west-1", true));

    @Test
    void theDeclaredSourceMayBeNamedOrLeftOut() {
        assertThat(bucket.refusal(asked().build())).isEmpty();
        assertThat(bucket.refusal(asked().setBucketName("models")
                        .setRegion("eu-west-1")
                        .setEndpointUrl("http://10.0.0.9:9000/")
                        .build()))
                .isEmpty();
    }

    @Test
    void anotherBucketRegionOrEndpointIsRefusedWithItsField() {
        assertThat(bucket.refusal(asked().setBucketName("secrets").build()))
                .hasValueSatisfying(
                        line -> assertThat(line).contains("source.bucket_name").doesNotContain("models"));
        assertThat(bucket.refusal(asked().setRegion("us-east-1").build()).orElse(""))
                .contains("source.region");
        assertThat(bucket.refusal(
                                asked().setEndpointUrl("http://169.254.169.254").build())
                        .orElse(""))
                .contains("source.endpoint_url");
    }

    @Test
    void aDirectoryHasNoBucketAndNoEndpoint() {
        DeclaredSource directory = of(new SourceAddress.Directory(Path.of("data")));

        assertThat(directory.refusal(asked().build())).isEmpty();
        assertThat(directory.refusal(asked().setBucketName("models").build())).isPresent();
        assertThat(directory.refusal(asked().setEndpointUrl("http://10.0.0.9").build()))
                .isPresent();
    }

    @Test
    void aPathNamesAFileOfTheSource() {
        assertThat(bucket.refusal(asked().setPath("").build())).isPresent();
        assertThat(bucket.refusal(asked().setPath("/").build())).isPresent();
        assertThat(bucket.refusal(asked().setPath(".blobcache/by-digest/x").build()))
                .isPresent();
        assertThat(bucket.refusal(asked().setPath("a".repeat(4097)).build())).isPresent();
        assertThat(DeclaredSource.path(asked().setPath("/a/b").build())).isEqualTo("a/b");
    }

    @Test
    void ofSeveralSourcesEachIsComparedBelowItsPathAndNothingBesideThem() {
        DeclaredSource declared = new DeclaredSource(List.of(
                new SourceMount("models", new SourceAddress.S3("one", "", null, null, false), ""),
                new SourceMount("data", new SourceAddress.S3("two", "", null, null, false), "")));

        assertThat(declared.refusal(asked("models/a").setBucketName("one").build()))
                .isEmpty();
        assertThat(declared.refusal(asked("data/a").setBucketName("two").build()))
                .isEmpty();
        assertThat(declared.refusal(asked("data/a").setBucketName("one").build()))
                .isPresent();
        assertThat(declared.refusal(asked("dat").setBucketName("two").build())).isPresent();
    }

    private static DeclaredSource of(SourceAddress address) {
        return new DeclaredSource(List.of(SourceMount.whole(address)));
    }

    private static CacheSource.Builder asked(String path) {
        return CacheSource.newBuilder().setPath(path);
    }

    private static CacheSource.Builder asked() {
        return CacheSource.newBuilder().setPath("a/b");
    }
}
