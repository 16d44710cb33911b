package io.eventdedup.app;

import java.util.Set;

/** The metrics as Prometheus sees them. Dashboards and alarms of users rely on these names. */
final class MetricNames {

    static final Set<String> ALL = Set.of(
            "dedup_events_total",
            "dedup_key_fallback_total",
            "dedup_gate_closed",
            "dedup_claim_seconds_count",
            "dedup_claim_seconds_sum",
            "dedup_claim_seconds_max",
            "dedup_confirm_seconds_count",
            "dedup_confirm_seconds_sum",
            "dedup_confirm_seconds_max",
            "dedup_confirm_pending",
            "dedup_lease_lost_total",
            "dedup_cache_hits_total");

    private MetricNames() {}
}
