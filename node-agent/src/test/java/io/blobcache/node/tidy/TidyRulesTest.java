package io.blobcache.node.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule of {@link TidyTest} finds what it is there for, at the right line, and lets the good twin pass. */
class TidyRulesTest {

    @Test
    void anArrowAgainstTheTableIsFound() {
        String upward = "package io.blobcache.node.fuse;\nimport io.blobcache.node.tier.BlockTier;\n";
        assertFound(Arrows.inside(agent("fuse/A.java", upward)), 2, "fuse must not import tier");
        String blob = "package io.blobcache.node.fuse.jnr;\n\nimport io.blobcache.node.model.Blob;\n";
        assertFound(Arrows.inside(agent("fuse/jnr/A.java", blob)), 3, "fuse.jnr must not import model");
        String sibling = "package io.blobcache.node.tier.memory;\nimport io.blobcache.node.tier.disk.DiskTier;\n";
        assertFound(Arrows.inside(agent("tier/memory/A.java", sibling)), 2, "tier.memory must not import tier.disk");
        String fine = "package io.blobcache.node.tier.disk;\nimport io.blobcache.node.tier.BlockTier;\n";
        assertThat(Arrows.inside(agent("tier/disk/A.java", fine))).isEmpty();
    }

    @Test
    void anArrowWithoutAnImportIsFoundButNotOneInAComment() {
        String qualified = "package io.blobcache.node.model;\nclass A { io.blobcache.node.fs.B b; }\n";
        assertFound(Arrows.inside(agent("model/A.java", qualified)), 2, "model must not import fs");
        String comment = "package io.blobcache.node.model;\n/** {@link io.blobcache.node.fs.B} */ class A {}\n";
        assertThat(Arrows.inside(agent("model/A.java", comment))).isEmpty();
    }

    @Test
    void aPackageThatIsNotInTheTableIsFound() {
        assertFound(
                Arrows.inside(agent("misc/A.java", "package io.blobcache.node.misc;\n")),
                1,
                "misc is not in the table");
    }

    @Test
    void aLibraryInTheWrongPackageIsFound() {
        String linker = "package io.blobcache.node.fs;\nimport java.lang.foreign.Linker;\n";
        assertFound(Arrows.outside(agent("fs/A.java", linker)), 2, "java.lang.foreign.Linker");
        String meters = "package io.blobcache.node.tier;\nimport io.micrometer.core.instrument.Counter;\n";
        assertFound(Arrows.outside(agent("tier/A.java", meters)), 2, "io.micrometer");
        String guava = "package io.blobcache.node.cli;\nimport static com.google.common.base.Strings.repeat;\n";
        assertFound(Arrows.outside(agent("cli/A.java", guava)), 2, "com.google.common");
        String fine = "package io.blobcache.node.cli;\nimport picocli.CommandLine;\nimport java.lang.foreign.Arena;\n";
        assertThat(Arrows.outside(agent("cli/A.java", fine))).isEmpty();
    }

    @Test
    void aLongFileIsFound() {
        assertFound(Lengths.ofFile(agent("fs/A.java", "\n".repeat(401))), 401, "at most 400 lines");
        assertFound(Lengths.ofFile(agent("fs/A.java", "\n".repeat(201))), 201, "has its reason");
        assertThat(Lengths.ofFile(agent("fs/A.java", "\n".repeat(200)))).isEmpty();
        assertThat(Lengths.ofFile(agent("posix/Posix.java", "\n".repeat(300)))).isEmpty();
    }

    @Test
    void aLongMethodIsFoundWhereverItStands() {
        String body = "        run(() -> { f(); });\n";
        String inner = "class A {\n  record B(int c) {\n    void f() {\n%s    }\n  }\n}\n";
        assertThat(Lengths.ofMethods(agent("fs/A.java", inner.formatted(body.repeat(58)))))
                .isEmpty();
        assertFound(Lengths.ofMethods(agent("fs/A.java", inner.formatted(body.repeat(59)))), 3, "this one 61");
        String braces = inner.formatted("        s = \"{\"; // {\n".repeat(10));
        assertThat(Lengths.ofMethods(agent("fs/A.java", braces))).isEmpty();
    }

