//! What holds of a record whatever became of its rows: a row that is set aside says nothing in the extract,
//! and still protects its record.

use chrono::NaiveDate;

use crate::age::Birth;
use crate::bind::{BoundFile, Provider};
use crate::columns::Row;
use crate::sharing::{Consent, Scope};

/// What the rows of one record said of its protection so far.
#[derive(Default)]
pub(crate) struct Protection {
    /// What weighs most of what they say of a victim service provider.
    provider: Provider,
    /// The earliest date in rows that are set aside.
    first: Option<NaiveDate>,
    /// A row that is set aside has no date that can be read.
    undated: bool,
    /// The narrowest consent of rows that are set aside.
    consent: Option<Consent>,
    /// A row that can't be read may hold a narrower one.
    unread_consent: bool,
    /// The narrowest consent of a record whose id is the same number.
    twin: Option<Scope>,
}

/// What a row that can't be read may say of the record it may belong to: bits of a mark.
pub(crate) struct MaySay;

impl MaySay {
    /// That it is a victim service provider's.
    pub(crate) const PROVIDER: u8 = 1;
    /// An event's date, by which the record's person was younger.
    pub(crate) const DATE: u8 = 2;
    /// A narrower consent.
    pub(crate) const CONSENT: u8 = 4;
    /// That the record whose id is the same number may not be linked, or not leave.
    pub(crate) const TWIN: u8 = 8;
    pub(crate) const TWIN_NONE: u8 = 16;
}

impl Protection {
    /// Takes note of what a row says of the provider.
    pub(crate) fn saw(&mut self, provider: Provider) {
        self.provider = self.provider.max(provider);
    }

    /// Takes note of the dates of a row that is set aside.
    pub(crate) fn saw_dates(&mut self, file: &BoundFile, row: &Row<'_>) {
        let dates = file.dates(row);
        self.first = [self.first, dates.first].into_iter().flatten().min();
        self.undated |= dates.undated;
    }

    /// Takes note of the consent in a row of the file of identities that is set aside.
    pub(crate) fn saw_consent(&mut self, consent: Consent) {
        self.consent = Some(self.consent.map_or(consent, |known| known.narrowed(consent)));
    }

    /// Takes note of a row that can't be read and holds the record's id somewhere.
    pub(crate) fn saw_unreadable(&mut self, may_say: u8) {
        if may_say & MaySay::PROVIDER != 0 {
            self.saw(Provider::Unclear);
        }
        self.undated |= may_say & MaySay::DATE != 0;
        self.unread_consent |= may_say & MaySay::CONSENT != 0;
        for (bit, scope) in [(MaySay::TWIN, Scope::CountOnly), (MaySay::TWIN_NONE, Scope::None)] {
            if may_say & bit != 0 {
                self.twin = Some(self.twin.map_or(scope, |known| known.min(scope)));
            }
        }
    }

    /// Whether the record counts as a victim service provider's, where rows are `asked`: unless one says no,
    /// and none anything else.
    pub(crate) fn is_providers(&self, asked: bool) -> bool {
        asked && self.provider != Provider::No
    }

    /// Whether a row says that it is, rather than that none says it isn't.
    pub(crate) fn is_told(&self) -> bool {
        self.provider == Provider::Yes
    }

    /// The consent that stands, of a record with this one.
    pub(crate) fn narrow(&self, consent: Consent) -> Consent {
        let mut consent = self.consent.map_or(consent, |other| consent.narrowed(other));
        consent.scope = self.twin.map_or(consent.scope, |twin| consent.scope.min(twin));
        if self.unread_consent {
            consent.scope = consent.scope.min(Scope::CountOnly);
        }
        consent
    }

    /// Whether a row that can't be read may hold a narrower consent.
    pub(crate) fn consent_is_unread(&self) -> bool {
        self.unread_consent
    }

    /// The least age that somebody of this birth can have had at the first event, of which the taken rows
    /// gave the day `taken`.
    pub(crate) fn least_age(&self, birth: Birth, taken: Option<NaiveDate>) -> Option<u32> {
        let first = [self.first, taken].into_iter().flatten().min().filter(|_| !self.undated)?;
        birth.least_age_at(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_clean_no_and_nothing_else_lets_a_record_be_nobodys() {
        for (rows, providers) in [
            (&[][..], true),
            (&[Provider::No], false),
            (&[Provider::No, Provider::NotAsked], false),
            (&[Provider::No, Provider::Unclear], true),
            (&[Provider::Yes, Provider::No], true),
            (&[Provider::Unclear], true),
        ] {
            let mut protection = Protection::default();
            for row in rows {
                protection.saw(*row);
            }
            assert_eq!(protection.is_providers(true), providers);
            assert!(!protection.is_providers(false), "no rule asks");
        }
    }

    #[test]
    fn the_earliest_date_counts_and_one_that_nobody_knows_is_no_age() {
        let day = |y| NaiveDate::from_ymd_opt(y, 5, 1);
        let birth = Birth { date: day(2005), year: Some(2005), aged: None };
        let mut protection = Protection::default();
        assert_eq!(protection.least_age(birth, day(2024)), Some(19));
        assert_eq!(protection.least_age(birth, None), None);
        protection.first = day(2021);
        assert_eq!(protection.least_age(birth, day(2024)), Some(16));
        protection.saw_unreadable(MaySay::PROVIDER | MaySay::CONSENT);
        assert_eq!(protection.least_age(birth, day(2024)), Some(16));
        protection.saw_unreadable(MaySay::DATE);
        assert_eq!(protection.least_age(birth, day(2024)), None);
    }
}
