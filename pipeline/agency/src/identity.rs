//! Identity fields of one record, normalized.

use chrono::{Datelike, NaiveDate};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::age::{Aged, Birth, OLDEST};
use crate::birth_pieces::BirthPieces;
use crate::columns::{Cell, Columns, Row};
use crate::dates::DateFormats;
use crate::error::EncodeError;
use crate::fold::{fold, says_nothing};
use crate::hashed_cell::{ShortCounts, ShortHashes, hashed_cell};
use crate::hashed_hmis::Names;
use crate::number;
use crate::possible_days::PossibleDays;
use crate::profile::Profile;
use crate::profile_identity::Field;
use crate::street::street;
use crate::whole_id::IdForm;

mod names;

/// The normalized identity of one record.
///
/// # Privacy
/// No `Debug`, `Clone` or serialization; wiped when dropped.
#[derive(Default, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Identity {
    pub(crate) first: Option<String>,
    /// First letter of the middle name.
    pub(crate) middle: Option<String>,
    pub(crate) last: Option<String>,
    /// SOUNDEX forms of first and last name ([`crate::hashed_hmis`]), where the names are not there to make them of.
    pub(crate) first_soundex: Option<String>,
    pub(crate) last_soundex: Option<String>,
    #[zeroize(skip)]
    pub(crate) birth: Birth,
    /// What tokens are made of; more than `birth` where the date does not exist, less where its day stands
    /// for a year.
    #[zeroize(skip)]
    pub(crate) birth_pieces: BirthPieces,
    pub(crate) ssn: Option<String>,
    pub(crate) ssn_last_four: Option<String>,
    /// An opaque hash of an SSN, in a namespace of its own.
    pub(crate) ssn_hash: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) sex: Option<String>,
    pub(crate) street_number: Option<String>,
    pub(crate) street_name: Option<String>,
    pub(crate) postcode: Option<String>,
    pub(crate) birth_place: Option<String>,
    pub(crate) locality: Option<String>,
    pub(crate) occupation: Option<String>,
    /// `name\u{1f}value` of further identifiers.
    pub(crate) other: Vec<String>,
    /// Whether a cell held a hash of which nothing could be made.
    #[zeroize(skip)]
    pub(crate) unread_hash: bool,
}

impl Identity {
    /// Whether names or the SSN are hashed: no clear name, but its SOUNDEX form.
    pub(crate) fn is_hashed(&self) -> bool {
        let hashed = |clear: &Option<String>, form: &Option<String>| clear.is_none() && form.is_some();
        self.unread_hash
            || self.ssn_hash.is_some()
            || hashed(&self.first, &self.first_soundex)
            || hashed(&self.last, &self.last_soundex)
    }
}

/// Fields whose cells held something, and those of them of which normalization left nothing: bits of [`NULLABLE`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Nulled {
    pub(crate) filled: u16,
    pub(crate) nulled: u16,
}

/// The fields that [`Nulled`] tells of.
pub(crate) const NULLABLE: [&str; 13] = [
    "first_name",
    "last_name",
    "birth_date",
    "birth_year",
    "birth_month",
    "birth_day",
    "ssn",
    "phone",
    "email",
    "postcode",
    "street_name",
    "other",
    "age",
];
/// The bit of the birth date.
pub(crate) const BIRTH_DATE: u16 = 1 << 2;

impl Nulled {
    fn keep<T>(&mut self, field: &'static str, cell: &str, value: Option<T>) -> Option<T> {
        if !cell.is_empty() {
            let at = NULLABLE.iter().position(|known| *known == field).expect("every field is in the list");
            self.filled |= 1 << at;
            self.nulled |= u16::from(value.is_none()) << at;
        }
        value
    }
}

/// Where the identity fields of a file are.
pub(crate) struct IdentityColumns {
    first: Option<Cells>,
    middle: Option<Cells>,
    last: Option<Cells>,
    full: Option<Cells>,
    birth_date: Option<(Cells, DateFormats)>,
    birth_parts: [Option<Cells>; 3],
    /// The age, the day on which it was true, and the formats of that.
    age: Option<(Cell, Cell, DateFormats)>,
    ssn: Option<Cells>,
    phone: Option<Cells>,
    email: Option<Cells>,
    sex: Option<(Cells, Vec<(String, String)>)>,
    street_number: Option<Cells>,
    street_name: Option<Cells>,
    postcode: Option<Cells>,
    birth_place: Option<Cells>,
    locality: Option<Cells>,
    occupation: Option<Cells>,
    other: Vec<(String, Cells)>,
    names: Names,
    short: ShortHashes,
    births: PossibleDays,
}

