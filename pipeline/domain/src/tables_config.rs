//! Which tables are released: measures, groups and weights, with the cautions that bind them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use serde::Deserialize;
use thiserror::Error;

use crate::breakdown::{Breakdown, SMALL_CITY, TRAFFICKING_TYPE};
use crate::just_two::just_two;
use crate::measure::Measure;
use crate::measure_file::LevelFile;
use crate::measure_rule::MeasureRule;
use crate::service::Service;
use crate::system::System;
use crate::topic::{Each, Topic};
use crate::word::Word;
use crate::workload::{Attribute, Subject, Table, Workload, WorkloadError, attribute};

/// Which tables are released. What is absent is as the measures' definitions say.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TablesConfig {
    /// Names of the measures; all of the program's and of the configuration's when absent.
    pub measures: Option<Vec<String>>,
    /// Services; all sixteen when absent. A measure of fewer keeps those that stand here.
    pub services: Vec<Service>,
    /// Breakdowns; all nine when absent. None but these stands in any table.
    pub breakdowns: Vec<Breakdown>,
    /// Breakdowns that a measure is crossed with, in place of its definition's.
    pub by: BTreeMap<String, Vec<Breakdown>>,
    /// Services of a measure, in place of its definition's.
    pub services_of: BTreeMap<String, Vec<Service>>,
    /// Weights of measures, in place of their definitions'.
    pub weights: BTreeMap<String, f64>,
    /// Tables of two breakdowns at once.
    #[serde(rename = "pair")]
    pub pairs: Vec<PairConfig>,
    /// When a city's tables by group are left out; never when absent.
    pub detail: Option<DetailConfig>,
}

/// Tables by group wait until a city's figures are large enough for them: their noise would hide everything, and
/// what they cost is lost to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DetailConfig {
    /// The published number of people, identified or indicated, from which on a city's next release has tables by
    /// group.
    pub least_people: u32,
}

/// How detailed a release is.
///
/// # Source
/// Release method, section 5; the tiers of the US Census Bureau's SafeTab-P.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// All tables of the configuration.
    Full,
    /// Those of a measure by groups are left out, but for the count of people.
    Coarse,
}

/// A measure by two breakdowns at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairConfig {
    /// Name of the measure.
    pub measure: String,
    /// The two breakdowns.
    #[serde(deserialize_with = "just_two")]
    pub breakdowns: [Breakdown; 2],
}

/// Weights between which tables still share a budget.
const USUAL_WEIGHTS: RangeInclusive<f64> = 1e-6..=1e6;

/// What tables need to know of the cities.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TablesFor {
    /// Systems whose agencies take part, in their fixed order.
    pub systems: Vec<System>,
    /// Population of the smallest city; `None` where one does not state it.
    pub smallest_population: Option<u32>,
}

/// Tables that may not be released, or make no workload.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TablesError {
    /// Against a rule.
    #[error("tables.{field}: {rule}")]
    Rule {
        /// Field.
        field: &'static str,
        /// Rule and remedy.
        rule: String,
    },
    /// No workload.
    #[error("tables: {0}")]
    Workload(#[from] WorkloadError),
}

impl Default for TablesConfig {
    fn default() -> Self {
        Self {
            measures: None,
            services: Service::ALL.to_vec(),
            breakdowns: Breakdown::ALL.to_vec(),
            by: BTreeMap::new(),
            services_of: BTreeMap::new(),
            weights: BTreeMap::new(),
            pairs: Vec::new(),
            detail: None,
        }
    }
}

/// The program's own workload over all its measures and all systems, for these services and groups.
///
/// # Errors
/// [`TablesError`] when `services` or `breakdowns` leave nothing to publish or repeat one.
pub fn standard_workload(services: &[Service], breakdowns: &[Breakdown]) -> Result<Workload, TablesError> {
    let config = TablesConfig {
        services: services.to_vec(),
        breakdowns: breakdowns.to_vec(),
        ..TablesConfig::default()
    };
    config.workload(
        &[],
        Detail::Full,
        &TablesFor { systems: System::ALL.to_vec(), smallest_population: None },
    )
}

