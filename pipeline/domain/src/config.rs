//! Configuration of a night: which cities, which sources, what is released, at what cost.
//!
//! What decides privacy (ε, δ, the share of the year, the period) has no default: absent is an
//! error. Paths are relative to the configuration file's folder.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::city::CityId;
use crate::measure::Measure;
use crate::measure_file::{MeasureError, MeasureFile};
use crate::pull_config::PullConfig;
use crate::quality_config::QualityConfig;
use crate::release_config::{
    Broken, Budget, LinkageMeasured, Promise, ReleaseConfig, check_budget, check_linkage, check_releases,
    one_or_several,
};
use crate::system::System;
use crate::tables_config::{Detail, TablesConfig, TablesError, TablesFor};
use crate::word::Word;
use crate::workload::Workload;

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
    /// What is released, in the order of report dates: one `[release]`, or several `[[release]]`.
    #[serde(rename = "release", deserialize_with = "one_or_several")]
    pub releases: Vec<ReleaseConfig>,
    /// What was measured about linkage, for the published statement.
    pub linkage_measured: Option<LinkageMeasured>,
    /// Which tables.
    #[serde(default)]
    pub tables: TablesConfig,
    /// Measures of one's own, beside the program's.
    #[serde(default, rename = "measure")]
    pub measures: Vec<MeasureFile>,
    /// When a night's quality report speaks up.
    #[serde(default)]
    pub quality: QualityConfig,
    /// The fictitious cities of a demonstration.
    pub simulate: Option<SimulateConfig>,
    /// The cities.
    #[serde(rename = "city")]
    pub cities: Vec<CityConfig>,
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
    /// How many people live there; what a small city may not publish needs it.
    pub population: Option<u32>,
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
    /// Folder that holds `manifest.json`, `people` and `events`. Of a source that is pulled, the hub's own folder
    /// for the night.
    #[serde(default)]
    pub extract: PathBuf,
    /// Where the hub pulls the sealed extract from, in the place of `extract`.
    pub pull: Option<PullConfig>,
    /// Whether the city publishes nothing new while this source is refused or missing. A period is
    /// released once, so a release without an agency could never be mended for free.
    #[serde(default = "required")]
    pub required: bool,
    /// What the city lets the hub use this source for, whatever the extract allows: `link`, `measure` or both (the default).
    #[serde(default = "every_purpose")]
    pub purposes: Vec<Purpose>,
    /// Source profile; only a demonstration encodes.
    pub profile: Option<PathBuf>,
    /// Raw export (file or folder); only a demonstration encodes.
    pub raw: Option<PathBuf>,
}

impl CityConfig {
    /// The first of a city's own fields that breaks its rule.
    fn broken(&self) -> Option<(&'static str, &'static str)> {
        // Line breaks, what has no width, and what turns the direction of a text.
        let unseen = |c: char| {
            c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        };
        if self.name.trim().is_empty() || self.name.chars().any(unseen) {
            let rule = "give the name that readers see, on one line and without invisible characters: it stands in every file";
            return Some(("city.name", rule));
        }
        let rule = "must be the number of people who live there; leave it out if it is not known";
        (self.population == Some(0)).then_some(("city.population", rule))
    }
}

fn required() -> bool {
    true
}

fn every_purpose() -> Vec<Purpose> {
    vec![Purpose::Link, Purpose::Measure]
}

