//! What an export would leave behind at its agency and what would leave, told from the profile alone.

use std::collections::BTreeSet;

use domain::{Service, Word};

use crate::profile::Profile;
use crate::profile_identity::Field;
use crate::profile_value::Value;

impl Profile {
    /// What would leave the agency under this profile, a line each: what the tokens are made of, what else is told of a
    /// record, which events, and what does not leave. Reads no export.
    pub fn leaving(&self) -> Vec<String> {
        let Some(sharing) = &self.sharing else {
            return vec!["nothing: [sharing] is missing, and encode needs it".to_owned()];
        };
        let may_link = sharing.purposes.iter().any(|purpose| purpose == "link");
        let mut lines = vec![if may_link {
            format!("tokens, keyed, of: {}", listed(&self.token_fields()))
        } else {
            "no tokens, for `link` is not among the purposes".to_owned()
        }];
        let mut told: Vec<String> = self.demographics.keys().map(ToString::to_string).collect();
        if self.identity.tells_age() {
            told.push("whether a minor at the first event".to_owned());
            told.push("age bands of events".to_owned());
            if sharing.birth_year && self.identity.tells_birth_year() {
                told.push("the birth year".to_owned());
            }
        }
        if sharing.consent_start.is_some() || sharing.consent_end.is_some() {
            told.push(format!("days of consent to be linked, by {}", sharing.date_precision));
        }
        lines.push(format!("of each record: {}", listed(&told)));
        let events = self.event_kinds();
        lines.push(format!("events, dates by {}: {}", sharing.date_precision, listed(&events)));
        let mut stays = vec!["every column that no rule names".to_owned()];
        if !self.token_fields().is_empty() {
            stays.push("the identity fields themselves".to_owned());
        }
        if !sharing.birth_year && self.identity.tells_birth_year() {
            stays.push("the birth year".to_owned());
        }
        stays.extend(sharing.excluded().into_iter().map(|name| format!("{name} (excluded)")));
        if let Some(age) = sharing.minimum_age {
            stays.push(format!("records of people under {age} at their first event or of no known age"));
        }
        if sharing.consent_scope.words().iter().any(|word| *word == "none") {
            stays.push("records without consent".to_owned());
        }
        lines.push(format!("stays: {}", listed(&stays)));
        lines
    }

    /// The entries of `[identity]` that tokens are made of.
    fn token_fields(&self) -> Vec<String> {
        let map = &self.identity;
        let fields = [
            ("first_name", &map.first_name),
            ("middle_name", &map.middle_name),
            ("last_name", &map.last_name),
            ("full_name", &map.full_name),
            ("birth_date", &map.birth_date),
            ("birth_year", &map.birth_year),
            ("birth_month", &map.birth_month),
            ("birth_day", &map.birth_day),
            ("ssn", &map.ssn),
            ("phone", &map.phone),
            ("email", &map.email),
            ("sex", &map.sex),
            ("street_number", &map.street_number),
            ("street_name", &map.street_name),
            ("city", &map.city),
            ("postcode", &map.postcode),
            ("birth_place", &map.birth_place),
            ("occupation", &map.occupation),
        ];
        let named = fields.iter().filter(|(_, field)| field.is_some()).map(|(name, _)| (*name).to_owned());
        let other = |field: &Field| format!("other ({})", field.name.as_ref().unwrap_or(&field.columns[0]));
        named.chain(map.other.iter().map(other)).collect()
    }

    /// Kinds of events, each with the services, questions or kinds of exploitation that it can name.
    fn event_kinds(&self) -> Vec<String> {
        let rules = || self.files.iter().flat_map(|file| &file.events);
        let kinds: BTreeSet<_> = rules().map(|rule| rule.kind).collect();
        let told = kinds.into_iter().map(|kind| {
            let rules = rules().filter(|rule| rule.kind == kind);
            let mut words = BTreeSet::new();
            for rule in rules {
                let values = [&rule.service, &rule.exploitation];
                words.extend(values.into_iter().flatten().flat_map(Value::words).cloned());
                words.extend(rule.question.map(|question| question.word().to_owned()));
            }
            if Service::words().iter().all(|service| words.contains(service)) {
                return format!("{kind} (any service)");
            }
            let words: Vec<String> = words.into_iter().collect();
            if words.is_empty() { kind.to_string() } else { format!("{kind} ({})", words.join(", ")) }
        });
        told.collect()
    }
}

fn listed(words: &[String]) -> String {
    if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
}
