//! The parts of an identity that tokens are made of, in the form in which they go into them.

use domain::{FAMILIES, PARTS, Part};

use crate::birth_pieces::BirthPieces;
use crate::hashed_hmis::{SOUND_DIGITS, soundex_start};
use crate::identity::Identity;
use crate::nickname::nickname_head;

/// The most values of one part.
const MOST: usize = 4;
const BLOT: &[u8] = b"*";
/// Ends each value in a token's message; no normalized field holds it.
const SEPARATOR: u8 = 0x1f;
/// Bytes that stand in the buffer for each value at least, the rest zero: a short value is copied as a whole slot.
pub(crate) const SLOT: usize = 32;

/// The values of every part of one record, each ended by 0x1F, in one buffer that is used again for the next.
///
/// # Privacy
/// Holds identity; wiped with [`Self::clear`], no `Debug`.
pub(crate) struct PartValues {
    text: Vec<u8>,
    spans: [[(u32, u32); MOST]; PARTS],
    counts: [u8; PARTS],
}

impl PartValues {
    pub(crate) fn new() -> Self {
        Self { text: Vec::with_capacity(2048), spans: [[(0, 0); MOST]; PARTS], counts: [0; PARTS] }
    }

    /// How many values the record has of a part.
    pub(crate) fn count(&self, part: Part) -> usize {
        usize::from(self.counts[part as usize])
    }

    /// Which value of a part combination `left` takes; what is left then is of the parts behind.
    pub(crate) fn choose(&self, part: Part, left: &mut usize) -> usize {
        // Mostly there is one combination, and a division costs as much as the rest.
        if *left == 0 {
            return 0;
        }
        let (count, which) = (self.count(part), *left);
        *left = which / count;
        which % count
    }

    /// A value with what ends it.
    pub(crate) fn value(&self, part: Part, which: usize) -> &[u8] {
        let (from, to) = self.spans[part as usize][which];
        &self.text[from as usize..to as usize]
    }

    /// A value with what ends it, filled up with zeros, and its length; `None` where it is longer than a slot.
    pub(crate) fn slot(&self, part: Part, which: usize) -> Option<(&[u8; SLOT], usize)> {
        let (from, to) = self.spans[part as usize][which];
        let length = (to - from) as usize;
        let slot = self.text.get(from as usize..)?.first_chunk()?;
        (length <= SLOT).then_some((slot, length))
    }

    /// Takes the values of `identity`, in place of those of the record before.
    pub(crate) fn fill(&mut self, identity: &Identity) {
        self.clear();
        self.first_name(identity);
        self.last_name(identity);
        self.soundex_pair();
        self.birth_date(identity.birth_pieces);
        self.numbers(identity);
        self.address(identity);
        for (part, value) in [
            (Part::Phone, &identity.phone),
            (Part::Email, &identity.email),
            (Part::Sex, &identity.sex),
            (Part::BirthPlace, &identity.birth_place),
            (Part::MiddleInitial, &identity.middle),
            (Part::Locality, &identity.locality),
            (Part::Occupation, &identity.occupation),
        ] {
            if let Some(value) = value {
                self.put(part, &[value.as_bytes()]);
            }
        }
        if let Some(place) = &identity.birth_place {
            self.put(Part::BirthPlacePiece, &[first(place, 4).as_bytes(), BLOT]);
            self.put(Part::BirthPlacePiece, &[BLOT, last(place, 4).as_bytes()]);
        }
        for other in identity.other.iter().take(MOST) {
            self.put(Part::Other, &[other.as_bytes()]);
        }
        // The hub knows a date that stands for a year by two of its parts, which are missing. Where they would be missing of any
        // date, such a one would pass for whole.
        if identity.birth_pieces.of_year_only && !self.goes_with_date_parts() {
            self.counts[Part::BirthDate as usize] = 0;
        }
    }

    /// Whether any family has two of a date's parts beside what is held.
    fn goes_with_date_parts(&self) -> bool {
        let held = |part: &Part| *part == Part::TwoDateParts || self.count(*part) > 0;
        let with_date_parts = FAMILIES.iter().filter(|family| family.parts.contains(&Part::TwoDateParts));
        with_date_parts.into_iter().any(|family| family.parts.iter().all(held))
    }

    /// Overwrites what the last record left.
    pub(crate) fn clear(&mut self) {
        self.text.fill(0);
        self.text.clear();
        self.counts = [0; PARTS];
    }

    fn first_name(&mut self, identity: &Identity) {
        self.sound(Part::FirstSoundex, identity.first_soundex.as_deref(), identity.first.as_deref());
        let Some(name) = &identity.first else { return };
        self.put(Part::FirstInitial, &[first(name, 1).as_bytes()]);
        if is_initial(name) {
            self.counts[Part::FirstSoundex as usize] = 0;
            return;
        }
        self.put(Part::FirstName, &[name.as_bytes()]);
        self.put(Part::Nickname, &[nickname_head(name).as_bytes()]);
        self.put(Part::FirstStart, &[first(name, 3).as_bytes()]);
        self.put(Part::FirstEnd, &[last(name, 3).as_bytes()]);
    }

    fn last_name(&mut self, identity: &Identity) {
        self.sound(Part::LastSoundex, identity.last_soundex.as_deref(), identity.last.as_deref());
        let Some(name) = &identity.last else { return };
        self.put(Part::LastInitial, &[first(name, 1).as_bytes()]);
        if is_initial(name) {
            self.counts[Part::LastSoundex as usize] = 0;
            return;
        }
        self.put(Part::LastName, &[name.as_bytes()]);
        self.put(Part::LastStart, &[first(name, 3).as_bytes()]);
        self.put(Part::LastEnd, &[last(name, 3).as_bytes()]);
    }

