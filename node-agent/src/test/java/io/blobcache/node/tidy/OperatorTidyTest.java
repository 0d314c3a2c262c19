package io.blobcache.node.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The rules of {@link TidyTest} that it asks of the agent alone, asked of the operator and the custom resources too. */
class OperatorTidyTest {
    private static final List<SourceFile> OPERATOR = of("operator/src/main/java/");
    private static final List<SourceFile> RESOURCES = of("crds/src/main/java/");

    @Test
    void packagesImportWhatTheTableAllows() {
        assertTidy(OPERATOR, OperatorArrows::inside);
        assertTidy(OPERATOR, OperatorArrows::outside);
        assertTidy(RESOURCES, OperatorArrows::outside);
    }

    @Test
    void theTableOfArrowsGoesOneWay() {
        Set<String> above = new HashSet<>(Set.of("*"));
        for (Map.Entry<String, Set<String>> line :
                OperatorArrows.TABLE.allowed().entrySet()) {
            assertThat(above).as("lines above %s", line.getKey()).containsAll(line.getValue());
            above.add(line.getKey());
        }
    }

    @Test
    void theArchitecturePageShowsTheSameTable() {
        assertThat(Project.read(Project.ROOT.resolve("docs/architecture.md"))).contains(OperatorArrows.TABLE.text());
    }

    @Test
    void identifiersUseTheWordsOfTheGlossary() {
        assertTidy(OPERATOR, Words::inIdentifiers);
        assertTidy(RESOURCES, Words::inIdentifiers);
    }

    @Test
    void noMethodHasAGetPrefix() {
        assertTidy(OPERATOR, Words::getters);
        assertTidy(RESOURCES, Words::getters);
    }

    @Test
    void nothingIsPrinted() {
        assertTidy(OPERATOR, Habits::printing);
        assertTidy(RESOURCES, Habits::printing);
    }

    @Test
    void nothingCatchesThrowable() {
        assertTidy(OPERATOR, Habits::catchingThrowable);
        assertTidy(RESOURCES, Habits::catchingThrowable);
    }

    private static List<SourceFile> of(String directory) {
        return Project.javaFiles().stream()
                .filter(file -> file.path().startsWith(directory))
                .toList();
    }

    private static void assertTidy(List<SourceFile> files, Function<SourceFile, List<Violation>> rule) {
        assertThat(files).as("files that the rule looks at").isNotEmpty();
        List<Violation> violations = new ArrayList<>();
        files.forEach(file -> violations.addAll(rule.apply(file)));
        assertThat(violations).isEmpty();
    }
}