/// One column, or several tied together.
pub(crate) struct Cells {
    columns: Vec<Cell>,
    join: String,
    /// Between which texts of a cell stands what is read; a blank one is its start, or its end.
    after: String,
    before: String,
}

impl Cells {
    pub(crate) fn bind(field: &Field, columns: &Columns<'_>) -> Result<Self, EncodeError> {
        let field = columns.choose(field);
        let read = field.columns.iter().map(|c| columns.require(c)).collect::<Result<_, _>>()?;
        let (after, before) = (field.after.clone(), field.before.clone());
        Ok(Self { columns: read, join: field.join.clone(), after, before })
    }

    /// How many columns they are, and what ties them.
    pub(crate) fn tie(&self) -> (usize, &str) {
        (self.columns.len(), &self.join)
    }

    pub(crate) fn has(&self, cell: Cell) -> bool {
        self.columns.contains(&cell)
    }

    /// What is read of a cell; nothing where the text is missing that stands in front.
    pub(crate) fn cut<'a>(&self, cell: &'a str) -> &'a str {
        if self.after.is_empty() && self.before.is_empty() {
            return cell;
        }
        let behind = cell.find(&self.after).map_or("", |at| &cell[at + self.after.len()..]).trim_start();
        let end = if self.before.is_empty() { None } else { behind.find(&self.before) };
        behind[..end.unwrap_or(behind.len())].trim()
    }

    /// The cells one by one.
    pub(crate) fn parts<'a>(&self, row: &Row<'a>) -> impl Iterator<Item = &'a str> {
        self.columns.iter().map(|cell| self.cut(row.cell(*cell)))
    }

    /// The text; blank where any of several cells is blank.
    pub(crate) fn text<'a>(&self, row: &Row<'a>) -> std::borrow::Cow<'a, str> {
        match self.columns.as_slice() {
            [cell] => self.cut(row.cell(*cell)).into(),
            _ => self.id(row, IdForm::AsWritten),
        }
    }

    /// The text, of which the cells are read as ids are.
    pub(crate) fn id<'a>(&self, row: &Row<'a>, form: IdForm) -> std::borrow::Cow<'a, str> {
        match self.columns.as_slice() {
            [cell] => form.read(self.cut(row.cell(*cell))).into(),
            cells => {
                let parts: Vec<&str> =
                    cells.iter().map(|cell| form.read(self.cut(row.cell(*cell)))).collect();
                if parts.iter().any(|p| p.is_empty()) { "".into() } else { parts.join(&self.join).into() }
            }
        }
    }
}

impl IdentityColumns {
    /// Binds the fields; birth dates are read where they are among `births`.
    pub(crate) fn bind(
        profile: &Profile,
        columns: &Columns<'_>,
        names: Names,
        births: PossibleDays,
    ) -> Result<Self, EncodeError> {
        let map = &profile.identity;
        let bind = |field: &Option<Field>| field.as_ref().map(|f| Cells::bind(f, columns)).transpose();
        let default = ["%Y-%m-%d".to_owned()];
        // A unit and a state are declared and found, so that a wrong profile shows; no token is made of them.
        for field in [&map.unit, &map.state] {
            bind(field)?;
        }
        let codes = |field: &Field| field.codes.iter().map(|(c, w)| (fold(c), w.clone())).collect();
        let other = map.other.iter().map(|field| {
            let name = field.name.as_ref().unwrap_or(&field.columns[0]).to_lowercase();
            Ok((name, Cells::bind(field, columns)?))
        });
        Ok(Self {
            first: bind(&map.first_name)?,
            middle: bind(&map.middle_name)?,
            last: bind(&map.last_name)?,
            full: bind(&map.full_name)?,
            birth_date: match &map.birth_date {
                Some(field) => {
                    let formats = &columns.choose(field).formats;
                    Some((Cells::bind(field, columns)?, DateFormats::new(formats, &default).within(births)))
                }
                None => None,
            },
            birth_parts: [bind(&map.birth_year)?, bind(&map.birth_month)?, bind(&map.birth_day)?],
            age: match &map.age {
                Some(age) => {
                    let formats = DateFormats::new(&age.formats, &profile.date_formats);
                    Some((columns.require(&age.column)?, columns.require(&age.at)?, formats))
                }
                None => None,
            },
            ssn: bind(&map.ssn)?,
            phone: bind(&map.phone)?,
            email: bind(&map.email)?,
            sex: match &map.sex {
                Some(field) => Some((Cells::bind(field, columns)?, codes(columns.choose(field)))),
                None => None,
            },
            street_number: bind(&map.street_number)?,
            street_name: bind(&map.street_name)?,
            postcode: bind(&map.postcode)?,
            birth_place: bind(&map.birth_place)?,
            locality: bind(&map.city)?,
            occupation: bind(&map.occupation)?,
            other: other.collect::<Result<_, EncodeError>>()?,
            names,
            short: ShortHashes::default(),
            births,
        })
    }

