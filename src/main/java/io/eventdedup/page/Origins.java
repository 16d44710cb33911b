package io.eventdedup.page;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells requests of the page itself from those that a page of another site makes in the reader's browser.
 *
 * <p>A browser adds the header Origin when one site calls another, so an Origin must be ours. If another site's name is made
 * to resolve to our address (DNS rebinding), the browser adds none, and lets that site read the answer; but then Host is a
 * name that somebody owns in the public DNS. So Host must be one that nobody can own there.
 */
final class Origins {

    private static final Pattern HOST = Pattern.compile("(?<name>\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    /** Not delegated in the public DNS (RFC 6761, RFC 6762; ICANN's board on .internal, 2024); svc is Kubernetes' own. */
    private static final List<String> PRIVATE = List.of(".localhost", ".local", ".internal", ".svc");

    private Origins() {}

    /**
     * Why a request is refused; empty if it is not.
     *
     * @param host its header Host, or null
     * @param origin its header Origin, or null
     */
    static Optional<String> refusal(String host, String origin) {
        Matcher parts = HOST.matcher(lower(host));
        if (!parts.matches() || !isNobodysDomain(parts.group("name"))) {
            return Optional.of(
                    "The page answers to an address (127.0.0.1, 10.0.0.7), a name without a dot, or one that ends in "
                            + String.join(", ", PRIVATE)
                            + ", so that no other site can read it. Use one of these, or let the proxy send one as Host.");
        }
        return origin == null || lower(origin).matches("https?://" + Pattern.quote(lower(host)))
                ? Optional.empty()
                : Optional.of("This request comes from another site.");
    }

    private static boolean isNobodysDomain(String name) {
        return ADDRESS.matcher(name).matches()
                || name.indexOf('.') < 0
                || PRIVATE.stream().anyMatch(name::endsWith);
    }

    private static String lower(String header) {
        return header == null ? "" : header.toLowerCase(Locale.ROOT);
    }
}