impl TablesConfig {
    /// For every measure a table by trafficking type of each of its topics, and one by type and each
    /// of its breakdowns; and the pairs that were asked for. `own` are the configuration's measures.
    ///
    /// # Errors
    /// [`TablesError`] on a name that no measure has, a list that repeats one, and what a caution
    /// forbids: Indigenous people but as city totals, LGBTQ youth by race in a small city.
    pub fn workload(
        &self,
        own: &[Measure],
        detail: Detail,
        cities: &TablesFor,
    ) -> Result<Workload, TablesError> {
        if self.detail.is_some_and(|detail| detail.least_people == 0) {
            return Err(rule(
                "detail",
                "least_people must be at least 1; leave [tables.detail] out for all tables",
            ));
        }
        let measures = self.chosen(own)?;
        self.check_names(&measures)?;
        let mut build = Builder::new(&self.breakdowns)?;
        let by_group = |measure: Measure| detail == Detail::Full || measure.rule() == MeasureRule::People;
        for measure in &measures {
            let weight = self.weights.get(measure.name()).copied().unwrap_or(measure.weight());
            if !USUAL_WEIGHTS.contains(&weight) {
                return Err(rule(
                    "weights",
                    &format!(
                        "`{measure}` weighs {weight:e}: take a number from 0.000001 to 1000000, or its table would have all of \
                         the budget or none"
                    ),
                ));
            }
            let by = self.by.get(measure.name()).map_or(measure.breakdowns(), Vec::as_slice);
            let by = self.breakdowns.iter().copied().filter(|b| by.contains(b)).collect::<Vec<_>>();
            for topic in measure.topics(&self.services_of(*measure), &cities.systems) {
                build.table(*measure, topic, &[], weight)?;
                for breakdown in &by {
                    may_cross(*measure, *breakdown)?;
                    if !by_group(*measure) {
                        continue;
                    }
                    build.table(*measure, topic, &[*breakdown], weight)?;
                }
                for pair in self.pairs.iter().filter(|pair| pair.measure == measure.name()) {
                    may_pair(pair.breakdowns, cities.smallest_population)?;
                    if !by_group(*measure) {
                        continue;
                    }
                    build.table(*measure, topic, &pair.breakdowns, weight)?;
                }
            }
        }
        Ok(Workload::new(build.attributes, build.tables)?)
    }

    fn chosen(&self, own: &[Measure]) -> Result<Vec<Measure>, TablesError> {
        let known = || Measure::all().iter().chain(own).copied();
        if own.iter().collect::<BTreeSet<_>>().len() != own.len() {
            return Err(rule("measures", "a [[measure]] stands twice"));
        }
        let mut meanings: BTreeMap<&str, &LevelFile> = BTreeMap::new();
        for level in known().flat_map(|m| &m.file().levels) {
            let first = *meanings.entry(&level.word).or_insert(level);
            if (&first.title, &first.description) != (&level.title, &level.description) {
                let word = &level.word;
                return Err(rule(
                    "measures",
                    &format!(
                        "level `{word}` means one thing in one measure and another in another; choose another word"
                    ),
                ));
            }
        }
        let Some(names) = &self.measures else { return Ok(known().collect()) };
        if names.iter().collect::<BTreeSet<_>>().len() != names.len() {
            return Err(rule("measures", "one stands twice"));
        }
        if let Some(name) = names.iter().find(|name| !known().any(|m| m.name() == **name)) {
            return Err(rule("measures", &format!("there is no measure `{name}`; define it in [[measure]]")));
        }
        // In published order, whatever the configuration's.
        Ok(known().filter(|m| names.iter().any(|name| name == m.name())).collect())
    }

