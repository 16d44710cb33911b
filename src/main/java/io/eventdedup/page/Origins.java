package io.eventdedup.page;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rejects requests that another site makes in the reader's browser.
 *
 * <p>When one site calls another, the browser adds the header Origin, so an Origin must be our own. With DNS rebinding, where the
 * name of another site resolves to our address, the browser adds no Origin and lets that site read the response. But then Host is a
 * name in the public DNS, so only hosts that cannot be one are allowed.
 */
final class Origins {

    private static final Pattern HOST = Pattern.compile("(?<name>\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?");
    private static final Pattern ADDRESS = Pattern.compile("\\[.*]|[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    /** Not delegated in the public DNS (RFC 6761, RFC 6762; ICANN board resolution on .internal, 2024); svc is used by Kubernetes. */
    private static final List<String> PRIVATE = List.of(".localhost", ".local", ".internal", ".svc");

    private Origins() {}

    /**
     * Why a request is rejected; empty if it is allowed.
     *
     * @param host the header Host, or null
     * @param origin the header Origin, or null
     */
    static Optional<String> refusal(String host, String origin) {
        Matcher parts = HOST.matcher(lower(host));
        if (!parts.matches() || !isNobodysDomain(parts.group("name"))) {
            return Optional.of(
                    "To protect it from other sites, the page is available only under an IP address, a name without a dot, or a"
                            + " name that ends in " + String.join(", ", PRIVATE)
                            + ". Use one of these, or let the proxy send one as Host.");
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
