//! Source profiles: which column is what. A profile is data, not code.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use domain::{Breakdown, System};
use encoding_rs::Encoding;
use serde::Deserialize;

use crate::dates::DateFormats;
use crate::error::EncodeError;
use crate::profile_identity::{Field, IdentityMap};
use crate::profile_rules::{DemographicRule, FileRules, Sharing};
use crate::profile_value::Code;

/// Format of a raw export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Text with a delimiter and a header.
    Csv,
    /// Parquet.
    Parquet,
    /// One JSON object a line.
    Ndjson,
    /// A HUD HMIS CSV export folder: `csv`, and `Export.csv` says whether names are hashed.
    HmisCsv,
}

/// A source profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name of the source; its key and quarantine go by it.
    pub source: String,
    /// Format of every file of the export.
    pub format: Format,
    /// Delimiter of `csv`; a comma when absent.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// What `csv` and `ndjson` are written in, by its usual name; UTF-8 when absent. UTF-16 and a
    /// byte-order mark are seen without it.
    pub encoding: Option<String>,
    /// Whether a double quote quotes; true when absent.
    #[serde(default = "yes")]
    pub quote: bool,
    /// Whether two records of the source are never one person.
    #[serde(default)]
    pub one_record_per_person: bool,
    /// System; `encode` needs it.
    pub system: Option<System>,
    /// Formats of event dates where a rule names none; `%Y-%m-%d` when absent.
    #[serde(default = "iso")]
    pub date_formats: Vec<String>,
    /// What stands in a cell of which nothing is known, such as `"N/A"`: it counts as blank everywhere.
    #[serde(default)]
    pub blanks: Vec<Code>,
    /// The file of an export folder that holds identities, one row a record.
    pub people: Option<String>,
    /// Identity columns.
    pub identity: IdentityMap,
    /// Files with events, the file of identities among them where it has some.
    #[serde(default, rename = "file")]
    pub files: Vec<FileRules>,
    /// Demographic rules: for each breakdown the first rule that gives a known answer stands.
    #[serde(default)]
    pub demographics: BTreeMap<Breakdown, Vec<DemographicRule>>,
    /// What may leave the agency; `encode` needs it.
    pub sharing: Option<Sharing>,
    /// Where the profile was read from, for messages.
    #[serde(skip)]
    pub(crate) path: PathBuf,
}

fn comma() -> char {
    ','
}

fn yes() -> bool {
    true
}

fn iso() -> Vec<String> {
    vec!["%Y-%m-%d".to_owned()]
}

impl Profile {
    /// Reads a profile and checks its rules.
    ///
    /// # Errors
    /// [`EncodeError::Profile`] naming place, rule and remedy; [`EncodeError::Io`] when the file
    /// can't be read.
    pub fn read(path: &Path) -> Result<Self, EncodeError> {
        let text = fs::read_to_string(path).map_err(EncodeError::typed(path))?;
        Self::parse(&text, path)
    }

    /// Reads a profile from its text; `path` is for messages.
    ///
    /// # Errors
    /// [`EncodeError::Profile`] naming place, rule and remedy.
    pub fn parse(text: &str, path: &Path) -> Result<Self, EncodeError> {
        let at = |message: String| EncodeError::Profile { path: path.to_owned(), message };
        let mut profile: Self = toml::from_str(text).map_err(|error| at(what_is_wrong(text, &error)))?;
        path.clone_into(&mut profile.path);
        profile.check().map_err(at)?;
        profile.leave_out().map_err(at)?;
        Ok(profile)
    }

    /// An error at a place of this profile.
    pub(crate) fn fault(&self, message: impl Into<String>) -> EncodeError {
        EncodeError::Profile { path: self.path.clone(), message: message.into() }
    }

