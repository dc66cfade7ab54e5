//! The definition of a measure as a file has it: read, checked, compiled in.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::breakdown::{Breakdown, TRAFFICKING_TYPE};
use crate::just_two::just_two_or_none;
use crate::measure_rule::{Looks, MeasureRule};
use crate::service::Service;
use crate::topic::Each;
use crate::word::Word;

/// A measure's definition: everything about it that can be data.
///
/// # Source
/// `configs/measures/README.md` describes the format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureFile {
    /// Name in files and addresses.
    pub name: String,
    /// The rule that turns events into a level.
    pub rule: MeasureRule,
    /// The name a reader sees.
    pub title: String,
    /// One plain sentence: who counts, out of whom, within how long.
    pub definition: String,
    /// What puts a person into the cohort, and which of several events counts.
    pub cohort: String,
    /// What a reader must not conclude.
    pub caution: String,
    /// Stem of its attributes' names in the person table.
    pub attribute: String,
    /// Days of the window.
    pub window_days: u32,
    /// Windows of services that have another.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub window_days_of: BTreeMap<Service, u32>,
    /// Levels whose share is told; the first is the one that a page leads with.
    pub numerator: Vec<String>,
    /// Levels that they are a share of.
    pub denominator: Vec<String>,
    /// Weight of a cell's variance in the plan of a release.
    pub weight: f64,
    /// Breakdowns that it is crossed with unless a configuration says otherwise.
    pub breakdowns: Vec<Breakdown>,
    /// Services that it is measured for unless a configuration says otherwise; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub services: Option<Vec<Service>>,
    /// Levels, in published order.
    #[serde(rename = "level")]
    pub levels: Vec<LevelFile>,
}

/// One level of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelFile {
    /// Word in files.
    pub word: String,
    /// First and last day of the level's span, for rules that sort by days.
    #[serde(default, deserialize_with = "just_two_or_none", skip_serializing_if = "Option::is_none")]
    pub days: Option<[u32; 2]>,
    /// The name a reader sees.
    pub title: String,
    /// One sentence.
    pub description: String,
}

/// A definition that can't be used. It holds no personal data, so its text may be shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MeasureError {
    /// Not TOML, or not this format.
    #[error("measure: {0}")]
    Syntax(String),
    /// Readable, but against a rule.
    #[error("measure `{measure}`: {field}: {rule}")]
    Rule {
        /// Name of the measure.
        measure: String,
        /// Field.
        field: &'static str,
        /// Rule and remedy.
        rule: String,
    },
}

impl MeasureFile {
    /// Reads a definition and checks its rules.
    ///
    /// # Errors
    /// [`MeasureError`] naming measure, field, rule and remedy.
    pub fn parse(text: &str) -> Result<Self, MeasureError> {
        let file: Self = toml::from_str(text).map_err(|e| MeasureError::Syntax(e.to_string()))?;
        file.check()?;
        Ok(file)
    }

    /// Checks a definition's rules.
    ///
    /// # Errors
    /// As [`MeasureFile::parse`].
    pub fn check(&self) -> Result<(), MeasureError> {
        for (field, word) in [("name", &self.name), ("attribute", &self.attribute)] {
            self.plain(field, word)?;
        }
        let attribute = self.attribute.as_str();
        if attribute == TRAFFICKING_TYPE.0 || Breakdown::ALL.iter().any(|b| b.word() == attribute) {
            return self.fail("attribute", &format!("`{attribute}` is the name of a group; choose another"));
        }
        for (field, text) in [
            ("title", &self.title),
            ("definition", &self.definition),
            ("cohort", &self.cohort),
            ("caution", &self.caution),
        ] {
            if text.trim().is_empty() || (field != "title" && !text.ends_with('.')) {
                return self.fail(field, "say it in words; a sentence ends in a full stop");
            }
        }
        match (self.rule.looks(), self.window_days) {
            (Looks::Period, 1..) => {
                return self.fail("window_days", "this rule looks at the period alone: 0");
            }
            (Looks::Ahead | Looks::Back, 0 | 3_651..) => {
                return self.fail("window_days", "this rule needs a window of 1 to 3650 days");
            }
            _ => {}
        }
        let shorter = self.window_days_of.values().any(|days| *days == 0 || *days > self.window_days);
        if shorter || (self.rule.each() != Each::Service && !self.window_days_of.is_empty()) {
            return self.fail(
                "window_days_of",
                "windows of single services go with rules about services, and are of 1 day up to window_days",
            );
        }
        if self.rule.each() != Each::Service && self.services.is_some() {
            return self.fail("services", "this rule is not about services: leave it out");
        }
        if !(self.weight.is_finite() && self.weight > 0.0) {
            return self.fail("weight", "must be a positive number");
        }
        if self.rule != MeasureRule::People
            && let Some(breakdown) = self.breakdowns.iter().find(|b| !b.may_cross_measures())
        {
            return self
                .fail("breakdowns", &format!("`{breakdown}` is published as a city total only: drop it"));
        }
        if self.breakdowns.iter().collect::<BTreeSet<_>>().len() != self.breakdowns.len() {
            return self.fail("breakdowns", "one stands twice");
        }
        self.check_levels()?;
        self.check_rate()
    }

