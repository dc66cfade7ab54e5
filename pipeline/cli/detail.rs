//! How detailed a city's next release is: a function of what it has published, never of its data.

use domain::{Config, Detail, MeasureRule, ReleaseConfig, TRAFFICKING_TYPE};
use release::{Ledger, Release};

use crate::calendar::first_key;
use crate::city_ledger::ledger_failure;
use crate::failure::Failure;

/// Trafficking types of people who were identified or indicated.
const TOLD: [&str; 3] = ["sex_only", "labor_only", "both"];

/// A release's detail, and what decided it.
pub(crate) struct Decided {
    pub(crate) detail: Detail,
    /// For the steward; `None` where the configuration asks for no such decision.
    pub(crate) because: Option<String>,
    /// For readers: why tables are missing. `None` where none is.
    pub(crate) left_out: Option<String>,
}

/// Decides by the city's latest release of an earlier period: by its first measurement, so that a later
/// revision of it changes nothing. Before there is one, all detail is released: a city that wants less names fewer
/// tables.
pub(crate) fn detail(config: &Config, ledger: &Ledger, release: &ReleaseConfig) -> Result<Decided, Failure> {
    let Some(least) = config.tables.detail.map(|detail| detail.least_people) else {
        return Ok(Decided { detail: Detail::Full, because: None, left_out: None });
    };
    let mut earlier: Vec<&ReleaseConfig> =
        config.releases.iter().filter(|other| other.period.end() < release.period.end()).collect();
    earlier.sort_by_key(|other| (other.period.end(), other.period.start()));
    for other in earlier.iter().rev() {
        let Some(stored) = ledger.stored(first_key(other)).map_err(ledger_failure)? else { continue };
        let Some(people) = told(&stored.render()) else { continue };
        let detail = if people < f64::from(least) { Detail::Coarse } else { Detail::Full };
        let groups = match detail {
            Detail::Full => "tables by group are released",
            Detail::Coarse => "no tables by group but of people",
        };
        let told = format!(
            "{} told of {:.0} people, and tables.detail asks for {least}",
            other.period,
            people.max(0.0)
        );
        let left_out = (detail == Detail::Coarse).then(|| {
            format!(
                "Tables by group, but of people, were not measured: {told}. That was decided by what the city had published, not by \
                 the data of this release; what is missing was not released, and is not zero."
            )
        });
        return Ok(Decided { detail, because: Some(format!("{groups}: {told}")), left_out });
    }
    Ok(Decided {
        detail: Detail::Full,
        because: Some("tables by group are released: no earlier release tells a size".to_owned()),
        left_out: None,
    })
}

/// The published size of a release: its unbiased estimate of people identified or indicated.
fn told(release: &Release) -> Option<f64> {
    let table = release.tables().iter().find(|table| {
        table
            .subject
            .as_ref()
            .is_some_and(|s| s.measure.rule() == MeasureRule::People && s.breakdowns.is_empty())
    })?;
    let axis = table.dimensions.iter().position(|dimension| dimension.name == TRAFFICKING_TYPE.0)?;
    let of = |code: u8| {
        table.dimensions[axis].categories.get(usize::from(code)).is_some_and(|c| TOLD.contains(&c.as_str()))
    };
    Some(table.cells.iter().filter(|cell| of(cell.codes[axis])).map(|cell| cell.estimate).sum())
}
