package io.blobcache.node.tidy;

/** One place that breaks a rule, printed as compilers do, so that an editor finds it. */
record Violation(String file, int line, String rule) {

    @Override
    public String toString() {
        return file + ":" + line + ": " + rule;
    }
}
