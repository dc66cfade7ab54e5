//! Measures: what is counted about a person, each a category of the person.

use std::hash::{Hash, Hasher};
use std::sync::{LazyLock, Mutex, PoisonError};

use serde::{Serialize, Serializer};

use crate::breakdown::Breakdown;
use crate::event::ScreeningQuestion;
use crate::measure_file::{LevelFile, MeasureError, MeasureFile};
use crate::measure_rule::{Looks, MeasureRule};
use crate::service::Service;
use crate::system::System;
use crate::topic::{Each, Topic};
use crate::word::Word;

/// A measure: a checked definition that lives as long as the program.
///
/// Definitions are few and public, so each is kept once and handed around as a reference. Two
/// measures are equal when their definitions are.
#[derive(Debug, Clone, Copy)]
pub struct Measure(&'static Definition);

#[derive(Debug)]
struct Definition {
    /// Place among the program's own; those of a configuration come after.
    order: usize,
    file: MeasureFile,
    levels: Vec<&'static str>,
    numerator: Vec<&'static str>,
    denominator: Vec<&'static str>,
}

/// The program's own measures, in published order.
const BUILT_IN: [&str; 12] = [
    include_str!("../../../configs/measures/unmet_need.toml"),
    include_str!("../../../configs/measures/identification_gap.toml"),
    include_str!("../../../configs/measures/recognized_type.toml"),
    include_str!("../../../configs/measures/cycling_without_help.toml"),
    include_str!("../../../configs/measures/missed_contact.toml"),
    include_str!("../../../configs/measures/screening_coverage.toml"),
    include_str!("../../../configs/measures/referral_completion.toml"),
    include_str!("../../../configs/measures/time_to_service.toml"),
    include_str!("../../../configs/measures/reentry.toml"),
    include_str!("../../../configs/measures/entry_point.toml"),
    include_str!("../../../configs/measures/systems_overlap.toml"),
    include_str!("../../../configs/measures/people.toml"),
];

static PROGRAMS_OWN: LazyLock<Vec<Measure>> = LazyLock::new(|| {
    let read =
        |text: &&str| MeasureFile::parse(text).expect("a test reads every definition that is compiled in");
    BUILT_IN.iter().map(read).enumerate().map(|(order, file)| Measure::kept(order, file)).collect()
});

static FROM_ELSEWHERE: Mutex<Vec<Measure>> = Mutex::new(Vec::new());

impl Measure {
    /// The program's own measures, in published order.
    pub fn all() -> &'static [Self] {
        &PROGRAMS_OWN
    }

    /// The program's own measure of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().iter().copied().find(|measure| measure.name() == name)
    }

    /// The measure of a definition that a configuration brings.
    ///
    /// # Errors
    /// [`MeasureError`] when the definition breaks a rule, or differs from the program's own of
    /// that name: figures compare across cities by a measure's name.
    pub fn of(file: MeasureFile) -> Result<Self, MeasureError> {
        file.check_cautions()?;
        let measure = Self::remembered(file)?;
        if Self::named(measure.name()).is_some_and(|own| own != measure) {
            return Err(MeasureError::Rule {
                measure: measure.name().to_owned(),
                field: "name",
                rule: "a definition of one's own needs a name of its own, for cities compare figures by it"
                    .to_owned(),
            });
        }
        Ok(measure)
    }

    /// The measure of a definition that a ledger stored, under whatever version of the program.
    ///
    /// # Errors
    /// [`MeasureError`] when the definition breaks a rule.
    pub(crate) fn remembered(file: MeasureFile) -> Result<Self, MeasureError> {
        file.check()?;
        let own = Self::all().iter().position(|measure| measure.name() == file.name);
        if let Some(same) = own.map(|at| Self::all()[at]).filter(|measure| measure.0.file == file) {
            return Ok(same);
        }
        let mut kept = FROM_ELSEWHERE.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = kept.iter().find(|measure| measure.0.file == file) {
            return Ok(*same);
        }
        let measure = Self::kept(own.unwrap_or(BUILT_IN.len()), file);
        kept.push(measure);
        Ok(measure)
    }

    fn kept(order: usize, file: MeasureFile) -> Self {
        let keep = |word: &String| -> &'static str { Box::leak(word.clone().into_boxed_str()) };
        let levels = file.levels.iter().map(|level| keep(&level.word)).collect();
        let numerator = file.numerator.iter().map(keep).collect();
        let denominator = file.denominator.iter().map(keep).collect();
        Self(Box::leak(Box::new(Definition { order, file, levels, numerator, denominator })))
    }

    /// The definition as a file has it.
    pub fn file(self) -> &'static MeasureFile {
        &self.0.file
    }

    /// Name in files and addresses.
    pub fn name(self) -> &'static str {
        &self.0.file.name
    }

    /// The rule that turns events into a level.
    pub fn rule(self) -> MeasureRule {
        self.0.file.rule
    }

    /// The name a reader sees.
    pub fn title(self) -> &'static str {
        &self.0.file.title
    }

    /// One plain sentence: who counts, out of whom, within how long.
    pub fn definition(self) -> &'static str {
        &self.0.file.definition
    }

    /// What a reader must not conclude.
    pub fn caution(self) -> &'static str {
        &self.0.file.caution
    }

    /// The levels of the measure's attributes, in published order.
    pub fn levels(self) -> &'static [&'static str] {
        &self.0.levels
    }

    /// A level's title, meaning and days.
    pub fn level(self, word: &str) -> Option<&'static LevelFile> {
        self.0.file.levels.iter().find(|level| level.word == word)
    }

    /// The level that a page leads with, and the levels it is a share of; `None` where the measure
    /// has no rate.
    pub fn rate_levels(self) -> Option<(&'static str, &'static [&'static str])> {
        self.0.numerator.first().map(|first| (*first, &self.0.denominator[..]))
    }

    /// All levels whose share is told.
    pub fn numerators(self) -> &'static [&'static str] {
        &self.0.numerator
    }

    /// Days of the window, of a topic's own where it has one.
    pub fn window_days(self, topic: Option<Topic>) -> u32 {
        let file = &self.0.file;
        let own = topic.and_then(Topic::service).and_then(|service| file.window_days_of.get(&service));
        own.copied().unwrap_or(file.window_days)
    }

    /// Days that must have passed after a cohort's last day before it can be told.
    pub fn follow_up_days(self, topic: Option<Topic>) -> u32 {
        if self.rule().looks() == Looks::Ahead { self.window_days(topic) } else { 0 }
    }

    /// The follow-ups of all its topics: a measure has a cohort for each.
    pub fn follow_ups(self) -> impl Iterator<Item = u32> {
        let own =
            self.0.file.window_days_of.keys().map(move |s| self.follow_up_days(Some(Topic::Service(*s))));
        own.chain([self.follow_up_days(None)])
    }

    /// Weight of a cell's variance in the plan of a release.
    pub fn weight(self) -> f64 {
        self.0.file.weight
    }

    /// Breakdowns that it is crossed with unless a configuration says otherwise.
    pub fn breakdowns(self) -> &'static [Breakdown] {
        &self.0.file.breakdowns
    }

    /// What it has an attribute for each of.
    pub fn each(self) -> Each {
        self.rule().each()
    }

    /// Its topics, given the services and systems at hand; one `None` where it has one attribute.
    /// Systems come alone first, then in pairs.
    pub fn topics(self, services: &[Service], systems: &[System]) -> Vec<Option<Topic>> {
        match self.each() {
            Each::One => vec![None],
            Each::Service => services.iter().map(|s| Some(Topic::Service(*s))).collect(),
            Each::Exploitation => {
                ScreeningQuestion::ALL.iter().rev().map(|q| Some(Topic::Exploitation(*q))).collect()
            }
            Each::System => {
                let alone = systems.iter().map(|s| Some(Topic::System(*s)));
                let pairs = systems
                    .iter()
                    .enumerate()
                    .flat_map(|(i, a)| systems[i + 1..].iter().map(|b| Some(Topic::Systems(*a, *b))));
                alone.chain(pairs).collect()
            }
        }
    }

    /// The names of a topic's attributes in the person table: two for a pair of systems.
    pub fn attributes(self, topic: Option<Topic>) -> Vec<String> {
        let stem = &self.0.file.attribute;
        match topic {
            None => vec![stem.clone()],
            Some(topic) => topic.words().iter().map(|word| format!("{stem}_{word}")).collect(),
        }
    }

    /// Whether a topic is one of the measure's.
    pub fn has_topic(self, topic: Option<Topic>) -> bool {
        topic.map_or(Each::One, Topic::each) == self.each()
    }

    /// Whether rates stand in the tables of a topic: one system alone has none, for its denominator
    /// would hold people of other periods.
    pub fn has_rate(self, topic: Option<Topic>) -> bool {
        !self.0.numerator.is_empty() && !matches!(topic, Some(Topic::System(_)))
    }
}

