//! `pathways report quality`: what the last night of each city found worth a look, for its steward.

use std::fs;

use domain::{CityConfig, Config, Severity};
use hub::QualityReport;

use crate::command::ConfigArguments;
use crate::configuration::read_config;
use crate::failure::{Class, Failure, Outcome};
use crate::terminal::{note, out, table, thousands};

/// Findings that a terminal shows of one tier; the page has all.
const SHOWN: usize = 20;

pub(crate) fn report(arguments: &ConfigArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    let mut outcome = Outcome::Done;
    for city in &config.cities {
        match last(&config, city) {
            Ok(report) => show(&config, city, &report),
            Err(failure) => {
                note(&format!("{}: {failure}", city.name));
                outcome = outcome.max(Outcome::Failed(failure.class));
            }
        }
    }
    out("Exact counts: for stewards, not for publication.");
    Ok(outcome)
}

fn last(config: &Config, city: &CityConfig) -> Result<QualityReport, Failure> {
    let (_, path) = QualityReport::paths(&config.work, &city.id);
    let text = fs::read_to_string(&path).map_err(|_| {
        let message =
            format!("{}: no night has looked at the sources yet; `pathways run` does", path.display());
        Failure::new(Class::NotInitialised, message)
    })?;
    serde_json::from_str(&text).map_err(|_| {
        Failure::usage(format!("{}: this is no report of this version; run the night again", path.display()))
    })
}

/// One line on a night's findings, for its log.
pub(crate) fn in_short(report: &QualityReport) -> String {
    let count = |tier| report.of(tier).count();
    format!(
        "{} high, {} errors, {} warnings",
        count(Severity::High),
        count(Severity::Error),
        count(Severity::Warning)
    )
}

fn show(config: &Config, city: &CityConfig, report: &QualityReport) {
    let nights = report.held_against.len();
    out(&format!(
        "{}: {}: {}, held against {nights} earlier nights",
        city.name,
        report.night,
        in_short(report)
    ));
    let mut found = table(["tier", "source", "field", "rule", "was", "is", "what to do"], 0..0);
    let mut left = 0;
    for (tier, word) in [(Severity::High, "high"), (Severity::Error, "error"), (Severity::Warning, "warning")]
    {
        for (at, finding) in report.of(tier).enumerate() {
            if at >= SHOWN {
                left += 1;
                continue;
            }
            found.add_row([
                word,
                finding.source.as_str(),
                finding.field.as_str(),
                finding.rule.as_str(),
                finding.was.as_str(),
                finding.is.as_str(),
                finding.remedy.as_str(),
            ]);
        }
    }
    if !report.findings.is_empty() {
        out(&found.to_string());
    }
    if left > 0 {
        out(&format!("{left} more stand on the page"));
    }
    let mut sources = table(["source", "records", "events", "set aside", "newest event", "extract of"], 1..4);
    for source in &report.sources {
        sources.add_row([
            source.source.clone(),
            thousands(source.records),
            thousands(source.events),
            thousands(source.set_aside.values().sum()),
            source.days.map_or_else(|| "–".to_owned(), |(_, last)| last.to_string()),
            source.changed.to_string(),
        ]);
    }
    out(&sources.to_string());
    out(&format!("page: {}", QualityReport::paths(&config.work, &city.id).0.display()));
}
