package io.eventdedup.app;

import io.eventdedup.key.KeyRules;
import io.eventdedup.key.KeyRulesException;
import io.eventdedup.route.ConfigurationException;
import io.eventdedup.route.FifoWindow;
import io.eventdedup.route.Settings;
import java.util.List;

/** Checks the files that users edit: the key rules, and the routes, which are built but not started. */
final class FileCheck {

    private FileCheck() {}

    static List<CheckResult> run(Settings settings, BuiltRoutes routes) {
        CheckResult rules = rules(settings);
        return rules.isWrong() ? List.of(rules) : List.of(rules, routes(routes));
    }

    private static CheckResult rules(Settings settings) {
        String location = KeyRules.location(settings.keys());
        try {
            KeyRules rules = KeyRules.load(location, settings.window());
            FifoWindow.require(settings, rules);
            return CheckResult.good("rule file " + location + ", " + rules.size() + " rules");
        } catch (KeyRulesException | ConfigurationException wrong) {
            return CheckResult.wrong(wrong.getMessage(), "");
        }
    }

    private static CheckResult routes(BuiltRoutes built) {
        return built.problem()
                .map(problem -> CheckResult.wrong(problem, ""))
                .orElseGet(() ->
                        CheckResult.good("routes " + DedupApplication.routes().replaceFirst("^(file|classpath):", "")));
    }
}
