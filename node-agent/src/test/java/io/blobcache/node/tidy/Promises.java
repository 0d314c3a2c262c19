package io.blobcache.node.tidy;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Each numbered sentence of docs/semantics.md names tests that prove it, or says that there is none yet. */
final class Promises {
    static final String DOCUMENT = "docs/semantics.md";

    private static final Pattern SENTENCE = Pattern.compile("(?ms)^- \\*\\*(S-\\d+)\\*\\*(.*?)(?=^- |\n\n|\\z)");
    private static final Pattern TEST_CLASS = Pattern.compile("`(\\w+(?:Test|Contract))`");

    /** A sentence as a name: three words or more. */
    private static final Pattern TEST_NAME = Pattern.compile("\\b[a-z]+(?:[A-Z][a-z0-9]*){2,}\\b");

    private Promises() {}

    static List<Violation> withoutTest(String document, List<SourceFile> tests) {
        List<Violation> violations = new ArrayList<>();
        for (MatchResult sentence : SENTENCE.matcher(document).results().toList()) {
            int line = 1 + (int) document.substring(0, sentence.start()).lines().count();
            String text = withoutSettings(sentence.group(2));
            List<String> names =
                    TEST_NAME.matcher(text).results().map(MatchResult::group).toList();
            if (names.isEmpty() && !text.replaceAll("\\s+", " ").contains("no test yet")) {
                violations.add(new Violation(DOCUMENT, line, sentence.group(1) + " names no test"));
            }
            for (String name : names) {
                if (tests.stream().noneMatch(test -> test.code().contains("void " + name + "("))) {
                    violations.add(new Violation(DOCUMENT, line, "no such test: " + name));
                }
            }
            for (MatchResult testClass : TEST_CLASS.matcher(text).results().toList()) {
                if (tests.stream().noneMatch(test -> test.path().endsWith("/" + testClass.group(1) + ".java"))) {
                    violations.add(new Violation(DOCUMENT, line, "no such test class: " + testClass.group(1)));
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
