package io.blobcache.node.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.AgentConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The house style, docs/STYLE.md, as far as a machine can tell. {@link TidyRulesTest} shows that each rule bites. */
class TidyTest {
    private static final List<SourceFile> ALL = Project.javaFiles();
    private static final List<SourceFile> AGENT = Project.agentFiles();

    @Test
    void packagesImportWhatTheTableAllows() {
        assertTidy(AGENT, Arrows::inside);
    }

    @Test
    void librariesAreImportedWhereTheyBelong() {
        assertTidy(AGENT, Arrows::outside);
    }

    @Test
    void theTableOfArrowsGoesOneWay() {
        Set<String> above = new HashSet<>(Set.of("*"));
        for (Map.Entry<String, Set<String>> line : Arrows.TABLE.allowed().entrySet()) {
            assertThat(above).as("lines above %s", line.getKey()).containsAll(line.getValue());
            above.add(line.getKey());
        }
    }

    @Test
    void theArchitecturePageShowsTheSameTable() {
        assertThat(Project.read(Project.ROOT.resolve("docs/architecture.md"))).contains(Arrows.TABLE.text());
    }

    @Test
    void filesAreShort() {
        assertTidy(ALL, Lengths::ofFile);
    }

    @Test
    void methodsAreShort() {
        assertTidy(ALL, Lengths::ofMethods);
    }

    @Test
    void typesAreNamedForWhatTheyDo() {
        assertTidy(ALL, Words::inTypeNames);
    }

    @Test
    void identifiersUseTheWordsOfTheGlossary() {
        assertTidy(AGENT, Words::inIdentifiers);
    }

    @Test
    void noMethodHasAGetPrefix() {
        assertTidy(AGENT, Words::getters);
    }

    @Test
    void testsDoNotSleep() {
        assertTidy(ALL, Habits::sleepingTests);
    }

    @Test
    void everyTestRuns() {
        assertTidy(ALL, Habits::disabledTests);
    }

    @Test
    void whatIsLeftToDoHasAnIssue() {
        assertTidy(ALL, Habits::todoWithoutIssue);
    }

    @Test
    void noExceptionIsSwallowed() {
        assertTidy(ALL, Habits::emptyCatch);
    }

    @Test
    void onlyTheCommandLinePrints() {
        assertTidy(AGENT, Habits::printing);
    }

    @Test
    void onlyDowncallsCatchThrowable() {
        assertTidy(AGENT, Habits::catchingThrowable);
    }

    @Test
    void blobsAreNamedByTheirSources() {
        assertTidy(AGENT, Habits::namingBlobs);
    }

    @Test
    void fakesAreWrittenByHand() {
        assertTidy(ALL, Habits::mocks);
    }

    @Test
    void everyPackageIsDescribedAndNullMarked() {
        List<SourceFile> main = ALL.stream()
                .filter(file -> file.path().contains("/src/main/java/"))
                .toList();
        assertThat(Packages.withoutNullMarked(main)).isEmpty();
    }

    @Test
    void everySettingIsDocumentedUnderItsKey() {
        Path document = Project.ROOT.resolve(ConfigurationKeys.DOCUMENT);
        if (Files.exists(document)) {
            Set<String> keys = ConfigurationKeys.of(AgentConfig.class);
            assertThat(ConfigurationKeys.differences(keys, Project.read(document)))
                    .isEmpty();
        }
    }

    @Test
    void everyPromiseOfTheMountNamesItsTest() {
        String document = Project.read(Project.ROOT.resolve(Promises.DOCUMENT));
        assertThat(Promises.withoutTest(document, ALL)).isEmpty();
        assertThat(Promises.numberedTwice(document)).isEmpty();
    }

    @Test
    void noFileNamesAPathOfOneMachine() {
        List<SourceFile> texts = Project.files(".java", ".md", ".xml", ".yml", ".yaml")
                .map(path -> SourceFile.of(Project.name(path), Project.read(path)))
                .toList();
        assertTidy(texts, Places::machinePaths);
    }

    @Test
    void everyExplainedLongFileExists() {
        Set<String> names = AGENT.stream()
                .map(file -> file.path().substring(Project.AGENT.length()))
                .collect(Collectors.toSet());
        assertThat(names).containsAll(Lengths.LONG_FILES.keySet());
    }

    private static void assertTidy(List<SourceFile> files, Function<SourceFile, List<Violation>> rule) {
        assertThat(files).as("files that the rule looks at").isNotEmpty();
        List<Violation> violations = new ArrayList<>();
        files.forEach(file -> violations.addAll(rule.apply(file)));
        assertThat(violations).isEmpty();
    }
}