    @Test
    void aNameThatSaysNothingIsFound() {
        for (String name : List.of("BlockManager", "PathUtils", "SourceImpl", "AbstractTier", "HelperOfAll")) {
            assertFound(
                    Words.inTypeNames(agent("fs/A.java", "\nfinal class " + name + " {}\n")), 2, "name what it does");
        }
        assertThat(Words.inTypeNames(agent("fs/A.java", "class Implied {}\nrecord Utilization(int used) {}\n")))
                .isEmpty();
    }

    @Test
    void aWordThatTheGlossaryReplacesIsFound() {
        assertFound(Words.inIdentifiers(agent("fs/A.java", "class A {\n  int chunkBytes;\n}\n")), 2, "chunk");
        assertFound(
                Words.inIdentifiers(agent("fs/A.java", "class A {\n  static int MAX_BACKENDS;\n}\n")), 2, "BACKENDS");
        assertThat(Words.inIdentifiers(agent("fs/A.java", "class A { int backing, position; } // chunk\n")))
                .isEmpty();
    }

    @Test
    void aGetPrefixIsFoundWhereAMethodIsDeclared() {
        String getter = "class A {\n    public int getSize() {\n        return b.getSize();\n    }\n}\n";
        assertFound(Words.getters(agent("fs/A.java", getter)), 2, "getSize");
        String theirs = "class A {\n    @Override\n    public int getSize() {\n    }\n}\n";
        assertThat(Words.getters(agent("fs/A.java", theirs))).isEmpty();
        String call = "class A {\n    int size = b.getSize();\n    int f() {\n        return getSize();\n    }\n}\n";
        assertThat(Words.getters(agent("fs/A.java", call))).isEmpty();
    }

    @Test
    void aTestThatSleepsIsFound() {
        SourceFile test =
                SourceFile.of("node-agent/src/test/java/A.java", "class A {\n void f() { Thread.sleep(1); }\n}\n");
        assertFound(Habits.sleepingTests(test), 2, "does not sleep");
        assertThat(Habits.sleepingTests(agent("fs/A.java", test.text()))).isEmpty();
    }

    @Test
    void aTestThatDoesNotRunIsFound() {
        assertFound(Habits.disabledTests(agent("fs/A.java", "\n\n@Disabled\nclass A {}\n")), 3, "no test");
    }

    @Test
    void workLeftWithoutAnIssueIsFound() {
        String undone = "// TO" + "DO later\n// TO" + "DO(#12) later\n// FIX" + "ME #7 later\n";
        assertFound(Habits.todoWithoutIssue(agent("fs/A.java", undone)), 1, "needs the number");
    }

    @Test
    void aSwallowedExceptionIsFound() {
        assertFound(
                Habits.emptyCatch(agent("fs/A.java", "try { f(); }\ncatch (IOException e) {\n}\n")), 2, "swallowed");
        assertThat(Habits.emptyCatch(agent("fs/A.java", "try { f(); } catch (IOException e) {\n// Gone is gone.\n}\n")))
                .isEmpty();
    }

    @Test
    void printingIsFoundOutsideTheCommandLine() {
        String print = "class A {\n void f() { System.out.println(); }\n}\n";
        assertFound(Habits.printing(agent("fs/A.java", print)), 2, "only cli prints");
        assertFound(Habits.printing(agent("fs/A.java", "void f() { e.printStackTrace(); }\n")), 1, "only cli prints");
        assertThat(Habits.printing(agent("cli/A.java", print))).isEmpty();
    }

    @Test
    void catchingEverythingIsFoundOutsidePosix() {
        String everything = "try { f(); }\ncatch (Throwable t) { throw t; }\n";
        assertFound(Habits.catchingThrowable(agent("fs/A.java", everything)), 2, "only posix");
        assertThat(Habits.catchingThrowable(agent("posix/A.java", everything))).isEmpty();
    }