    /// Both names' codes in order of the codes.
    fn soundex_pair(&mut self) {
        if self.count(Part::FirstSoundex) == 1 && self.count(Part::LastSoundex) == 1 {
            let (first, last) =
                (self.spans[Part::FirstSoundex as usize][0], self.spans[Part::LastSoundex as usize][0]);
            let in_order = self.value(Part::FirstSoundex, 0) <= self.value(Part::LastSoundex, 0);
            let (low, high) = if in_order { (first, last) } else { (last, first) };
            let mut pair = [0; 2 * SOUND_DIGITS];
            for (place, (from, _)) in pair.chunks_exact_mut(SOUND_DIGITS).zip([low, high]) {
                place.copy_from_slice(&self.text[from as usize..from as usize + SOUND_DIGITS]);
            }
            self.put(Part::SoundexPair, &[&pair]);
        }
    }

    fn birth_date(&mut self, pieces: BirthPieces) {
        let year = pieces.year.map(|year| digits::<4>(year.unsigned_abs()));
        let [month, day] = [pieces.month, pieces.day].map(|number| number.map(digits::<2>));
        if let Some(year) = &year {
            self.put(Part::BirthYear, &[year]);
        }
        let could_be_swapped = if let (Some(year), Some(month), Some(day)) = (&year, &month, &day)
            && pieces.date().is_some()
        {
            self.put(Part::BirthDate, &[year, month, day]);
            pieces.day <= Some(12) && day != month
        } else {
            false
        };
        if pieces.of_year_only {
            return;
        }
        if let (Some(year), Some(month)) = (&year, &month) {
            self.put(Part::TwoDateParts, &[year, month, BLOT]);
        }
        if let (Some(year), Some(day)) = (&year, &day) {
            self.put(Part::TwoDateParts, &[year, BLOT, day]);
        }
        if let (Some(month), Some(day)) = (&month, &day) {
            self.put(Part::TwoDateParts, &[BLOT, month, day]);
        }
        if let (true, Some(year), Some(month), Some(day)) = (could_be_swapped, &year, &month, &day) {
            let (low, high) = if month < day { (month, day) } else { (day, month) };
            self.put(Part::SwappedDate, &[year, low, high]);
        }
    }

    fn numbers(&mut self, identity: &Identity) {
        match (identity.ssn.as_deref().map(str::as_bytes), &identity.ssn_hash) {
            (Some(ssn), _) => {
                self.put(Part::Ssn, &[ssn]);
                self.put(Part::TwoSsnBlocks, &[BLOT, &ssn[3..]]);
                self.put(Part::TwoSsnBlocks, &[&ssn[..3], BLOT, &ssn[5..]]);
                self.put(Part::TwoSsnBlocks, &[&ssn[..5], BLOT]);
            }
            (None, Some(hash)) => self.put(Part::Ssn, &[b"hash\x1e", hash.as_bytes()]),
            (None, None) => {}
        }
        if let Some(last_four) = &identity.ssn_last_four {
            self.put(Part::SsnLastFour, &[last_four.as_bytes()]);
        }
    }

    fn address(&mut self, identity: &Identity) {
        let number = identity.street_number.as_deref().map(str::as_bytes);
        let postcode = identity.postcode.as_deref().map(str::as_bytes);
        let start = identity.street_name.as_deref().map(|street| street_start(street).as_bytes());
        if let Some(start) = start {
            self.put(Part::StreetStart, &[start]);
        }
        if let (Some(number), Some(start)) = (number, start) {
            self.put(Part::Home, &[number, b"\x1e", start]);
        }
        if let Some(postcode) = postcode {
            self.put(Part::Postcode, &[postcode]);
        }
        if let (Some(number), Some(postcode)) = (number, postcode) {
            self.put(Part::HousePostcode, &[number, b"\x1e", postcode]);
        }
    }

    fn sound(&mut self, part: Part, form: Option<&str>, name: Option<&str>) {
        if let Some(digits) = form.and_then(|form| form.get(..SOUND_DIGITS)) {
            self.put(part, &[digits.as_bytes()]);
        } else if let Some(digits) = name.and_then(soundex_start) {
            self.put(part, &[&digits]);
        }
    }

    fn put(&mut self, part: Part, pieces: &[&[u8]]) {
        let from = self.text.len();
        for piece in pieces {
            self.text.extend_from_slice(piece);
        }
        self.text.push(SEPARATOR);
        let to = self.text.len();
        self.text.resize(to.max(from + SLOT), 0);
        let count = &mut self.counts[part as usize];
        self.spans[part as usize][usize::from(*count)] = (from as u32, to as u32);
        *count += 1;
    }
}

const DIRECTIONS: [&str; 8] =
    ["northeast", "northwest", "southeast", "southwest", "north", "south", "east", "west"];

/// The first five letters of a street, leaving out a direction, which half of all forms leave out.
fn street_start(street: &str) -> &str {
    let bare = DIRECTIONS.iter().find_map(|direction| street.strip_prefix(direction));
    let street = bare.filter(|rest| rest.len() > 3).unwrap_or(street);
    first(street, 5)
}

/// An initial says nothing of the rest: it neither agrees with a whole name nor differs.
fn is_initial(name: &str) -> bool {
    name.len() == 1
}

/// The first so many letters.
fn first(text: &str, letters: usize) -> &str {
    &text[..text.char_indices().nth(letters).map_or(text.len(), |(at, _)| at)]
}

/// The last so many letters.
fn last(text: &str, letters: usize) -> &str {
    &text[text.char_indices().rev().nth(letters - 1).map_or(0, |(at, _)| at)..]
}

fn digits<const N: usize>(mut number: u32) -> [u8; N] {
    let mut out = [0_u8; N];
    for digit in out.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    out
}
