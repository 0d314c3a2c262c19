package io.blobcache.node.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.blobcache.node.model.BlobId;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceAddressTest {

    @Test
    void bucketsHavePrefixesWithoutSlashesAtTheirEnds() {
        assertThat(parse("s3://data")).isEqualTo(new SourceAddress.S3("data", "", null, null, false));
        assertThat(parse("s3://data/")).isEqualTo(new SourceAddress.S3("data", "", null, null, false));
        assertThat(parse("s3://data/models/v1//"))
                .isEqualTo(new SourceAddress.S3("data", "models/v1", null, null, false));
        assertThat(SourceAddress.parse("s3://my_Bucket.x/a b", "http://minio:9000", "eu-central-1", true))
                .isEqualTo(new SourceAddress.S3(
                        "my_Bucket.x", "a b", URI.create("http://minio:9000"), "eu-central-1", true));
    }

    @Test
    void namesTellSourcesApartAndHoldNoSecret() {
        assertThat(parse("s3://data/models").name()).isEqualTo("s3://data/models");
        assertThat(parse("dir:/data/../srv").name()).isEqualTo("dir:/srv");
        String signed = parse("https://host/file?X-Amz-Signature=canary").name();
        assertThat(signed).startsWith("https://host/file?").doesNotContain("canary");
        assertThat(signed)
                .isNotEqualTo(parse("https://host/file?X-Amz-Signature=other").name());
    }

    @Test
    void aDirectoryIsInTheVolumeThatItIsWithin() {
        assertThat(within("dir:/source/a/../tree", "/source"))
                .isEqualTo(new SourceAddress.Directory(Path.of("/source/tree"), Path.of("/source")));
        assertThat(within("dir:/source", "/source").name()).isEqualTo("dir:/source");
        for (String leaving : List.of("dir:/source/../var/lib", "dir:/sources/tree", "dir:/")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> within(leaving, "/source"))
                    .withMessage("source must be /source or a directory in it, was: " + leaving);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> within("s3://bucket", "/source"))
                .withMessageContaining("within belongs to a dir: source");
    }

    private static SourceAddress within(String source, String volume) {
        return SourceAddress.parse(source, null, null, false, volume);
    }

    @Test
    void twoServersWithABucketOfOneNameAreTwoSources() {
        SourceAddress here = at("http://minio:9000");
        assertThat(here.name()).as("what people see").isEqualTo("s3://data/models");
        assertThat(here.identity()).isEqualTo("http://minio:9000 s3://data/models");
        assertThat(List.of(at("http://other:9000"), at("http://minio:9001"), at("https://minio:9000"), at(null)))
                .extracting(SourceAddress::identity)
                .doesNotHaveDuplicates()
                .doesNotContain(here.identity());
        assertThat(BlobId.of(here.identity(), "a", "v"))
                .isNotEqualTo(BlobId.of(at("http://other:9000").identity(), "a", "v"));
    }

    @Test
    void oneServerIsOneSourceHoweverItIsWritten() {
        assertThat(at("https://MinIO.example/").identity())
                .isEqualTo(at("HTTPS://minio.example:443").identity());
        assertThat(at("http://minio").identity())
                .isEqualTo(at("http://minio:80/").identity());
        SourceAddress aws = SourceAddress.parse("s3://data/models", null, "eu-central-1", false);
        assertThat(aws.identity()).as("a name is given once for all regions").isEqualTo(at(null).identity());
    }

    private static SourceAddress at(@Nullable String endpoint) {
        return SourceAddress.parse("s3://data/models", endpoint, null, true);
    }

    @Test
    void aRelativeDirectoryIsMadeAbsolute() {
        assertThat(parse("dir:data"))
                .isEqualTo(new SourceAddress.Directory(Path.of("data").toAbsolutePath()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "data | source must be s3://bucket[/prefix], https://host/path, http://host/path or dir:PATH, was: data",
                "ftp://host/x | source must be s3://",
                "s3:data | source must be s3://bucket[/prefix], was: s3:data",
                "s3:// | source must name a bucket",
                "s3://b@d/x | source must name a bucket",
                "http:/x | source must be an http:// or https:// address with a host",
                "https://host/x#y | source must be an http:// or https:// address with a host and no '#'",
                "https://host/a b | source must be an address, with %XX for special characters",
                "https://me:canary@host/x | source must not hold a user or password",
                "dir: | source must name a directory (dir:/data), was: dir:"
            })
    void aMistakeNamesTheFieldTheRuleAndTheValue(String source, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(source))
                .withMessageContaining(message)
                .withMessageNotContaining("canary");
    }

    @Test
    void optionsOfABucketAreRefusedElsewhereAndChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceAddress.parse("dir:/x", "http://minio:9000", null, false))
                .withMessage("endpoint belongs to an s3:// source: leave it out, was: http://minio:9000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceAddress.parse("http://h/x", null, "eu", false))
                .withMessageStartingWith("region belongs to an s3:// source");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceAddress.parse("s3://b1", "minio:9000", null, false))
                .withMessageStartingWith("endpoint must be an http:// or https:// address");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceAddress.parse("s3://b1", "http://minio:9000/path", null, false))
                .withMessageStartingWith("endpoint must be scheme, host and port only");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SourceAddress.parse("s3://b1", null, "EU Central", false))
                .withMessageStartingWith("region must be a name such as eu-central-1");
    }

    @Test
    void stringsAreOrderedByTheirBytesInUtf8() {
        assertThat(Utf8Order.COMPARATOR.compare("\uFFFD", "\uD800\uDC00")).isNegative();
        assertThat("\uFFFD".compareTo("\uD800\uDC00")).isPositive();
        assertThat(Utf8Order.COMPARATOR.compare("a", "ab")).isNegative();
        assertThat(Utf8Order.COMPARATOR.compare("b", "ab")).isPositive();
        assertThat(Utf8Order.COMPARATOR.compare("\uD800\uDC01", "\uD800\uDC00")).isPositive();
    }

    private static SourceAddress parse(String source) {
        return SourceAddress.parse(source, null, null, false);
    }
}
