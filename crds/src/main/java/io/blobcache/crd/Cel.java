package io.blobcache.crd;

/** Parts of the validation rules (CEL) that many fields share; a field puts its own bounds between them. */
final class Cel {
    /** Before a rule for bytes that may also be left to the agent. */
    static final String AUTO_OR = "self == 'auto' || ";

    /** As the agent's file has them, 4MiB, or as Kubernetes has them, 4Mi. The expression knows the latter only. */
    static final String BYTES_FROM =
            "self.matches('^[0-9]{1,15}([KMGT]iB?)?$') && quantity(self.replace('B', '')).compareTo(quantity('";

    static final String BYTES_TO = "')) >= 0 && quantity(self.replace('B', '')).compareTo(quantity('";
    static final String BYTES_END = "')) <= 0";

    static final String DURATION_FROM = "(self.matches('^[0-9]{1,9}(ms|s|m|h)$') && duration(self) >= duration('";
    static final String DURATION_TO = "') && duration(self) <= duration('";
    static final String DURATION_END = "'))";

    /** Before a rule for a duration that may be days. The expression's durations know none: it takes them for hours. */
    static final String DAYS_TO = "(self.matches('^[0-9]{1,6}d$') && duration(self.replace('d', 'h')) <= duration('";

    static final String OR_HOURS = "')) || ";

    /** Whoever lets another one through has it refused with the DaemonSet, where nobody looks. */
    static final String LABEL_VALUE = "^([A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)?$";

    static final String LABEL_VALUE_MESSAGE =
            "values of labels are of letters, digits, '.', '_' and '-', with a letter or digit at both ends";

    private Cel() {}
}
