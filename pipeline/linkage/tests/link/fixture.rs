//! Records from plain fields, tokenized as agencies tokenize them but for the key.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::{FAMILIES, Part};
use linkage::Records;

/// What one record says; an empty field is one the record lacks.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Person {
    pub(crate) first: String,
    pub(crate) last: String,
    /// Year, month and day, each of fixed width.
    pub(crate) born: [String; 3],
    pub(crate) ssn: String,
    pub(crate) phone: String,
    pub(crate) home: String,
}

impl Person {
    pub(crate) fn new(first: &str, last: &str, born: &str) -> Self {
        let mut parts = born.split('-').map(str::to_owned);
        let born = std::array::from_fn(|_| parts.next().unwrap_or_default());
        Self { first: first.into(), last: last.into(), born, ..Self::default() }
    }

    pub(crate) fn at(mut self, home: &str) -> Self {
        self.home = home.into();
        self
    }

    pub(crate) fn ssn(mut self, ssn: &str) -> Self {
        self.ssn = ssn.into();
        self
    }

    pub(crate) fn phone(mut self, phone: &str) -> Self {
        self.phone = phone.into();
        self
    }

    fn parts(&self) -> BTreeMap<Part, Vec<String>> {
        let mut parts: BTreeMap<Part, Vec<String>> = BTreeMap::new();
        let mut put = |part: Part, value: String| {
            if !value.is_empty() {
                parts.entry(part).or_default().push(value);
            }
        };
        let sound = |name: &str| name.chars().filter(|c| !"aeiouy".contains(*c)).take(4).collect::<String>();
        let start = |name: &str| name.chars().take(3).collect::<String>();
        let end = |name: &str| name.chars().rev().take(3).collect::<String>();
        put(Part::FirstName, self.first.clone());
        put(Part::Nickname, self.first.clone());
        put(Part::FirstSoundex, sound(&self.first));
        put(Part::FirstStart, start(&self.first));
        put(Part::FirstEnd, end(&self.first));
        put(Part::FirstInitial, self.first.chars().take(1).collect());
        put(Part::LastName, self.last.clone());
        put(Part::LastSoundex, sound(&self.last));
        put(Part::LastStart, start(&self.last));
        put(Part::LastEnd, end(&self.last));
        if !self.first.is_empty() && !self.last.is_empty() {
            let mut pair = [sound(&self.first), sound(&self.last)];
            pair.sort();
            put(Part::SoundexPair, pair.join("|"));
        }
        let [year, month, day] = &self.born;
        put(Part::BirthYear, year.clone());
        if !year.is_empty() && !month.is_empty() {
            put(Part::BirthDate, format!("{year}{month}{day}"));
            put(Part::TwoDateParts, format!("{year}{month}*"));
            put(Part::TwoDateParts, format!("{year}*{day}"));
            put(Part::TwoDateParts, format!("*{month}{day}"));
        }
        put(Part::Ssn, self.ssn.clone());
        put(Part::SsnLastFour, self.ssn.chars().skip(5).collect());
        if self.ssn.len() == 9 {
            let (area, group, serial) = (&self.ssn[..3], &self.ssn[3..5], &self.ssn[5..]);
            put(Part::TwoSsnBlocks, format!("*{group}{serial}"));
            put(Part::TwoSsnBlocks, format!("{area}*{serial}"));
            put(Part::TwoSsnBlocks, format!("{area}{group}*"));
        }
        put(Part::Phone, self.phone.clone());
        put(Part::Home, self.home.clone());
        put(Part::StreetStart, self.home.split(' ').nth(1).unwrap_or_default().to_owned());
        parts
    }

    /// Tokens by family.
    pub(crate) fn tokens(&self) -> Vec<(u8, u64)> {
        let parts = self.parts();
        let mut out = Vec::new();
        for (family, definition) in FAMILIES.iter().enumerate() {
            let mut values = vec![String::new()];
            for part in definition.parts {
                let of_part = parts.get(part).map(Vec::as_slice).unwrap_or_default();
                values = values
                    .iter()
                    .flat_map(|v| of_part.iter().map(move |p| format!("{v}\u{1f}{p}")))
                    .collect();
            }
            for value in values {
                let mut hasher = DefaultHasher::new();
                (family, value).hash(&mut hasher);
                out.push((family as u8, hasher.finish()));
            }
        }
        out
    }
}

/// Records of one source that may hold several of a person.
pub(crate) fn records(people: &[Person]) -> Records {
    records_of(&people.iter().map(|person| (0, person.clone())).collect::<Vec<_>>(), &[false])
}

/// Records of several sources.
pub(crate) fn records_of(people: &[(u16, Person)], one_record_per_person: &[bool]) -> Records {
    let mut out = Records {
        starts: vec![0],
        source_names: (0..one_record_per_person.len()).map(|source| format!("source {source:02}")).collect(),
        one_record_per_person: one_record_per_person.to_vec(),
        ..Records::default()
    };
    for (source, person) in people {
        out.sources.push(*source);
        for (family, token) in person.tokens() {
            out.families.push(family);
            out.tokens.push(token);
        }
        out.starts.push(out.tokens.len() as u32);
    }
    out
}

/// A town of `households` families of three, each member seen `seen` times, now and then with an
/// error, and who each record really is.
pub(crate) fn town(households: usize, seen: usize) -> (Vec<Person>, Vec<usize>) {
    let (mut people, mut truth) = (Vec::new(), Vec::new());
    let letters = |mut n: usize, length: usize| {
        let mut word = String::new();
        for i in 0..length {
            let set: &[u8] = if i % 2 == 0 { b"bdfgklmnprstvz" } else { b"aeiou" };
            word.push(char::from(set[n % set.len()]));
            n = n / set.len() + 7 * i;
        }
        word
    };
    for household in 0..households {
        for member in 0..3 {
            let number = household * 3 + member;
            let first = letters(number * 7919 % 14_700, 6);
            let last = letters(household * 104_729 % 70_000, 7);
            let day = number * 2_654_435_761 % 20_160;
            let born = format!("{}-{:02}-{:02}", 1950 + day % 60, 1 + day / 60 % 12, 1 + day / 720);
            let person = Person::new(&first, &last, &born)
                .at(&format!("{} {}", 100 + household % 900, letters(household * 7, 5)))
                .ssn(&format!("{:09}", 100_000_000 + number * 7_654_321 % 800_000_000));
            for time in 0..seen {
                let mut record = person.clone();
                match (number * 13 + time * 7) % 11 {
                    0 => record.first.truncate(4),
                    1 => record.born[2] = "30".into(),
                    2 => record.ssn.clear(),
                    3 => record.home.clear(),
                    4 => record.last.insert(3, 'x'),
                    5 => {
                        record.ssn.clear();
                        record.home.clear();
                    }
                    _ => {}
                }
                people.push(record);
                truth.push(number);
            }
        }
    }
    (people, truth)
}