    /// Takes a few digits for a hash in the columns of such.
    pub(crate) fn with_short_hashes(self, short: ShortHashes) -> Self {
        Self { short, ..self }
    }

    /// Counts what may be short hashes.
    pub(crate) fn look_for_short_hashes(&self, row: &Row<'_>, counts: &mut ShortCounts) {
        for (field, cells) in [&self.first, &self.last, &self.full, &self.ssn].into_iter().enumerate() {
            if let Some(cells) = cells {
                counts.add(field, &cells.text(row));
            }
        }
    }

    /// Whether a column is among the fields that are read.
    pub(crate) fn reads(&self, cell: Cell) -> bool {
        let single =
            [&self.first, &self.last, &self.full, &self.ssn, &self.phone, &self.email, &self.street_number]
                .into_iter()
                .chain([&self.middle, &self.street_name, &self.postcode, &self.birth_place])
                .chain([&self.locality, &self.occupation])
                .chain(&self.birth_parts)
                .flatten();
        let dated = self.birth_date.iter().map(|(cells, _)| cells);
        let coded = self.sex.iter().map(|(cells, _)| cells);
        let further = self.other.iter().map(|(_, cells)| cells);
        single.chain(dated).chain(coded).chain(further).any(|cells| cells.has(cell))
    }

    /// The formats that birth dates are read by.
    pub(crate) fn birth_dates(&self) -> Option<&DateFormats> {
        self.birth_date.as_ref().map(|(_, formats)| formats)
    }

    /// Reads and normalizes one row, and tells which fields of it are left.
    pub(crate) fn read_row(&self, row: &Row<'_>) -> (Identity, Nulled) {
        let mut nulled = Nulled::default();
        (self.read(row, &mut nulled), nulled)
    }

    /// Reads and normalizes one row.
    pub(crate) fn read(&self, row: &Row<'_>, nulled: &mut Nulled) -> Identity {
        let text = |cells: &Option<Cells>| cells.as_ref().map(|c| c.text(row)).unwrap_or_default();
        let mut identity = Identity::default();
        self.read_names(row, &mut identity, nulled);
        self.read_birth(row, &mut identity, nulled);
        self.read_ssn(&text(&self.ssn), &mut identity, nulled);
        let mut clear = |cell: &str| {
            let hashed = hashed_cell(cell, false).is_some();
            identity.unread_hash |= hashed;
            !hashed
        };
        let cell = text(&self.phone);
        let phone = nulled.keep("phone", &cell, number::phone(&cell).filter(|_| clear(&cell)));
        let cell = text(&self.email);
        let email = nulled.keep("email", &cell, number::email(&cell).filter(|_| clear(&cell)));
        let cell = text(&self.postcode);
        let postcode = nulled.keep("postcode", &cell, number::postcode(&cell).filter(|_| clear(&cell)));
        let (number, cell) = (text(&self.street_number), text(&self.street_name));
        let number = number::without_decimals(&number);
        let number = Some(number).filter(|number| !number.is_empty() && clear(number));
        let address = street(number, &cell);
        let street_name = nulled.keep("street_name", &cell, address.name.filter(|_| clear(&cell)));
        let mut word = |cells: &Option<Cells>| {
            let cell = text(cells);
            letters(&cell).filter(|_| clear(&cell))
        };
        let (birth_place, locality, occupation) =
            (word(&self.birth_place), word(&self.locality), word(&self.occupation));
        (identity.phone, identity.email, identity.postcode) = (phone, email, postcode);
        (identity.street_name, identity.street_number) = (street_name, address.number);
        (identity.birth_place, identity.locality, identity.occupation) = (birth_place, locality, occupation);
        identity.sex = self.read_sex(row);
        for (name, cells) in &self.other {
            let cell = cells.text(row);
            if let Some(value) = nulled.keep("other", &cell, number::other(&cell)) {
                identity.other.push(format!("{name}\u{1f}{value}"));
            }
        }
        identity
    }