    @Test
    void aBlobThatIsNotNamedByItsSourceIsFound() {
        String named = "Blob b = Blob.ofSource(source.identity(), path, version, 1);\n";
        assertFound(Habits.namingBlobs(agent("fs/A.java", named)), 1, "named by its source");
        assertThat(Habits.namingBlobs(agent("source/A.java", named))).isEmpty();
    }

    @Test
    void aMockIsFound() {
        assertFound(Habits.mocks(agent("fs/A.java", "package a;\nimport org.mockito.Mockito;\n")), 2, "write the fake");
    }

    @Test
    void aPackageWithoutNullMarkedIsFound() {
        SourceFile member = agent("fs/A.java", "package io.blobcache.node.fs;\n");
        SourceFile bare = agent("fs/package-info.java", "/** Names. */\npackage io.blobcache.node.fs;\n");
        SourceFile marked =
                agent("fs/package-info.java", "/** Names. */\n@NullMarked\npackage io.blobcache.node.fs;\n");
        assertThat(Packages.withoutNullMarked(List.of(member))).hasSize(1);
        assertThat(Packages.withoutNullMarked(List.of(member, bare))).hasSize(1);
        assertThat(Packages.withoutNullMarked(List.of(member, marked))).isEmpty();
    }

    @Test
    void aKeyThatIsOnlyInTheCodeOrOnlyInTheDocumentIsFound() {
        record Section(int threads) {}
        record Whole(String name, Section section) {}
        Set<String> keys = ConfigurationKeys.of(Whole.class);
        assertThat(keys).containsExactly("name", "section.threads");
        assertThat(ConfigurationKeys.differences(keys, "### `name`\n### `section.threads`\n"))
                .isEmpty();
        assertFound(ConfigurationKeys.differences(keys, "### `name`\n"), 1, "missing: ### `section.threads`");
        assertFound(
                ConfigurationKeys.differences(keys, "### `name`\n\n### `old`\n### `section.threads`\n"),
                3,
                "no such key: old");
    }

    @Test
    void aPromiseWithoutATestIsFound() {
        SourceFile test = SourceFile.of("a/src/test/java/ATest.java", "class ATest { void itIsSo() {} }\n");
        List<SourceFile> tests = List.of(test);
        assertThat(Promises.withoutTest("- **S-1** So. (`ATest`: itIsSo)\n", tests))
                .isEmpty();
        assertThat(Promises.withoutTest("- **S-1** So. *(no test\n  yet)*\n", tests))
                .isEmpty();
        assertFound(Promises.withoutTest("# A\n\n- **S-1** So.\n", tests), 3, "S-1 names no test");
        assertFound(Promises.withoutTest("- **S-1** So. (`ATest`: itIsNotSo)\n", tests), 1, "itIsNotSo");
        assertFound(Promises.withoutTest("- **S-1** So. (`BTest`: itIsSo)\n", tests), 1, "BTest");
    }

    @Test
    void aNumberThatTwoPromisesHaveIsFound() {
        assertThat(Promises.numberedTwice("- **S-1** So.\n- **S-2** And so.\n")).isEmpty();
        assertFound(Promises.numberedTwice("- **S-1** So.\n- **S-2** So.\n- **S-1** No.\n"), 3, "S-1 is there already");
    }

    @Test
    void aPathOfOneMachineIsFound() {
        SourceFile page = SourceFile.of("docs/a.md", "fine: src/work/shop\n\nsee /wo" + "rk/notes\n");
        assertFound(Places.machinePaths(page), 3, "a path of one machine");
    }

    private static SourceFile agent(String path, String text) {
        return SourceFile.of(Project.AGENT + path, text);
    }

    private static void assertFound(List<Violation> violations, int line, String rule) {
        assertThat(violations).singleElement().satisfies(violation -> {
            assertThat(violation.line()).isEqualTo(line);
            assertThat(violation.rule()).contains(rule);
            assertThat(violation).hasToString(violation.file() + ":" + line + ": " + violation.rule());
        });
    }
}