impl PartialEq for Measure {
    fn eq(&self, other: &Self) -> bool {
        // Each definition is kept once.
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Measure {}

impl PartialOrd for Measure {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Measure {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |m: &Self| (m.0.order, m.name(), std::ptr::from_ref(m.0).addr());
        key(self).cmp(&key(other))
    }
}

impl Hash for Measure {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl std::fmt::Display for Measure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_programs_own_definitions_are_valid_and_use_every_rule() {
        for text in BUILT_IN {
            MeasureFile::parse(text).expect("valid");
        }
        for rule in MeasureRule::ALL {
            assert!(Measure::all().iter().any(|m| m.rule() == *rule), "{rule}");
        }
        assert_eq!(Measure::all()[0].name(), "unmet_need");
    }

    #[test]
    fn a_word_means_one_thing_in_every_measure() {
        let mut seen: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        // Systems are named in levels of the entry point alone.
        for level in Measure::all().iter().flat_map(|m| &m.file().levels) {
            let meaning = (level.title.as_str(), level.description.as_str());
            assert_eq!(*seen.entry(&level.word).or_insert(meaning), meaning, "{}", level.word);
        }
    }

    #[test]
    fn a_definition_of_ones_own_needs_a_name_of_its_own() {
        let own = Measure::named("unmet_need").expect("built in");
        assert_eq!(Measure::of(own.file().clone()), Ok(own));
        let mut other = MeasureFile { window_days: 60, ..own.file().clone() };
        assert!(Measure::of(other.clone()).is_err(), "cities would compare what is not the same");
        other.name = "unmet_need_60".to_owned();
        let kept = Measure::of(other.clone()).expect("its own name");
        assert_eq!(Measure::of(other), Ok(kept), "kept once");
        assert_eq!(kept.window_days(Some(Topic::Service(Service::EmergencyShelter))), 30);
        assert!(own < kept);
    }

    #[test]
    fn follow_up_is_the_window_ahead_alone() {
        let follow_up = |name| Measure::named(name).expect("built in").follow_up_days(None);
        assert_eq!(["unmet_need", "reentry", "missed_contact", "people"].map(follow_up), [90, 730, 0, 0]);
    }
}
