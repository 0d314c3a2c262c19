package io.blobcache.node.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceEntry;
import io.blobcache.node.source.request.Faults;
import io.blobcache.node.source.request.FaultyServer;
import io.blobcache.node.source.request.RangeFaultsContract;
import io.blobcache.node.source.request.Retry;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpFaultsTest extends RangeFaultsContract {

    @Override
    protected Source open(SourceConfig config) {
        return open(config, "/" + PATH);
    }

    private Source open(SourceConfig config, String path) {
        SourceAddress.Http address = new SourceAddress.Http(server.uri(path));
        return new HttpSource(address, config, counters, new Retry(() -> config, counters, time, new Random(1)), time);
    }

    @Test
    void aRedirectOnTheSameServerIsFollowed() throws Exception {
        try (Source source = open(SourceConfig.DEFAULT, "/elsewhere/blob")) {
            server.script(redirect("/elsewhere/there"), redirect("/elsewhere/here"), redirect("/" + PATH));
            assertThatThrownBy(() -> source.stat("none")).isInstanceOf(BlobException.NotFound.class);
            assertThat(server.requests())
                    .extracting(FaultyServer.Request::path)
                    .endsWith("/elsewhere/here", "/" + PATH);
        }
    }

    @Test
    void aRedirectLoopEndsAfterThree() {
        try (Source source = open(SourceConfig.DEFAULT)) {
            server.script(redirect("/a"), redirect("/b"), redirect("/a"), redirect("/b"));
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Denied.class)
                    .hasMessageContaining("more than 3 times");
            assertThat(server.requests()).hasSize(4);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "http://[fe80::1]/",
                "http://127.0.0.1:1/",
                "https://127.0.0.1/",
                "//other.example/blob",
                "file:///etc/passwd",
                "::"
            })
    void aRedirectToAnywhereElseIsRefused(String target) {
        try (Source source = open(SourceConfig.DEFAULT)) {
            server.script(redirect(target));
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Denied.class)
                    .hasMessageContaining("redirects to");
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void anAddressThatIsLinkLocalIsRefusedBeforeAConnection() {
        SourceAddress.Http address =
                (SourceAddress.Http) SourceAddress.parse("http://169.254.169.254/latest/x", null, null, false);
        Retry retry = new Retry(() -> SourceConfig.DEFAULT, counters, time, new Random(1));
        try (Source source = new HttpSource(address, SourceConfig.DEFAULT, counters, retry, time)) {
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Denied.class)
                    .hasMessageContaining("link-local");
        }
    }

    @Test
    void aServerWithoutETagsIsReadByDateAndLength() throws Exception {
        server.weakETags();
        try (Source source = open(SourceConfig.DEFAULT)) {
            SourceEntry.File file = (SourceEntry.File) source.stat("blob");
            assertThat(file.version()).isEqualTo("1735689600000-700001");
        }
    }

    @Test
    void aServerThatSaysNothingOfVersionsIsRefused() {
        try (Source source = open(SourceConfig.DEFAULT)) {
            FaultyServer.Fault none = Faults.headers(Map.of("ETag", "", "Last-Modified", ""));
            server.script(none, none);
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.Corrupt.class)
                    .hasMessageContaining("neither a strong ETag nor Last-Modified");
        }
    }

    @Test
    void anEmptyFileIsAFile() throws IOException {
        server.put("data/empty", new byte[0]);
        try (Source source = open(SourceConfig.DEFAULT, "/data/empty")) {
            server.script(Faults.status(416), Faults.honest(), Faults.status(416), Faults.honest());
            assertThat(((SourceEntry.File) source.stat("empty")).lengthBytes()).isZero();
        }
    }

    @Test
    void aDirectoryIndexIsNoFile() {
        server.put("data/", new byte[10]);
        try (Source source = open(SourceConfig.DEFAULT, "/data/")) {
            assertThatThrownBy(source::check)
                    .isInstanceOf(BlobException.NotFound.class)
                    .hasMessageContaining("give the address of one file");
        }
    }

    private static FaultyServer.Fault redirect(String location) {
        return Faults.status(302, Map.of("Location", location));
    }
}