    /// Checks what a configuration's own definition may not say. Stored releases are read without it: theirs
    /// were published.
    ///
    /// # Errors
    /// As [`MeasureFile::parse`].
    pub(crate) fn check_cautions(&self) -> Result<(), MeasureError> {
        let without = self.rule.levels_without_an_answer();
        if let Some(level) = self.denominator.iter().find(|level| without.contains(&level.as_str())) {
            return self.fail(
                "denominator",
                &format!("of people at `{level}` nothing is known, and in a denominator they would stand for a no: drop it"),
            );
        }
        let of_levels = self.levels.iter().flat_map(|level| [&level.title, &level.description]);
        let texts = [&self.title, &self.definition, &self.cohort, &self.caution].into_iter().chain(of_levels);
        for text in texts {
            if text.split(|c: char| !c.is_alphanumeric()).any(tells_of_hiv) {
                return self.fail(
                    "title",
                    "HIV is never an attribute, a level or a group by itself: drop it from every text",
                );
            }
        }
        Ok(())
    }

    fn check_levels(&self) -> Result<(), MeasureError> {
        let words: Vec<&str> = self.levels.iter().map(|l| l.word.as_str()).collect();
        if words.iter().collect::<BTreeSet<_>>().len() != words.len() {
            return self.fail("level", "a word stands twice");
        }
        let named = self.rule.levels();
        if let Some(missing) = named.iter().find(|word| !words.contains(word)) {
            return self.fail("level", &format!("the rule gives `{missing}`: add it"));
        }
        for level in &self.levels {
            self.plain("level.word", &level.word)?;
            if level.title.is_empty() || !level.description.ends_with('.') {
                return self.fail("level", &format!("give `{}` a title and a sentence", level.word));
            }
            let by_name = named.contains(&level.word.as_str());
            if by_name == level.days.is_some() || (level.days.is_some() && !self.rule.has_spans()) {
                return self.fail(
                    "level",
                    &format!(
                        "`{}`: days go with the levels that the rule does not name, and with no other",
                        level.word
                    ),
                );
            }
        }
        // Spans follow each other without gap or overlap, up to the window's last day; what is late
        // comes after.
        let spans: Vec<[u32; 2]> = self.levels.iter().filter_map(|l| l.days).collect();
        let in_order = spans.iter().all(|[first, last]| first <= last)
            && spans.windows(2).all(|pair| pair[0][1].checked_add(1) == Some(pair[1][0]));
        let closing = spans.len().checked_sub(if self.rule.tells_late() { 2 } else { 1 });
        let whole = closing.is_some_and(|at| spans[at][1] == self.window_days);
        let days = spans.last().is_none_or(|[_, last]| *last <= 36_500);
        if self.rule.has_spans() && !(in_order && whole && days) {
            return self.fail(
                "level.days",
                "spans follow each other in order; the last one ends with the window (time_to_service: the last but one, and the last at 36500)",
            );
        }
        Ok(())
    }

    fn check_rate(&self) -> Result<(), MeasureError> {
        let known = |words: &[String]| words.iter().all(|w| self.levels.iter().any(|l| l.word == *w));
        let unique = |words: &[String]| words.iter().collect::<BTreeSet<_>>().len() == words.len();
        let within = self.numerator.iter().all(|w| self.denominator.contains(w));
        let both = self.numerator.is_empty() == self.denominator.is_empty();
        if !(known(&self.denominator)
            && unique(&self.denominator)
            && unique(&self.numerator)
            && within
            && both)
        {
            return self.fail("numerator", "numerator and denominator are levels, the one among the other");
        }
        Ok(())
    }

