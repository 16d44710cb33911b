package org.apache.camel.kamelets.catalog;

import java.util.Map;

/**
 * A catalog without kamelets. {@code camel export} asks for their names, to see whether a route uses one, and takes them from an
 * artifact whose versions are not those of Camel.
 */
public class KameletsCatalog {

    public Map<String, Object> getKamelets() {
        return Map.of();
    }
}
