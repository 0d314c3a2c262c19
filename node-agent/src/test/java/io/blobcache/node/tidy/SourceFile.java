package io.blobcache.node.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * One Java file as the rules see it.
 *
 * @param path from the root of the project, with slashes
 * @param text as it stands
 * @param code the same text, line by line and column by column, with comments and literals blanked out
 */
record SourceFile(String path, String text, String code) {
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");

    static SourceFile of(String path, String text) {
        return new SourceFile(path, text, CodeOnly.of(text));
    }

    String packageName() {
        return PACKAGE.matcher(code)
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElse("");
    }

    boolean isTest() {
        return path.contains("/src/test/");
    }

    int lines() {
        return (int) text.lines().count();
    }

    int lineOf(int index) {
        return 1 + (int) text.substring(0, index).chars().filter(c -> c == '\n').count();
    }

    Violation violation(int index, String rule) {
        return new Violation(path, lineOf(index), rule);
    }

    /** A violation wherever the pattern is found in the code. */
    List<Violation> findInCode(Pattern pattern, Function<MatchResult, String> rule) {
        return find(code, pattern, rule);
    }

    /** A violation wherever the pattern is found, comments and literals included. */
    List<Violation> findInText(Pattern pattern, Function<MatchResult, String> rule) {
        return find(text, pattern, rule);
    }

    private List<Violation> find(String where, Pattern pattern, Function<MatchResult, String> rule) {
        List<Violation> violations = new ArrayList<>();
        pattern.matcher(where).results().forEach(m -> violations.add(violation(m.start(), rule.apply(m))));
        return violations;
    }
}