    /// Lower-case words, and none that would tell of a person's HIV: no attribute may.
    fn plain(&self, field: &'static str, word: &str) -> Result<(), MeasureError> {
        let plain = word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        if word.is_empty() || !plain {
            return self.fail(field, "use lower-case ASCII letters, digits and underscores");
        }
        if tells_of_hiv(word) {
            return self.fail(field, "HIV is never an attribute, a level or a group by itself: drop it");
        }
        Ok(())
    }

    fn fail(&self, field: &'static str, rule: &str) -> Result<(), MeasureError> {
        Err(MeasureError::Rule { measure: self.name.clone(), field, rule: rule.to_owned() })
    }
}

/// Whether a name speaks of HIV by itself.
pub(crate) fn tells_of_hiv(name: &str) -> bool {
    name.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| ["hiv", "aids"].iter().any(|forbidden| word.eq_ignore_ascii_case(forbidden)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = include_str!("../../../configs/measures/time_to_service.toml");

    #[test]
    fn each_mistake_is_told_with_its_field() {
        MeasureFile::parse(GOOD).expect("valid");
        for (from, to, field) in [
            ("name = \"time_to_service\"", "name = \"Time\"", "name"),
            ("attribute = \"wait\"", "attribute = \"hiv_wait\"", "attribute"),
            // Also where no table is by that group: the hub would take the one for the other.
            ("attribute = \"wait\"", "attribute = \"lgbtq_youth\"", "attribute"),
            ("attribute = \"wait\"", "attribute = \"trafficking_type\"", "attribute"),
            ("caution = ", "caution = \"\" # ", "caution"),
            ("window_days = 180", "window_days = 0", "window_days"),
            ("window_days = 180", "window_days = 365", "level.days"),
            ("days = [8, 30]", "days = [9, 30]", "level.days"),
            ("days = [8, 30]", "", "level"),
            ("word = \"never\"", "word = \"not_ever\"", "level"),
            ("word = \"never\"", "word = \"no_need\"", "level"),
            ("weight = 1.0", "weight = 0.0", "weight"),
            ("breakdowns = []", "breakdowns = [\"indigenous\"]", "breakdowns"),
            ("denominator = [\"days_0_7\", ", "denominator = [", "numerator"),
        ] {
            assert!(GOOD.contains(from), "{from}");
            let error = MeasureFile::parse(&GOOD.replacen(from, to, 1)).expect_err(field);
            assert!(matches!(&error, MeasureError::Rule { field: f, .. } if *f == field), "{to}: {error}");
        }
        let unknown = GOOD.replace("rule = \"time_to_service\"", "rule = \"guess\"");
        assert!(
            matches!(MeasureFile::parse(&unknown), Err(MeasureError::Syntax(_))),
            "a rule that the hub lacks"
        );
        let services =
            include_str!("../../../configs/measures/reentry.toml").replace("weight", "services = []\nweight");
        assert!(MeasureFile::parse(&services).is_err(), "services where the rule has none");
    }

    #[test]
    fn a_definition_of_ones_own_keeps_to_the_cautions() {
        let referral = include_str!("../../../configs/measures/referral_completion.toml");
        let screening = include_str!("../../../configs/measures/screening_coverage.toml");
        for (text, from, to, field) in [
            (referral, "\"not_completed\"]", "\"not_completed\", \"result_unknown\"]", "denominator"),
            (referral, "\"not_completed\"]", "\"not_completed\", \"no_referral\"]", "denominator"),
            (screening, "\"not_asked\"]", "\"not_asked\", \"no_contact\"]", "denominator"),
            (GOOD, "title = \"", "title = \"Unmet HIV need: ", "title"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert_ne!(changed, text, "{from}");
            let file = MeasureFile::parse(&changed).expect("readable");
            let error = file.check_cautions().expect_err(to);
            assert!(matches!(&error, MeasureError::Rule { field: f, .. } if *f == field), "{to}: {error}");
        }
        for text in [GOOD, referral, screening] {
            MeasureFile::parse(text).expect("valid").check_cautions().expect("the program's own");
        }
    }

    #[test]
    fn hiv_is_no_word_of_an_attribute() {
        assert!(tells_of_hiv("hiv") && tells_of_hiv("lives_with_HIV") && tells_of_hiv("aids"));
        assert!(!tells_of_hiv("archive") && !tells_of_hiv("shiver") && !tells_of_hiv("substance_use"));
    }
}
