//! Columns whose days leave as they stand: never one that says who somebody is.

use crate::profile::Profile;
use crate::profile_identity::Field;
use crate::profile_rules::{ConsentDay, FileRules};

impl Profile {
    /// Refuses a column of `[identity]`, or one that is called after a birth date, where a date leaves.
    pub(crate) fn check_dates(&self) -> Result<(), String> {
        for file in &self.files {
            for (i, rule) in file.events.iter().enumerate() {
                let place = format!("file `{}`: event {} ({})", file.name, i + 1, rule.kind);
                self.check_date(&rule.date, file, &format!("{place}: date"))?;
                if let Some(field) = &rule.date_otherwise {
                    self.check_date(field, file, &format!("{place}: date_otherwise"))?;
                }
                if let Some(field) = &rule.result_date {
                    self.check_date(field, file, &format!("{place}: result_date"))?;
                }
            }
        }
        let Some(sharing) = &self.sharing else { return Ok(()) };
        let people = self.people.as_deref().unwrap_or_default();
        let none = FileRules::default();
        let file = self.files.iter().find(|file| file.name.eq_ignore_ascii_case(people)).unwrap_or(&none);
        for (day, place) in [(&sharing.consent_start, "consent_start"), (&sharing.consent_end, "consent_end")]
        {
            if let Some(ConsentDay::Column(field)) = day {
                self.check_date(field, file, &format!("sharing.{place}"))?;
            }
        }
        Ok(())
    }

    fn check_date(&self, field: &Field, file: &FileRules, place: &str) -> Result<(), String> {
        let taken: Vec<(&str, String)> = self
            .identity
            .fields()
            .flat_map(|(name, field)| columns(field).map(move |column| (name, column.to_lowercase())))
            .collect();
        for written in columns(field) {
            let own = written.split_once('.').filter(|(join, _)| file.joins.iter().any(|j| j.name == *join));
            let column = own.map_or(written, |(_, column)| column).to_lowercase();
            if let Some((name, _)) = taken.iter().find(|(_, known)| *known == column) {
                return Err(format!(
                    "{place}: `{written}` is the column of identity.{name}, and what stands here leaves as it is; name the \
                     column of the day on which it happened"
                ));
            }
            if says_birth(&column) {
                return Err(format!(
                    "{place}: `{written}` is called after a birth date, and what stands here leaves as it is; map it as \
                     identity.birth_date, and name the column of the day on which it happened"
                ));
            }
        }
        Ok(())
    }
}

/// Every column that a field names, its alternatives among them.
fn columns(field: &Field) -> impl Iterator<Item = &str> {
    let fields = std::iter::once(field).chain(&field.otherwise);
    fields.flat_map(|field| &field.columns).flat_map(|column| column.split('|')).map(str::trim)
}

/// Whether a column is called after a birth date.
fn says_birth(column: &str) -> bool {
    let letters: String = column.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.ends_with("dob")
        || letters.starts_with("dob")
        || letters.ends_with("birthdate")
        || letters.ends_with("birthday")
        || letters.contains("dateofbirth")
        || matches!(letters.as_str(), "born" | "bornon" | "birth")
}

#[cfg(test)]
mod tests {
    use super::says_birth;

    #[test]
    fn names_of_birth_dates_are_known_and_others_are_not() {
        for name in
            ["dob", "client_dob", "dob_1", "birth_date", "prs_birthdate", "date of birth", "born", "birthday"]
        {
            assert!(says_birth(name), "{name}");
        }
        for name in ["on", "entrydate", "childbirth_class_on", "born_again_visit", "reported_on", "doc_date"]
        {
            assert!(!says_birth(name), "{name}");
        }
    }
}