    fn read_birth(&self, row: &Row<'_>, identity: &mut Identity, nulled: &mut Nulled) {
        let mut date = None;
        if let Some((cells, formats)) = &self.birth_date {
            let cell = cells.text(row);
            date = formats.parse_birth(&cell);
            if date.is_none() {
                identity.birth_pieces = formats.pieces(&cell);
            }
            date = nulled.keep("birth_date", &cell, date.filter(|date| !is_placeholder_birth(*date)));
        }
        let mut part = |i: usize, field: &'static str, range: std::ops::RangeInclusive<i32>| {
            let cell = self.birth_parts[i].as_ref().map(|c| c.text(row)).unwrap_or_default();
            nulled.keep(
                field,
                &cell,
                number::without_decimals(&cell).parse::<i32>().ok().filter(|n| range.contains(n)),
            )
        };
        let year = part(0, "birth_year", self.births.years()).filter(|y| !matches!(y, 1900 | 1901));
        let month = part(1, "birth_month", 1..=12).map(i32::unsigned_abs);
        let day = part(2, "birth_day", 1..=31).map(i32::unsigned_abs);
        if year.or(month.map(u32::cast_signed)).is_some() && date.is_none() {
            let (parts, left) = (BirthPieces::new(year, month, day), identity.birth_pieces);
            // What the columns don't say, what is left of the broken date may.
            identity.birth_pieces = BirthPieces::new(
                parts.year.or(left.year),
                parts.month.or(left.month),
                parts.day.or(left.day),
            );
            date = parts.date().filter(|date| self.births.contain(*date));
            if date.is_none() && parts.date().is_some() {
                identity.birth_pieces.day = None;
            }
            if year.is_some() && month.is_some() && day.is_some() {
                date = nulled.keep("birth_date", "parts", date);
            }
        }
        identity.birth = Birth { date, year: date.map(|date| date.year()).or(year), aged: None };
        if let Some((cell, at, formats)) = self.age.as_ref().filter(|_| identity.birth.year.is_none()) {
            let cell = row.cell(*cell);
            let years = number::without_decimals(cell).parse().ok().filter(|years| *years <= OLDEST);
            let on = formats.parse(row.cell(*at));
            identity.birth.aged =
                nulled.keep("age", cell, years.zip(on)).map(|(years, on)| Aged { years, on });
        }
        if let Some(date) = date {
            identity.birth_pieces = BirthPieces::of(date);
        }
    }

    fn read_sex(&self, row: &Row<'_>) -> Option<String> {
        let (cells, codes) = self.sex.as_ref()?;
        let text = cells.text(row);
        let (cell, whole) = (fold(&text), fold(number::without_decimals(&text)));
        let code = |cell: &str| codes.iter().find(|(code, _)| code == cell).map(|(_, word)| word.as_str());
        let word = code(&cell).or_else(|| code(&whole)).unwrap_or(&cell);
        match word {
            "female" | "f" | "woman" | "girl" => Some("f".to_owned()),
            "male" | "m" | "man" | "boy" => Some("m".to_owned()),
            _ => None,
        }
    }
}

/// The letters of a word for a place or an occupation, if it says anything.
fn letters(text: &str) -> Option<String> {
    let folded = fold(text);
    let letters: String = folded.chars().filter(|c| c.is_alphabetic()).collect();
    (letters.len() >= 2 && !says_nothing(&folded)).then_some(letters)
}

/// Dates that forms, spreadsheets and databases put where nobody knows the birth date.
fn is_placeholder_birth(date: NaiveDate) -> bool {
    matches!(
        (date.year(), date.month(), date.day()),
        (1753 | 1800 | 1850 | 1900 | 1901, 1, 1) | (1899, 12, 30 | 31)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_pair::AgencyKeys;

    /// Compiles only while `$type` has no `Debug`: with one, two implementations would fit.
    macro_rules! assert_no_debug {
        ($type:ty) => {{
            trait Ambiguous<A> {
                fn check() {}
            }
            struct WithDebug;
            impl<T: ?Sized> Ambiguous<()> for T {}
            impl<T: ?Sized + std::fmt::Debug> Ambiguous<WithDebug> for T {}
            <$type as Ambiguous<_>>::check();
        }};
    }

    #[test]
    fn what_holds_identity_or_keys_has_no_debug() {
        assert_no_debug!(Identity);
        assert_no_debug!(crate::name::Name);
        assert_no_debug!(number::Ssn);
        assert_no_debug!(AgencyKeys);
        assert_no_debug!(crate::records::TokenizedRecords);
        assert_no_debug!(crate::people::Record);
        assert_no_debug!(crate::put_away::Person<'static>);
        assert_no_debug!(crate::kept_cells::KeptCells);
        assert_no_debug!(crate::raw_row::RawRow);
        assert_no_debug!(crate::keyed_hash::KeyedHash);
    }
}