/// What records may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Joining them with other agencies' records of the same person.
    Link,
    /// Counting their person in what is published.
    Measure,
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
    /// A measure of one's own that is none.
    #[error("{path}: {error}")]
    Measure {
        /// File.
        path: PathBuf,
        /// What is wrong with it.
        error: MeasureError,
    },
    /// Tables that may not be released, or make no workload.
    #[error("{path}: {error}")]
    Tables {
        /// File.
        path: PathBuf,
        /// What is wrong with them.
        error: TablesError,
    },
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
        // Of periods that are due on one day, a quarter comes before the year that it ends.
        let order = |r: &ReleaseConfig| (r.report_date, r.period.end(), Reverse(r.period.start()));
        config.releases.sort_by_key(order);
        let base = path.parent().unwrap_or(Path::new(""));
        let resolve = |p: &mut PathBuf| *p = tidy(&base.join(&*p));
        resolve(&mut config.out);
        resolve(&mut config.work);
        resolve(&mut config.keys);
        config.simulate.iter_mut().for_each(|s| resolve(&mut s.into));
        for (city, source) in config.cities.iter_mut().flat_map(|c| c.sources.iter_mut().map(|s| (&c.id, s)))
        {
            if let Some(pull) = &mut source.pull {
                pull.paths().for_each(resolve);
                source.extract =
                    config.work.join(city.as_str()).join("pulled").join(&source.name).join("extract");
            } else {
                resolve(&mut source.extract);
            }
            source.profile.iter_mut().for_each(resolve);
            source.raw.iter_mut().for_each(resolve);
        }
        Ok(config)
    }

    /// The workload that the configuration's tables make: one for all its cities, so that their
    /// figures compare.
    ///
    /// # Errors
    /// [`TablesError`] when the tables repeat something, are empty, or go against a caution.
    pub fn workload(&self) -> Result<Workload, TablesError> {
        self.workload_of(Detail::Full)
    }

    /// The same for a city whose published size decides how detailed it is.
    ///
    /// # Errors
    /// As [`Config::workload`].
    pub fn workload_of(&self, detail: Detail) -> Result<Workload, TablesError> {
        self.tables.workload(&self.own_measures().unwrap_or_default(), detail, &self.tables_for())
    }

    fn own_measures(&self) -> Result<Vec<Measure>, MeasureError> {
        self.measures.iter().cloned().map(Measure::of).collect()
    }

    fn tables_for(&self) -> TablesFor {
        let takes_part =
            |system: &System| self.cities.iter().flat_map(|c| &c.sources).any(|s| s.system == *system);
        let populations: Option<Vec<u32>> = self.cities.iter().map(|city| city.population).collect();
        TablesFor {
            systems: System::ALL.iter().copied().filter(takes_part).collect(),
            smallest_population: populations.and_then(|all| all.into_iter().min()),
        }
    }

    fn check(&self, path: &Path) -> Result<(), ConfigError> {
        let fail = |field: &str, rule: &str| {
            Err(ConfigError::Rule { path: path.to_owned(), field: field.to_owned(), rule: rule.to_owned() })
        };
        let broken = |(field, rule): Broken| ConfigError::Rule {
            path: path.to_owned(),
            field: field.to_owned(),
            rule,
        };
        let populations = self.cities.iter().filter_map(|city| Some((&city.id, city.population?)));
        check_budget(&self.budget, populations).map_err(broken)?;
        check_releases(&self.releases).map_err(broken)?;
        self.linkage_measured.as_ref().map_or(Ok(()), check_linkage).map_err(broken)?;
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
            city.broken().map_or(Ok(()), |(field, rule)| fail(field, rule))?;
            let mut names = BTreeSet::new();
            for source in &city.sources {
                let plain =
                    source.name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                if source.name.is_empty() || !plain {
                    return fail("city.source.name", "use lower-case ASCII letters, digits and underscores");
                }
                if source.name == "linkage" {
                    return fail(
                        "city.source.name",
                        "`linkage` is the name of the city's key; give the source another",
                    );
                }
                if source.purposes.is_empty() {
                    return fail(
                        "city.source.purposes",
                        "name `link`, `measure` or both; a source that may be used for neither is left out",
                    );
                }
                if !names.insert(&source.name) {
                    return fail("city.source.name", "the same source stands twice in one city");
                }
                match &source.pull {
                    None if source.extract.as_os_str().is_empty() => {
                        return fail(
                            "city.source.extract",
                            "name the extract's folder, or where it is pulled from in [city.source.pull]",
                        );
                    }
                    Some(_) if !source.extract.as_os_str().is_empty() => {
                        return fail(
                            "city.source.extract",
                            "a source that is pulled has no `extract` of its own; take one of them out",
                        );
                    }
                    Some(pull) => pull.check().map_err(|(field, rule)| ConfigError::Rule {
                        path: path.to_owned(),
                        field: format!("city.source.{field}"),
                        rule: rule.to_owned(),
                    })?,
                    None => {}
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
        let sources: Vec<&str> =
            self.cities.iter().flat_map(|city| &city.sources).map(|source| source.name.as_str()).collect();
        self.quality.broken(&sources).map_or(Ok(()), |rule| Err(broken(rule)))?;
        self.own_measures().map_err(|error| ConfigError::Measure { path: path.to_owned(), error })?;
        let workload =
            self.workload().map_err(|error| ConfigError::Tables { path: path.to_owned(), error })?;
        let promised = self.releases.iter().flat_map(|release| &release.promises);
        match promised.into_iter().find(|p| !workload.tables().iter().any(|table| table.name == p.table)) {
            Some(Promise { table, .. }) => fail(
                "release.promise.table",
                &format!("`{table}` is no table of this configuration; `pathways plan --all` lists them"),
            ),
            None => Ok(()),
        }
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
#[path = "config_tests.rs"]
mod tests;
