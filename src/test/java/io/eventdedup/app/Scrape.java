package io.eventdedup.app;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The metrics of a process as they are now. */
public record Scrape(Map<String, Double> series) {

    /** As Prometheus asks; a client that asks for HTTP/2 first has trouble with long answers. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Reads what Prometheus would read. */
    public static Scrape of(int port) {
        try {
            String text = HTTP.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/observe/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            Map<String, Double> series = new LinkedHashMap<>();
            text.lines().filter(line -> line.startsWith("dedup_")).forEach(line -> {
                int end = line.lastIndexOf(' ');
                series.put(line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
            });
            return new Scrape(series);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The names, without labels. */
    Set<String> names() {
        Set<String> names = new TreeSet<>();
        series.keySet().forEach(name -> names.add(name.replaceAll("[{].*", "")));
        return names;
    }

    /** The sum of the series of this name that have these labels, written as in a scrape; nothing if there is no such series. */
    public OptionalDouble sum(String name, String... labels) {
        Predicate<String> has = key -> {
            for (String label : labels) {
                if (!key.contains(label + ",") && !key.contains(label + "}")) {
                    return false;
                }
            }
            return key.equals(name) || key.startsWith(name + "{");
        };
        return series.keySet().stream().noneMatch(has)
                ? OptionalDouble.empty()
                : OptionalDouble.of(series.entrySet().stream()
                        .filter(entry -> has.test(entry.getKey()))
                        .mapToDouble(Map.Entry::getValue)
                        .sum());
    }
}
