//! Names and the SSN: clear, hashed in whatever dress, or under a mask.

use super::{Cells, Identity, IdentityColumns, Nulled};
use crate::columns::Row;
use crate::hashed_cell::{HashedCell, hashed_cell};
use crate::hashed_hmis::{Names, is_hashed_ssn, soundex_form};
use crate::masked_cell::{is_masked, is_masked_whole};
use crate::name::{Name, first_name, full_name, last_name, middle_initial, trailing_initial};
use crate::number::{self, Ssn};

impl IdentityColumns {
    pub(super) fn read_names(&self, row: &Row<'_>, identity: &mut Identity, nulled: &mut Nulled) {
        let text = |cells: &Option<Cells>| cells.as_ref().map(|c| c.text(row)).unwrap_or_default();
        let (first, last, full) = (text(&self.first), text(&self.last), text(&self.full));
        let [short_first, short_last, short_full, _] = self.short;
        let hashes = [(&first, short_first), (&last, short_last), (&full, short_full)]
            .map(|(cell, s)| hashed_cell(cell, s));
        if hashes.iter().any(Option::is_some) {
            let [first, last, full] = hashes.map(|hash| hash.map(HashedCell::into_digits));
            // Of a whole name nobody can tell the parts; and what stands beside a hash is rarely the other name.
            identity.unread_hash |= full.is_some() || [&first, &last].iter().any(|hash| **hash == Some(None));
            (identity.first_soundex, identity.last_soundex) = (first.flatten(), last.flatten());
            return;
        }
        let name = if is_masked(&first) || is_masked(&last) || is_masked_whole(&full) {
            self.masked_name(&first, &last)
        } else if self.full.is_some() {
            full_name(&full)
        } else {
            let middle = text(&self.middle);
            let hidden = is_masked(&middle) || hashed_cell(&middle, false).is_some();
            let middle = if hidden { None } else { middle_initial(&middle) };
            let middle = middle.or_else(|| trailing_initial(&first));
            Name { first: first_name(&first), middle, last: last_name(&last) }.without_placeholders()
        };
        let name = Name {
            first: nulled.keep("first_name", if self.full.is_some() { &full } else { &first }, name.first),
            middle: name.middle,
            last: nulled.keep("last_name", if self.full.is_some() { &full } else { &last }, name.last),
        };
        if self.names == Names::Clear {
            (identity.first, identity.middle, identity.last) = (name.first, name.middle, name.last);
        } else {
            identity.first_soundex = name.first.as_deref().and_then(soundex_form);
            identity.last_soundex = name.last.as_deref().and_then(soundex_form);
        }
    }

    /// What a mask leaves of a name: the part of two that it does not hide.
    fn masked_name(&self, first: &str, last: &str) -> Name {
        if self.full.is_some() {
            return Name::default();
        }
        let clear = |cell: &str, read: fn(&str) -> Option<String>| read(cell).filter(|_| !is_masked(cell));
        Name { first: clear(first, first_name), middle: None, last: clear(last, last_name) }
            .without_placeholders()
    }

    pub(super) fn read_ssn(&self, cell: &str, identity: &mut Identity, nulled: &mut Nulled) {
        if is_hashed_ssn(cell) {
            identity.ssn_hash = Some(cell.to_ascii_lowercase());
            return;
        }
        let [.., short] = self.short;
        if let Some(hash) = hashed_cell(cell, short) {
            identity.ssn_hash = hash.into_digits();
            identity.unread_hash = identity.ssn_hash.is_none();
            return;
        }
        match nulled.keep("ssn", cell, number::ssn(cell)) {
            Some(Ssn::Whole(digits)) => {
                identity.ssn_last_four = Some(digits[5..].to_owned());
                identity.ssn = Some(digits);
            }
            Some(Ssn::LastFour(digits)) => identity.ssn_last_four = Some(digits),
            None => {}
        }
    }
}
