package io.eventdedup.bench;

import java.util.Properties;

/**
 * What AWS asks for a million of each, in US dollars. The defaults are list prices of us-east-1; prices differ by region
 * and change, so they are to be given: {@code -Dprice.sqs=0.40 -Dprice.write=0.625 -Dprice.read=0.125}.
 *
 * @param sqsRequests requests to a standard queue of up to 64 KiB
 * @param writeUnits DynamoDB write request units, on demand
 * @param readUnits DynamoDB read request units, on demand
 */
record Prices(double sqsRequests, double writeUnits, double readUnits) {

    static Prices from(Properties given) {
        return new Prices(
                price(given, "price.sqs", "0.40"),
                price(given, "price.write", "0.625"),
                price(given, "price.read", "0.125"));
    }

    private static double price(Properties given, String name, String otherwise) {
        String value = given.getProperty(name, otherwise);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + name + "=" + value + " is no price", e);
        }
    }
}