    /// The declared encoding.
    pub(crate) fn encoding(&self) -> Option<&'static Encoding> {
        self.encoding.as_deref().and_then(|name| Encoding::for_label(name.as_bytes()))
    }

    fn check(&self) -> Result<(), String> {
        if self.encoding.is_some() && self.encoding().is_none() {
            return Err("encoding: name one, for example \"windows-1252\" or \"utf-16le\"".to_owned());
        }
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if self.source.is_empty() || !self.source.bytes().all(plain) {
            return Err("source: use lower-case ASCII letters, digits and underscores".to_owned());
        }
        if !self.delimiter.is_ascii() || matches!(self.delimiter, '"' | '\n' | '\r') {
            return Err("delimiter: use one ASCII character other than a quote or a line end".to_owned());
        }
        check_formats(&self.date_formats, "date_formats")?;
        self.identity.check()?;
        let mut names = BTreeSet::new();
        if let Some(people) = &self.people {
            check_file_name(people, "people")?;
        }
        for file in &self.files {
            check_file_name(&file.name, "file.name")?;
            if !names.insert(file.name.to_lowercase()) {
                return Err(format!(
                    "file `{}`: it stands twice; put all its rules under one [[file]]",
                    file.name
                ));
            }
            file.check()?;
        }
        if self.people.is_none() && !self.files.is_empty() {
            return Err("people: name the file that holds the identities".to_owned());
        }
        let known = |file: &str| {
            let lower = file.to_lowercase();
            names.contains(&lower) || self.people.as_ref().is_some_and(|p| p.to_lowercase() == lower)
        };
        for (breakdown, rules) in &self.demographics {
            if *breakdown == Breakdown::AgeBand {
                return Err(
                    "demographics.age_band: the age is computed from the birth date; remove the table"
                        .to_owned(),
                );
            }
            if rules.len() > 200 {
                return Err(format!("demographics.{breakdown}: more than 200 rules; use codes"));
            }
            for rule in rules {
                rule.check(*breakdown)?;
                if let Some(file) = rule.file.as_deref().filter(|file| !known(file)) {
                    return Err(format!(
                        "demographics.{breakdown}: file `{file}` has no [[file]] entry; add one"
                    ));
                }
            }
        }
        self.check_rows()?;
        self.check_dates()?;
        if let Some(sharing) = &self.sharing {
            sharing.check()?;
            for rows in &sharing.victim_service_provider_rows {
                if !known(&rows.file) {
                    return Err(format!("sharing: file `{}` has no [[file]] entry; add one", rows.file));
                }
            }
        }
        if let Some(people) = self.people.as_ref().filter(|people| !names.contains(&people.to_lowercase()))
            && !self.files.is_empty()
        {
            return Err(format!(
                "people: no [[file]] is called `{people}`; add one, or name one that is there"
            ));
        }
        Ok(())
    }
}

impl Profile {
    /// Where the rows of the file `name` have their record's id.
    pub(crate) fn record_of(&self, name: &str) -> Option<&Field> {
        let rules = self.files.iter().find(|file| file.name.eq_ignore_ascii_case(name));
        rules.and_then(|rules| rules.record.as_ref()).or(self.identity.record_id.as_ref())
    }

    /// Only the file of identities has its records' rows, and only ids tell which row is whose.
    fn check_rows(&self) -> Result<(), String> {
        let Some(file) = self.files.iter().find(|file| file.several_rows) else { return Ok(()) };
        let people = self.people.as_ref().is_some_and(|people| people.eq_ignore_ascii_case(&file.name));
        if people && (file.record.is_some() || self.identity.record_id.is_some()) {
            return Ok(());
        }
        Err(format!(
            "file `{}`: `several_rows` goes with the file of identities, and with `record_id`; remove it elsewhere, where a \
             record has as many rows as it likes anyway",
            file.name
        ))
    }
}

/// What is wrong with a text that should be a profile. Only a profile is quoted: whoever mixes it up with the
/// export would see a row of the export.
fn what_is_wrong(text: &str, error: &toml::de::Error) -> String {
    let of_a_profile = |line: &str| {
        line == "[identity]"
            || line.strip_prefix("source").is_some_and(|rest| rest.trim_start().starts_with('='))
    };
    if text.lines().any(|line| of_a_profile(line.trim())) {
        return error.to_string();
    }
    let before = error.span().map_or(0, |span| span.start.min(text.len()));
    let line = text.as_bytes()[..before].split(|byte| *byte == b'\n').count();
    format!(
        "line {line}: this is no source profile, which begins with `source = …`; name one as the profile, and the \
         export as the input"
    )
}

/// A file name that can't leave the export's folder.
fn check_file_name(name: &str, place: &str) -> Result<(), String> {
    let plain = !name.is_empty() && !name.contains(['/', '\\', '\0']) && name != "." && name != "..";
    if plain { Ok(()) } else { Err(format!("{place}: name a file of the export's folder, without a path")) }
}

/// Formats that chrono understands; a wrong one would otherwise fail every date of the file.
pub(crate) fn check_formats(formats: &[String], place: &str) -> Result<(), String> {
    use chrono::format::{Item, StrftimeItems};
    if formats.is_empty() {
        return Err(format!("{place}: name at least one format, for example \"%Y-%m-%d\""));
    }
    for format in formats {
        if StrftimeItems::new(format).any(|item| matches!(item, Item::Error)) {
            return Err(format!("{place}: `{format}` is no date format; use %Y %m %d %b %y and separators"));
        }
        if !gives_a_day(format) {
            return Err(format!(
                "{place}: `{format}` gives no day that can be read back; name a year, a month and a day, for example \
                 \"%Y-%m-%d\" (a time of day behind them needs no format)"
            ));
        }
    }
    Ok(())
}

/// Whether a day that is written in a format is the day that is read.
fn gives_a_day(format: &str) -> bool {
    let reader = DateFormats::new(&[format.to_owned()], &[]);
    [(2003, 11, 24), (1998, 2, 5)].into_iter().all(|(year, month, day)| {
        let date = NaiveDate::from_ymd_opt(year, month, day);
        let Some(moment) = date.and_then(|date| date.and_hms_opt(10, 30, 45)) else { return false };
        let mut text = String::new();
        write!(text, "{}", moment.and_utc().format(format)).is_ok() && reader.parse(&text) == date
    })
}
