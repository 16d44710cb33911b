package io.eventdedup.app;

import io.eventdedup.key.Durations;
import io.eventdedup.key.KeyRules;
import io.eventdedup.route.Settings;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The rules that a command uses: those of {@code run}, unless the command line names others. */
final class RuleOptions {

    @Option(names = "--keys", paramLabel = "FILE", description = "The rule file (default: dedup.keys).")
    private String keys;

    @Option(
            names = "--window",
            paramLabel = "DURATION",
            description = "The window of rules without their own (default: dedup.window).")
    private String window;

    /**
     * The rules.
     *
     * @throws io.eventdedup.key.KeyRulesException if the rule file cannot be used
     * @throws IllegalArgumentException if {@code --window} is not a duration
     */
    KeyRules load(Settings settings) {
        return load(keys == null ? settings.keys() : keys, settings);
    }

    /** The rules of another file, with the same window and the same handling of replays. */
    KeyRules load(String file, Settings settings) {
        Duration defaultWindow = window == null ? settings.window() : Durations.parse(window);
        return KeyRules.load(KeyRules.location(file), defaultWindow).withReplays(settings.replays());
    }
}
