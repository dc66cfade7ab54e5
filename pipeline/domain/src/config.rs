//! Configuration of a night: which cities, which sources, what is released, at what cost.
//!
//! What decides privacy (ε, δ, the share of the year, the period) has no default: absent is an
//! error. Paths are relative to the configuration file's folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use serde::Deserialize;
use thiserror::Error;

use crate::breakdown::Breakdown;
use crate::calendar::Period;
use crate::city::CityId;
use crate::service::Service;
use crate::system::System;
use crate::word::Word;
use crate::workload::{Workload, WorkloadError, standard_workload};

/// The configuration of one or several cities.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// A demonstration on fictitious data: raw exports are simulated and encoded by the run
    /// itself, keys and ledgers are made when missing, and everything published says so.
    #[serde(default)]
    pub demo: bool,
    /// Where releases are published.
    pub out: PathBuf,
    /// Where the hub keeps ledgers, quarantine, reports and checkpoints. Never published.
    pub work: PathBuf,
    /// Where key files lie, one folder a city.
    pub keys: PathBuf,
    /// What a person's privacy year may cost.
    pub budget: Budget,
    /// What is released.
    pub release: ReleaseConfig,
    /// Which tables.
    #[serde(default)]
    pub tables: TablesConfig,
    /// The fictitious cities of a demonstration.
    pub simulate: Option<SimulateConfig>,
    /// The cities.
    #[serde(rename = "city")]
    pub cities: Vec<CityConfig>,
}

/// The budget of one privacy year of one city.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Budget {
    /// ε of the year at δ.
    pub epsilon: f64,
    /// δ of the year, below one over the city's population, never from the data.
    pub delta: f64,
}

/// One release.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseConfig {
    /// The period that is released.
    pub period: Period,
    /// The day as of which the data are read; nothing later counts.
    pub report_date: NaiveDate,
    /// The share of the year's ρ that this release costs, above 0 and at most 1.
    pub share: f64,
    /// What the noise is optimised for.
    pub objective: Objective,
}

/// What the noise is optimised for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Objective {
    /// Least weighted variance of the unbiased estimates.
    TotalVariance,
    /// A budget split that suits the best estimate: less for three-way residuals.
    BestEstimate,
    /// The smallest greatest weighted variance of a table's cells.
    WorstTable,
}

/// Which tables are released.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TablesConfig {
    /// Services; all sixteen when absent.
    pub services: Vec<Service>,
    /// Breakdowns; all nine when absent.
    pub breakdowns: Vec<Breakdown>,
}

impl Default for TablesConfig {
    fn default() -> Self {
        Self { services: Service::ALL.to_vec(), breakdowns: Breakdown::ALL.to_vec() }
    }
}

/// How many errors the simulated agencies make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimulatedErrors {
    /// None.
    None,
    /// A fifth of the usual.
    Clean,
    /// As usual.
    #[default]
    Default,
    /// Several times the usual.
    Dirty,
}

/// Fictitious cities.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimulateConfig {
    /// People in each city.
    pub people: u32,
    /// Seed; the same seed gives the same bytes.
    pub seed: u64,
    /// How many errors their records carry.
    #[serde(default)]
    pub errors: SimulatedErrors,
    /// Where their agencies' raw exports are written, one folder a city and source.
    pub into: PathBuf,
}

/// One city.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CityConfig {
    /// Slug.
    pub id: CityId,
    /// The name a reader sees.
    pub name: String,
    /// Its agencies.
    #[serde(rename = "source")]
    pub sources: Vec<SourceConfig>,
}

/// One agency's extract, and in a demonstration its raw export.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Name: its key and quarantine go by it. Lower-case ASCII letters, digits and underscores.
    pub name: String,
    /// System.
    pub system: System,
    /// Folder that holds `manifest.json`, `people` and `events`.
    pub extract: PathBuf,
    /// Whether the city publishes nothing new while this source is refused or missing. A period is
    /// released once, so a release without an agency could never be mended for free.
    #[serde(default = "required")]
    pub required: bool,
    /// Source profile; only a demonstration encodes.
    pub profile: Option<PathBuf>,
    /// Raw export (file or folder); only a demonstration encodes.
    pub raw: Option<PathBuf>,
}

fn required() -> bool {
    true
}

/// A configuration that can't be used.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Not TOML, or not this format. Configuration holds no personal data, so the text may be shown.
    #[error("{path}: {message}")]
    Syntax {
        /// File.
        path: PathBuf,
        /// Line, column and rule, from the TOML reader.
        message: String,
    },
    /// Readable, but against a rule.
    #[error("{path}: {field}: {rule}")]
    Rule {
        /// File.
        path: PathBuf,
        /// Field, as a TOML path.
        field: String,
        /// Rule and remedy.
        rule: String,
    },
    /// Tables that make no workload.
    #[error("tables: {0}")]
    Tables(#[from] WorkloadError),
}

