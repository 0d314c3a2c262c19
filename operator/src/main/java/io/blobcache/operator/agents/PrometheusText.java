package io.blobcache.operator.agents;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an agent answers at {@code /metrics}, of which few lines are asked for. Lines that are not understood are left out. */
final class PrometheusText {
    private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{([^}]*)})? ([^ ]+)");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final Map<String, List<Sample>> samples;

    private record Sample(Map<String, String> labels, double value) {}

    private PrometheusText(Map<String, List<Sample>> samples) {
        this.samples = samples;
    }

    static PrometheusText parse(String text) {
        Map<String, List<Sample>> samples = new HashMap<>();
        for (String line : text.lines().toList()) {
            Matcher parts = LINE.matcher(line);
            if (!line.startsWith("#") && parts.matches()) {
                samples.computeIfAbsent(parts.group(1), _ -> new ArrayList<>())
                        .add(new Sample(labels(parts.group(2)), number(parts.group(3))));
            }
        }
        return new PrometheusText(samples);
    }

    /** Over all series of a metric whose labels are wanted; 0 if there is none. */
    long sum(String metric, Predicate<Map<String, String>> wanted) {
        double sum = 0;
        for (Sample sample : samples.getOrDefault(metric, List.of())) {
            sum += wanted.test(sample.labels) ? sample.value : 0;
        }
        return (long) sum;
    }

    /** Values of one label of the series that are 0, in order. */
    List<String> zeros(String metric, String label) {
        return samples.getOrDefault(metric, List.of()).stream()
                .filter(sample -> sample.value == 0)
                .map(sample -> sample.labels.getOrDefault(label, ""))
                .sorted()
                .toList();
    }

    long sum(String metric) {
        return sum(metric, _ -> true);
    }

    boolean has(String metric) {
        return samples.containsKey(metric);
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new HashMap<>();
        if (text != null) {
            LABEL.matcher(text).results().forEach(label -> labels.put(label.group(1), label.group(2)));
        }
        return labels;
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException _) {
            // NaN and the like: nothing that could be added.
            return 0;
        }
    }
}
