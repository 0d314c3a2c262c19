package io.blobcache.node.tidy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Each sentence of docs/semantics.md has a number of its own and names tests that prove it, or says there is none. */
final class Promises {
    static final String DOCUMENT = "docs/semantics.md";

    private static final Pattern SENTENCE = Pattern.compile("(?ms)^- \\*\\*(S-\\d+)\\*\\*(.*?)(?=^- |\n\n|\\z)");
    private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+(?:Test|Contract))`");

    /** A sentence as a name: three words or more. */
    private static final Pattern TEST_NAME = Pattern.compile("\\b[a-z]+(?:[A-Z][a-z0-9]*){2,}\\b");

    private Promises() {}

    static List<Violation> numberedTwice(String document) {
        List<Violation> violations = new ArrayList<>();
        Set<String> numbers = new HashSet<>();
        for (MatchResult sentence : SENTENCE.matcher(document).results().toList()) {
            if (!numbers.add(sentence.group(1))) {
                violations.add(violation(document, sentence, sentence.group(1) + " is there already"));
            }
        }
        return violations;
    }

    private static Violation violation(String document, MatchResult sentence, String rule) {
        int line = 1 + (int) document.substring(0, sentence.start()).lines().count();
        return new Violation(DOCUMENT, line, rule);
    }

    static List<Violation> withoutTest(String document, List<SourceFile> tests) {
        List<Violation> violations = new ArrayList<>();
        for (MatchResult sentence : SENTENCE.matcher(document).results().toList()) {
            String text = withoutSettings(sentence.group(2));
            List<String> names =
                    TEST_NAME.matcher(text).results().map(MatchResult::group).toList();
            if (names.isEmpty() && !text.replaceAll("\\s+", " ").contains("no test yet")) {
                violations.add(violation(document, sentence, sentence.group(1) + " names no test"));
            }
            for (String name : names) {
                if (tests.stream().noneMatch(test -> test.code().contains("void " + name + "("))) {
                    violations.add(violation(document, sentence, "no such test: " + name));
                }
            }
            for (MatchResult testClass : TEST_CLASS.matcher(text).results().toList()) {
                if (tests.stream().noneMatch(test -> test.path().endsWith("/" + testClass.group(1) + ".java"))) {
                    violations.add(violation(document, sentence, "no such test class: " + testClass.group(1)));
                }
            }
        }
        return violations;
    }

    /** Keys such as {@code fuse.readDeadline} are no tests. */
    private static String withoutSettings(String text) {
        return text.replaceAll("`[a-z]+\\.\\w+`", "");
    }
}
