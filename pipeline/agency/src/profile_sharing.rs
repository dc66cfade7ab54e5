//! `[sharing]`: what may leave the agency, as it is written.

use chrono::NaiveDate;
use domain::{Breakdown, DatePrecision, Service, Word};
use serde::{Deserialize, Deserializer};

use crate::profile::Profile;
use crate::profile_condition::Condition;
use crate::profile_identity::Field;
use crate::profile_value::Value;

/// What may leave the agency.
///
/// # Privacy
/// A record that may not be linked leaves without tokens; one without any consent, or younger than
/// the least age, does not leave. What is excluded is not even read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sharing {
    /// Whether the birth year leaves, unless it is excluded.
    pub birth_year: bool,
    /// How exact the dates are that leave.
    pub date_precision: DatePrecision,
    /// What the source may be used for: `link`, `measure`.
    pub purposes: Vec<String>,
    /// `link`, `count_only` or `none`: fixed, or by a column of the file of identities.
    pub consent_scope: Value,
    /// First day of consent.
    pub consent_start: Option<ConsentDay>,
    /// Last day of consent.
    pub consent_end: Option<ConsentDay>,
    /// Whether the whole source is a victim service provider's.
    #[serde(default)]
    pub victim_service_provider: bool,
    /// Rows that tell whether their record is a victim service provider's.
    #[serde(default)]
    pub victim_service_provider_rows: Vec<VictimServiceProviderRows>,
    /// Records of people younger than this at their first event stay, and those whose age nobody knows.
    pub minimum_age: Option<u32>,
    /// Identity fields and breakdowns that are left out, as though the profile did not map them.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Services of which no need, referral or delivery leaves.
    #[serde(default)]
    pub exclude_services: Vec<Service>,
}

/// A day of consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConsentDay {
    /// One for all records, written `"2027-12-31"`.
    Fixed(NaiveDate),
    /// Each record's own.
    Column(Field),
}

impl<'de> Deserialize<'de> for ConsentDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let field = Field::deserialize(deserializer)?;
        // No column is called after a day.
        let day = match &field.columns[..] {
            [text] => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
            _ => None,
        };
        Ok(day.map_or(Self::Column(field), Self::Fixed))
    }
}

/// Rows that tell whether their record is a victim service provider's. It is, unless one says no and none
/// anything else.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VictimServiceProviderRows {
    /// File.
    pub file: String,
    /// The rows that say no; a profile without it is refused.
    pub unless: Option<Condition>,
    /// The rows that say yes. Where it is there, a row that says neither counts as yes with a warning.
    pub when: Option<Condition>,
}

impl Sharing {
    /// What is excluded, for the summary.
    pub(crate) fn excluded(&self) -> Vec<String> {
        let services = self.exclude_services.iter().map(|service| format!("service {service}"));
        self.exclude.iter().cloned().chain(services).collect()
    }

    pub(crate) fn check(&self) -> Result<(), String> {
        let known = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        Value::Fixed(self.purposes.clone()).check("sharing.purposes", &known(&["link", "measure"]))?;
        if self.purposes.is_empty() {
            return Err("sharing.purposes: name `measure`, and `link` where records may be linked".to_owned());
        }
        if self.minimum_age.is_some_and(|age| !(1..=120).contains(&age)) {
            return Err("sharing.minimum_age: write whole years from 1 to 120, or leave it out".to_owned());
        }
        self.consent_scope.check("sharing.consent_scope", &known(&["link", "count_only", "none"]))?;
        if self.victim_service_provider {
            self.check_releases()?;
        }
        for (day, place) in [(&self.consent_start, "consent_start"), (&self.consent_end, "consent_end")] {
            if let Some(ConsentDay::Column(field)) = day {
                field.check_date(&format!("sharing.{place}"))?;
            }
        }
        if let (Some(ConsentDay::Fixed(start)), Some(ConsentDay::Fixed(end))) =
            (&self.consent_start, &self.consent_end)
            && start > end
        {
            return Err(
                "sharing.consent_end: the consent ends before it starts; correct one of the days".to_owned()
            );
        }
        for rows in &self.victim_service_provider_rows {
            let Some(unless) = &rows.unless else {
                return Err(format!(
                    "sharing.victim_service_provider_rows: say of `{}` by `unless` which rows are a clean no, for example \
                     `unless = {{ column = \"VictimServiceProvider\", in = [0] }}`: every other row makes its record a \
                     victim service provider's",
                    rows.file
                ));
            };
            unless.check("sharing: unless")?;
            rows.when.iter().try_for_each(|when| when.check("sharing: when"))?;
        }
        Ok(())
    }
}

impl Sharing {
    /// A victim service provider's clients are linked by a release of their own: not by a blank, and not by whatever
    /// stands in a column.
    fn check_releases(&self) -> Result<(), String> {
        let Value::Mapped { column, blank, other, .. } = &self.consent_scope else { return Ok(()) };
        let links = |words: &[String]| words.iter().any(|word| word == "link");
        let is_day =
            matches!(&self.consent_end, Some(ConsentDay::Column(end)) if end.columns.contains(column));
        let by = if links(blank) {
            "blank"
        } else if other.as_ref().is_some_and(|other| links(other)) && !is_day {
            "other"
        } else {
            return Ok(());
        };
        Err(format!(
            "sharing.consent_scope: `{by} = \"link\"` would release for clients who did not; a victim service provider's are linked \
             by their own release alone: list its codes, and write `{by} = \"count_only\"`"
        ))
    }
}

impl Profile {
    /// Takes out of the rules what `[sharing]` excludes, so that nothing further on can read it.
    pub(crate) fn leave_out(&mut self) -> Result<(), String> {
        let Some(sharing) = &self.sharing else { return Ok(()) };
        for name in &sharing.exclude {
            if let Some(whole) = self.identity.also_holds(name) {
                return Err(format!(
                    "sharing.exclude: `{name}` stands in `{whole}` too, so it would not be left out; exclude `{whole}`"
                ));
            }
            let breakdown = Breakdown::from_word(name).ok().filter(|b| *b != Breakdown::AgeBand);
            let a_breakdown = breakdown.map(|breakdown| self.demographics.remove(&breakdown)).is_some();
            if !a_breakdown && !self.identity.leave_out(name) {
                return Err(format!(
                    "sharing.exclude: `{name}` is neither an identity field nor a breakdown; write `ssn`, \
                     `birth_date` or another entry of [identity] but record_id, or `disability` or another \
                     [[demographics]] list"
                ));
            }
        }
        if sharing.minimum_age.is_some() && !self.identity.tells_age() {
            return Err(
                "sharing.minimum_age: the profile maps no birth date, year or age, so no record could leave; map one, or \
                 remove the minimum age"
                    .to_owned(),
            );
        }
        let no_year =
            ["birth_year", "birth_date"].iter().any(|name| sharing.exclude.iter().any(|e| e == name));
        let excluded = sharing.exclude_services.iter().map(|service| service.word()).collect::<Vec<_>>();
        for file in &mut self.files {
            file.events.retain_mut(|rule| match &mut rule.service {
                Some(service) => service.leave_out(&excluded),
                None => true,
            });
        }
        if let Some(sharing) = self.sharing.as_mut().filter(|_| no_year) {
            sharing.birth_year = false;
        }
        Ok(())
    }
}
