package io.blobcache.node.mesh.members;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a member listens, as the list writes it: {@code 10.0.0.1:7777}, {@code [::1]:7777} or {@code name:7777}. Reading
 * it asks no name server.
 *
 * @param host in one form, so that equal hosts are equal texts: names in lower case, IPv6 as Java writes it and without
 *             brackets
 * @param port 1 to 65535
 */
record Address(String host, int port) {
    private static final String HOST_RULE = "must be a name, an IPv4 address or an IPv6 address without zone";

    private static final String FORM = "must look like 10.0.0.1:7777, [::1]:7777 or name:7777";

    private static final Pattern TEXT = Pattern.compile("(?:\\[([^\\[\\]]*:[^\\[\\]]*)]|([^\\[\\]:]+)):(\\d{1,9})");

    /** RFC 1035 and, because networks of containers use it, the underscore. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})");

    private static final Pattern FOUR_NUMBERS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[\\d.]+");

    Address {
        host = canonical(host);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("must have a port in [1, 65535]");
        }
    }

    /** @throws IllegalArgumentException with the rule that is broken */
    static Address parse(String text) {
        Matcher form = TEXT.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException(FORM);
        }
        String host = form.group(1) == null ? form.group(2) : form.group(1);
        return new Address(host, Integer.parseInt(form.group(3)));
    }

    /** @throws IllegalArgumentException with {@link #HOST_RULE} */
    private static String canonical(String host) {
        try {
            if (host.contains(":") && !host.contains("%")) {
                // An IPv4 address in the form of IPv6 (::ffff:10.0.0.1) becomes an IPv4 address.
                return Inet6Address.ofLiteral(host).getHostAddress();
            }
            if (FOUR_NUMBERS.matcher(host).matches()) {
                return Inet4Address.ofLiteral(host).getHostAddress();
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(HOST_RULE, e);
        }
        if (!NAME.matcher(host).matches() || DIGITS_AND_DOTS.matcher(host).matches()) {
            throw new IllegalArgumentException(HOST_RULE);
        }
        return host.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