    /// A name in `by`, `services_of`, `weights` or `pair` that means nothing would change nothing.
    fn check_names(&self, measures: &[Measure]) -> Result<(), TablesError> {
        let lists: [(&'static str, Vec<&String>); 4] = [
            ("by", self.by.keys().collect()),
            ("services_of", self.services_of.keys().collect()),
            ("weights", self.weights.keys().collect()),
            ("pair", self.pairs.iter().map(|p| &p.measure).collect()),
        ];
        for (field, names) in lists {
            for name in names {
                let Some(measure) = measures.iter().find(|m| m.name() == name) else {
                    return Err(rule(
                        field,
                        &format!("`{name}` is no measure of this release; mend the name"),
                    ));
                };
                if field == "services_of" && measure.each() != Each::Service {
                    return Err(rule(field, &format!("`{name}` is not about services; drop it")));
                }
            }
        }
        for (name, by) in &self.by {
            if by.iter().collect::<BTreeSet<_>>().len() != by.len() {
                return Err(rule("by", &format!("`{name}`: a breakdown stands twice; name it once")));
            }
        }
        let mut pairs = BTreeSet::new();
        for PairConfig { measure, breakdowns: [a, b] } in &self.pairs {
            if !pairs.insert((measure, a.min(b), a.max(b))) {
                return Err(rule(
                    "pair",
                    &format!(
                        "`{measure}` by `{a}` and `{b}` stands twice, in whatever order: it would be one table under two names; name it once"
                    ),
                ));
            }
        }
        let asked = self.by.values().flatten().chain(self.pairs.iter().flat_map(|p| &p.breakdowns));
        if let Some(left_out) = asked.into_iter().find(|b| !self.breakdowns.contains(b)) {
            return Err(rule(
                "breakdowns",
                &format!("`{left_out}` is crossed with a measure and left out here; add it"),
            ));
        }
        Ok(())
    }

    fn services_of(&self, measure: Measure) -> Vec<Service> {
        if let Some(services) = self.services_of.get(measure.name()) {
            return services.clone();
        }
        let usual = measure.file().services.as_deref();
        self.services.iter().copied().filter(|s| usual.is_none_or(|usual| usual.contains(s))).collect()
    }
}

/// Tribal data sovereignty: counts of Indigenous people are city totals by trafficking type.
fn may_cross(measure: Measure, breakdown: Breakdown) -> Result<(), TablesError> {
    if breakdown.may_cross_measures() || measure.rule() == MeasureRule::People {
        return Ok(());
    }
    Err(rule(
        "by",
        &format!(
            "`{breakdown}` is published as a city total only (tribal data sovereignty): drop it from `{measure}`"
        ),
    ))
}

fn may_pair([a, b]: [Breakdown; 2], smallest_population: Option<u32>) -> Result<(), TablesError> {
    if a == b {
        return Err(rule("pair", "name two different breakdowns"));
    }
    if let Some(alone) = [a, b].into_iter().find(|breakdown| !breakdown.may_cross_measures()) {
        return Err(rule(
            "pair",
            &format!("`{alone}` is published as a city total only (tribal data sovereignty): drop the pair"),
        ));
    }
    let outing = [a, b].contains(&Breakdown::LgbtqYouth) && [a, b].contains(&Breakdown::RaceEthnicity);
    if outing && smallest_population.is_none_or(|people| people < SMALL_CITY) {
        return Err(rule(
            "pair",
            &format!(
                "LGBTQ youth by race could out a young person in a small city: every city must state a `population` of at least {SMALL_CITY}; otherwise drop the pair"
            ),
        ));
    }
    Ok(())
}

fn rule(field: &'static str, rule: &str) -> TablesError {
    TablesError::Rule { field, rule: rule.to_owned() }
}

/// Attributes and tables as they come.
struct Builder {
    attributes: Vec<Attribute>,
    /// Whose each attribute is; nobody's are trafficking type and breakdowns.
    owners: Vec<Option<Measure>>,
    tables: Vec<Table>,
    breakdowns: Vec<Breakdown>,
}

impl Builder {
    fn new(breakdowns: &[Breakdown]) -> Result<Self, TablesError> {
        if breakdowns.iter().collect::<BTreeSet<_>>().len() != breakdowns.len() {
            return Err(rule("breakdowns", "one stands twice"));
        }
        let mut attributes = vec![attribute(TRAFFICKING_TYPE.0, TRAFFICKING_TYPE.1)];
        attributes.extend(breakdowns.iter().map(|b| attribute(b.word(), b.categories())));
        let owners = vec![None; attributes.len()];
        Ok(Self { attributes, owners, tables: Vec::new(), breakdowns: breakdowns.to_vec() })
    }

    fn table(
        &mut self,
        measure: Measure,
        topic: Option<Topic>,
        by: &[Breakdown],
        weight: f64,
    ) -> Result<(), TablesError> {
        let mut name = measure.name().to_owned();
        for word in topic.iter().flat_map(|topic| topic.words()) {
            name = format!("{name}_{word}");
        }
        for (i, breakdown) in by.iter().enumerate() {
            name = format!("{name}_{}_{}", if i == 0 { "by" } else { "and" }, breakdown.word());
        }
        let mut dimensions = vec![0];
        for level in measure.attributes(topic) {
            dimensions.push(self.place(&level, measure)?);
        }
        for breakdown in by {
            let at = self.breakdowns.iter().position(|b| b == breakdown);
            dimensions.extend(at.map(|at| 1 + at));
        }
        let subject = Some(Subject { measure, topic, breakdowns: by.to_vec() });
        self.tables.push(Table { name, dimensions, weight, subject });
        Ok(())
    }

    /// The place of a measure's attribute, which is added at its first use.
    fn place(&mut self, name: &str, measure: Measure) -> Result<usize, TablesError> {
        if let Some(at) = self.attributes.iter().position(|a| a.name == name) {
            if self.owners[at] == Some(measure) {
                return Ok(at);
            }
            return Err(rule(
                "measures",
                &format!("`{measure}`: attribute `{name}` is another's; name it otherwise"),
            ));
        }
        self.attributes.push(attribute(name, measure.levels()));
        self.owners.push(Some(measure));
        Ok(self.attributes.len() - 1)
    }
}

#[cfg(test)]
#[path = "tables_config_tests.rs"]
mod tests;
