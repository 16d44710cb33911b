package io.eventdedup.app;

import io.eventdedup.aws.ClientException;
import io.eventdedup.dynamodb.TableException;
import io.eventdedup.json.TextFile;
import io.eventdedup.key.KeyRulesException;
import io.eventdedup.route.ConfigurationException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import software.amazon.awssdk.core.exception.SdkException;

/** Turns a failure to start into one line: what is wrong, and in which file and line, however deep Camel has wrapped it. */
final class StartFailure {

    private static final Logger LOG = LoggerFactory.getLogger(StartFailure.class);

    private static final Pattern RESOURCE = Pattern.compile("resource: (?:file:|classpath:)?(\\S+)");

    /** A word that may occur in a route: a name, a scheme, the beginning of an expression. */
    private static final Pattern WORD = Pattern.compile("[\\w$][\\w.{$-]{3,}");

    /** A word that occurs more often does not show the place. */
    private static final int MAX_PLACES = 3;

    private StartFailure() {}

    /**
     * The failure as one line for the operator. The stack trace is logged at DEBUG.
     *
     * @param routeFiles the route files, to find the line if Camel does not report it
     */
    static ConfigurationException of(Throwable failure, List<Path> routeFiles) {
        LOG.debug("Cannot start", failure);
        return causes(failure)
                .filter(cause -> cause instanceof ConfigurationException
                        || cause instanceof ClientException
                        || cause instanceof KeyRulesException
                        || cause instanceof TableException)
                .map(Throwable::getMessage)
                .findFirst()
                .or(() -> awsFailure(failure))
                .or(() -> notUtf8(routeFiles))
                .map(line -> new ConfigurationException(line, failure))
                .orElseGet(() -> new ConfigurationException(
                        "Cannot start: "
                                + place(failure, routeFiles)
                                        .map(at -> at + ": ")
                                        .orElse("")
                                + problem(failure),
                        failure));
    }

    /** A failure and its causes, the outermost first. */
    static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    private static Optional<String> awsFailure(Throwable failure) {
        return causes(failure)
                .filter(SdkException.class::isInstance)
                .map(cause -> CheckResult.failed("a call to AWS", (SdkException) cause)
                        .text())
                .findFirst();
    }

    /** Camel reads routes as UTF-8, and reports other encodings only as "special characters". */
    private static Optional<String> notUtf8(List<Path> routeFiles) {
        for (Path file : routeFiles) {
            try {
                Files.readString(file);
            } catch (CharacterCodingException noUtf8) {
                return Optional.of("Cannot start: " + file + " is not UTF-8; save it as UTF-8");
            } catch (IOException unreadable) {
                LOG.debug("{} cannot be read", file, unreadable);
            }
        }
        return Optional.empty();
    }

    private static Optional<String> place(Throwable failure, List<Path> routeFiles) {
        String file = causes(failure)
                .map(cause -> RESOURCE.matcher(String.valueOf(cause.getMessage())))
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .findFirst()
                .orElseGet(() -> routeFiles.size() == 1 ? routeFiles.get(0).toString() : "a route file");
        return causes(failure)
                .filter(MarkedYamlEngineException.class::isInstance)
                .flatMap(cause -> ((MarkedYamlEngineException) cause).getProblemMark().stream())
                .map(at -> file + ", line " + (at.getLine() + 1) + ", column " + (at.getColumn() + 1))
                .findFirst()
                .or(() -> placeOfWords(failure, routeFiles));
    }

    /** Camel often names what is missing, but not where. So this looks for a word of the message, innermost first, in the route files. */
    private static Optional<String> placeOfWords(Throwable failure, List<Path> routeFiles) {
        List<Throwable> innermostFirst = new ArrayList<>(causes(failure).toList());
        Collections.reverse(innermostFirst);
        return innermostFirst.stream()
                .flatMap(cause -> placeOfWord(String.valueOf(cause.getMessage()), routeFiles).stream())
                .findFirst();
    }

    private static Optional<String> placeOfWord(String message, List<Path> routeFiles) {
        return WORD.matcher(message)
                .results()
                .map(MatchResult::group)
                .flatMap(word -> places(word, routeFiles).stream())
                .min(Comparator.comparingInt(List::size))
                .map(places -> String.join(" or ", places));
    }

    private static Optional<List<String>> places(String word, List<Path> routeFiles) {
        Pattern whole = Pattern.compile("(?<![\\w.-])" + Pattern.quote(word) + "(?![\\w-]|:\\s|:$)");
        List<String> found = new ArrayList<>();
        for (Path file : routeFiles) {
            List<String> lines = lines(file);
            for (int i = 0; i < lines.size(); i++) {
                Matcher at = whole.matcher(lines.get(i));
                if (!lines.get(i).stripLeading().startsWith("#") && at.find()) {
                    found.add(file + ", line " + (i + 1) + ", column " + (at.start() + 1));
                }
            }
        }
        return found.isEmpty() || found.size() > MAX_PLACES ? Optional.empty() : Optional.of(found);
    }

    private static List<String> lines(Path file) {
        try {
            return TextFile.read(file).lines().toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static String problem(Throwable failure) {
        Throwable innermost = causes(failure).reduce((outer, inner) -> inner).orElse(failure);
        String said = String.valueOf(innermost.getMessage());
        if (innermost instanceof MarkedYamlEngineException marked) {
            said = marked.getProblem();
        } else if (innermost instanceof ClassNotFoundException) {
            said = "class " + said + " is not on the class path";
        }
        return said.replaceAll("\\s+", " ");
    }
}
