package io.blobcache.node.fs.listing;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.model.BlobId;
import io.blobcache.node.source.SourceEntry;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EntryTest {
    private static final InodeNumbers INODES = new InodeNumbers("s3://bucket");

    @Test
    void everyKindSurvivesItsRecord() {
        Instant time = Instant.parse("2026-02-03T04:05:06.000000007Z");
        for (SourceEntry found : new SourceEntry[] {
            new SourceEntry.File("é\ud83d\ude00", "\"v\"", Long.MAX_VALUE, time, true),
            new SourceEntry.File("z".repeat(255), "v".repeat(1024), 0, Instant.MIN, false),
            new SourceEntry.Directory("d", time),
            new SourceEntry.Symlink("l", "t".repeat(4095), Instant.MAX)
        }) {
            Entry entry = of(found);
            assertThat(entry).isNotNull();
            assertThat(entry == null ? null : EntryFormat.decode(EntryFormat.encode(entry), 0))
                    .isEqualTo(entry);
        }
    }

    @Test
    void whatNoFileCanBeIsNotShown() {
        assertThat(of(new SourceEntry.File("f", "v", -1, Instant.EPOCH, false))).isNull();
        assertThat(of(new SourceEntry.File("f", "v".repeat(1025), 1, Instant.EPOCH, false)))
                .isNull();
        assertThat(of(new SourceEntry.File("f", "\ud800", 1, Instant.EPOCH, false)))
                .isNull();
        assertThat(of(new SourceEntry.Symlink("l", "", Instant.EPOCH))).isNull();
        assertThat(of(new SourceEntry.Symlink("l", "a\0b", Instant.EPOCH))).isNull();
        assertThat(of(new SourceEntry.Symlink("l", "t".repeat(4096), Instant.EPOCH)))
                .isNull();
    }

    @Test
    void namesThatNoFileCanHaveAreNotShown() {
        for (String hidden : new String[] {
            "", ".", "..", "a/b", "/a", "a/", "a\0", "\ud800", "\udc00\ud800", "é".repeat(128), "z".repeat(256)
        }) {
            assertThat(NameRules.shown(hidden)).as(NameRules.escaped(hidden)).isFalse();
        }
        for (String shown : new String[] {
            "...",
            ".a",
            "-rf",
            "a\nb",
            "%2e%2e",
            "c:\\",
            "\u202egpj.exe",
            "é".repeat(127),
            "z".repeat(255),
            " ",
            "\u007f"
        }) {
            assertThat(NameRules.shown(shown)).as(NameRules.escaped(shown)).isTrue();
        }
    }

    @Test
    void onlyChildrenAreChildren() {
        assertThat(NameRules.childName("", "a")).isEqualTo("a");
        assertThat(NameRules.childName("a", "a/b")).isEqualTo("b");
        assertThat(NameRules.childName("a", "a/")).isNull();
        assertThat(NameRules.childName("a", "a")).isNull();
        assertThat(NameRules.childName("a", "ab/c")).isNull();
        assertThat(NameRules.childName("a", "a/b/c")).isNull();
        assertThat(NameRules.childName("a", "b/c")).isNull();
    }

    @Test
    void inodeNumbersAreTheSameInEveryProcessAndNeverReserved() {
        // printf 's3://bucket\0a/b\0v1' | sha256sum | cut -c1-16
        assertThat(Long.toHexString(INODES.file("a/b", "v1"))).isEqualTo("4a93614d9c9c7849");
        // printf 's3://bucket\0a/b/\0' | sha256sum | cut -c1-16
        assertThat(Long.toHexString(INODES.directory("a/b"))).isEqualTo("9e2abb386f095016");
        assertThat(INODES.directory("")).isEqualTo(1);
        assertThat(InodeNumbers.usable(new BlobId(0, 5, 0, 0))).isEqualTo(5);
        assertThat(InodeNumbers.usable(new BlobId(1, -5, 0, 0))).isEqualTo(-5);
        assertThat(InodeNumbers.usable(new BlobId(1, 0, 0, 0))).isEqualTo(2);
    }

    @Test
    void noKindOfEntrySharesANumberWithAnotherAtItsPath() {
        assertThat(new long[] {
                    INODES.file("a", ""),
                    INODES.file("a", "v"),
                    INODES.file("a", "w"),
                    INODES.directory("a"),
                    INODES.link("a", "v"),
                    INODES.link("a", "w")
                })
                .doesNotHaveDuplicates();
    }

    @Test
    void anEscapedNameIsOneLineOfAscii() {
        assertThat(NameRules.escaped("a\nb\u202e\\é\u001b[2J")).isEqualTo("a\\u000ab\\u202e\\u005c\\u00e9\\u001b[2J");
        assertThat(NameRules.escaped("z".repeat(5000))).hasSize(300);
    }

    private static @Nullable Entry of(SourceEntry found) {
        return Entry.of(found, found.path(), found.path(), INODES, Instant.EPOCH);
    }
}