impl Config {
    /// Reads a configuration and checks its rules. Relative paths are resolved against the
    /// folder of `path`.
    ///
    /// # Errors
    /// [`ConfigError`] naming place, rule and remedy.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text)
            .map_err(|e| ConfigError::Syntax { path: path.to_owned(), message: e.to_string() })?;
        config.check(path)?;
        let base = path.parent().unwrap_or(Path::new(""));
        let resolve = |p: &mut PathBuf| *p = tidy(&base.join(&*p));
        resolve(&mut config.out);
        resolve(&mut config.work);
        resolve(&mut config.keys);
        config.simulate.iter_mut().for_each(|s| resolve(&mut s.into));
        for source in config.cities.iter_mut().flat_map(|c| &mut c.sources) {
            resolve(&mut source.extract);
            source.profile.iter_mut().for_each(resolve);
            source.raw.iter_mut().for_each(resolve);
        }
        Ok(config)
    }

    /// The workload that the configuration's tables make.
    ///
    /// # Errors
    /// [`WorkloadError`] when the tables repeat something or are empty.
    pub fn workload(&self) -> Result<Workload, WorkloadError> {
        standard_workload(&self.tables.services, &self.tables.breakdowns)
    }

    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let fail = |field: &str, rule: &str| {
            Err(ConfigError::Rule { path: path.to_owned(), field: field.to_owned(), rule: rule.to_owned() })
        };
        let Budget { epsilon, delta } = self.budget;
        if !(epsilon.is_finite() && epsilon > 0.0) {
            return fail("budget.epsilon", "must be a positive number");
        }
        if !(delta > 0.0 && delta < 1e-3) {
            return fail(
                "budget.delta",
                "must lie above 0 and below 0.001, and below 1 over the city's population",
            );
        }
        if !(self.release.share > 0.0 && self.release.share <= 1.0) {
            return fail("release.share", "must lie above 0 and at most 1: the share of the year's budget");
        }
        if self.release.report_date <= self.release.period.end() {
            return fail(
                "release.report_date",
                "must lie after the period's last day: nothing is released before its period closes",
            );
        }
        if self.cities.is_empty() {
            return fail("city", "name at least one city in [[city]]");
        }
        if self.demo != self.simulate.is_some() {
            return fail("simulate", "[simulate] goes with `demo = true`, and only with it");
        }
        let mut cities = BTreeSet::new();
        for city in &self.cities {
            if !cities.insert(&city.id) {
                return fail("city.id", "the same city stands twice; give each one [[city]]");
            }
            let mut names = BTreeSet::new();
            for source in &city.sources {
                let plain =
                    source.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                if source.name.is_empty() || !plain {
                    return fail("city.source.name", "use lower-case ASCII letters, digits and underscores");
                }
                if !names.insert(&source.name) {
                    return fail("city.source.name", "the same source stands twice in one city");
                }
                if !self.demo && (source.raw.is_some() || source.profile.is_some()) {
                    return fail(
                        "city.source.raw",
                        "raw exports stay at the agency: run `pathways encode` there and name only `extract` here",
                    );
                }
            }
            if let Some(simulate) = &self.simulate {
                let own = |path: &PathBuf| path.starts_with(&simulate.into);
                if city.sources.iter().any(|s| s.profile.is_none() || !s.raw.as_ref().is_some_and(own)) {
                    return fail(
                        "city.source.raw",
                        "a demonstration takes fictitious data alone: every source needs a profile, and a raw export below simulate.into",
                    );
                }
            }
            if city.sources.is_empty() {
                return fail("city.source", "name at least one source in [[city.source]]");
            }
        }
        self.workload()?;
        Ok(())
    }
}

/// Removes `.` and resolves `..` in the text of a path, so that messages read well.
fn tidy(path: &Path) -> PathBuf {
    use std::path::Component;
    let mut parts: Vec<Component<'_>> = Vec::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(parts.last(), Some(Component::Normal(_))) => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    if parts.is_empty() { PathBuf::from(".") } else { parts.iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        out = "../out"
        work = "../work"
        keys = "../keys"
        [budget]
        epsilon = 4.0
        delta = 1e-6
        [release]
        period = "2025"
        report_date = "2026-06-30"
        share = 1.0
        objective = "total_variance"
        [[city]]
        id = "us-ga-atlanta"
        name = "Atlanta"
        [[city.source]]
        name = "shelters"
        system = "homeless_services"
        extract = "in/shelters"
    "#;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("configs/a.toml"))
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let config = parse(GOOD).expect("valid");
        assert_eq!(config.out, Path::new("out"));
        assert_eq!(config.cities[0].sources[0].extract, Path::new("configs/in/shelters"));
    }

    #[test]
    fn what_decides_privacy_has_no_default() {
        for line in [
            "epsilon = 4.0",
            "delta = 1e-6",
            "share = 1.0",
            "period = \"2025\"",
            "report_date = \"2026-06-30\"",
        ] {
            assert!(parse(&GOOD.replace(line, "")).is_err(), "{line}");
        }
    }

    #[test]
    fn rules_name_field_and_remedy() {
        for (from, to, field) in [
            ("epsilon = 4.0", "epsilon = 0.0", "budget.epsilon"),
            ("share = 1.0", "share = 1.5", "release.share"),
            ("2026-06-30", "2025-12-31", "release.report_date"),
            ("name = \"shelters\"", "name = \"a/b\"", "city.source.name"),
            ("extract =", "raw = \"x\"\nextract =", "city.source.raw"),
        ] {
            let error = parse(&GOOD.replace(from, to)).expect_err(field).to_string();
            assert!(error.contains(field), "{error}");
        }
        assert!(parse(&GOOD.replace("share =", "shar =")).is_err(), "unknown fields are refused");
    }
}
