//! What a configuration says otherwise than a finished release of it: nothing of that changes what is published, and the steward
//! is told so.

use domain::{CityConfig, Config, Detail, ReleaseConfig, Subject, Workload};
use release::StoredRelease;

/// One line on what is another by now, or `None` where nothing is.
pub(crate) fn changed_since(
    config: &Config,
    city: &CityConfig,
    release: &ReleaseConfig,
    stored: &StoredRelease,
) -> Option<String> {
    let statement = stored.statement();
    let reason = config.budget.reason.as_ref().is_some_and(|reason| *reason != statement.terms.why_epsilon);
    let changed: Vec<&str> = [
        ("city.name", statement.city_name != city.name),
        ("release.report_date", statement.report_date != release.report_date),
        ("release.objective", statement.objective != release.objective),
        ("budget.delta", statement.delta.total_cmp(&config.budget.delta).is_ne()),
        ("budget.reason", reason),
        ("the tables", !has_tables_of(config, stored)),
    ]
    .into_iter()
    .filter_map(|(what, is_another)| is_another.then_some(what))
    .collect();
    (!changed.is_empty()).then(|| {
        format!(
            "{} was released before the configuration changed ({}): a finished period keeps what it was released with",
            release.period,
            changed.join(", ")
        )
    })
}

/// Whether the release has the configuration's tables, all or those of a small city.
fn has_tables_of(config: &Config, stored: &StoredRelease) -> bool {
    let subjects = |workload: &Workload| -> Vec<Option<Subject>> {
        workload.tables().iter().map(|table| table.subject.clone()).collect()
    };
    let released = subjects(stored.workload());
    [Detail::Full, Detail::Coarse]
        .into_iter()
        .any(|detail| config.workload_of(detail).is_ok_and(|workload| subjects(&workload) == released))
}
