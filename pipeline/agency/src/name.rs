//! Names: folded, without punctuation, titles, suffixes and placeholders.
//!
//! A normalized name is one run of letters (`maryann`, `oneill`, `smithjones`): agencies differ
//! most in spaces and hyphens. Normalizing a normalized name changes nothing.

use crate::fold::{fold, says_nothing};
use crate::name_notes::without_notes;

/// The parts of a person's name.
#[derive(Default, Clone)]
pub(crate) struct Name {
    pub(crate) first: Option<String>,
    /// First letter of the middle name.
    pub(crate) middle: Option<String>,
    pub(crate) last: Option<String>,
}

const SUFFIXES: &[&str] = &[
    "jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "4th", "esq", "md", "phd", "rn", "dds", "junior", "senior",
];
const TITLES: &[&str] = &["mr", "mrs", "ms", "miss", "mx", "dr", "rev", "sra", "srta", "prof"];
/// Words that a part behind a comma starts with when it names an honour and no given name.
const HONOURS: &[&str] = &[
    "baron",
    "baroness",
    "baronet",
    "bt",
    "cbe",
    "countess",
    "dame",
    "duchess",
    "duke",
    "earl",
    "kbe",
    "kcb",
    "lady",
    "lord",
    "marchioness",
    "marquess",
    "mbe",
    "obe",
    "prince",
    "princess",
    "sir",
    "viscount",
    "viscountess",
];
const PARTICLES: &[&str] = &[
    "al", "ap", "bin", "bint", "da", "das", "de", "del", "della", "der", "di", "do", "dos", "du", "el",
    "ibn", "la", "las", "le", "los", "mac", "mc", "o", "san", "santa", "st", "ter", "van", "vander", "von",
    "y", "zu",
];

/// A first name: titles and trailing initials go, `Mary Ann` becomes `maryann`.
pub(crate) fn first_name(text: &str) -> Option<String> {
    let written = fold(text);
    let folded = without_notes(&written, 1);
    let mut words = words(&folded);
    strip(&mut words);
    while words.len() > 1
        && words.last().is_some_and(|w| w.chars().filter(|c| c.is_alphabetic()).count() <= 1)
    {
        words.pop();
    }
    join(&folded, &words)
}

/// A last name: titles and suffixes go, `Smith-Jones Jr.` becomes `smithjones`.
pub(crate) fn last_name(text: &str) -> Option<String> {
    let written = fold(text);
    let folded = without_notes(&written, 1);
    let mut words = words(&folded);
    strip(&mut words);
    join(&folded, &words)
}

/// The first letter of a middle name or initial.
pub(crate) fn middle_initial(text: &str) -> Option<String> {
    let folded = fold(text);
    let mut words = words(&folded);
    strip(&mut words);
    let name = join(&folded, &words).filter(|name| !matches!(name.as_str(), "none" | "nmi" | "nmn"))?;
    name.chars().next().map(String::from)
}

/// The initial that stands behind a first name, as in `Maria E`: forms without a field for it put it there.
pub(crate) fn trailing_initial(first_name: &str) -> Option<String> {
    let written = fold(first_name);
    let folded = without_notes(&written, 1);
    let mut words = words(&folded);
    strip(&mut words);
    let last = words.split_off(words.len().min(1)).pop()?;
    let mut letters = last.chars().filter(|c| c.is_alphabetic());
    let initial = letters.next()?;
    letters.next().is_none().then(|| initial.to_string())
}

/// Whether a word is a number that stands beside a name, as an id does (`A00000012`, `#17`), rather than a name with
/// slips of the key or a number behind it (`Ruiz0012`).
fn is_id(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    // Nearly all words have none.
    if digits == 0 {
        return false;
    }
    let runs = word.split(|c: char| !c.is_alphabetic()).map(|run| run.chars().count());
    let (letters, longest) = runs.fold((0, 0), |(sum, longest), run| (sum + run, longest.max(run)));
    letters == 0 || digits > 2 && digits > letters && longest <= 2
}

/// Takes ids away that stand beside something else.
fn without_ids(mut words: Vec<&str>) -> Vec<&str> {
    if words.iter().any(|word| !is_id(word)) {
        words.retain(|word| !is_id(word));
    }
    words
}

/// A full name, `Last, First Middle` or `First Middle Last`. An honour behind a comma is left out.
pub(crate) fn full_name(text: &str) -> Name {
    let written = fold(text);
    let folded = without_notes(&written, 2);
    if says_nothing(&folded) {
        return Name::default();
    }
    let mut name = Name::default();
    let parts: Vec<&str> =
        folded.split(',').map(str::trim).filter(|part| !is_suffix(part) && !is_honour(part)).collect();
    if let [last, given, ..] = parts.as_slice() {
        name.last = last_name(last);
        let mut given = words(given);
        strip(&mut given);
        name.first = given.first().and_then(|first| first_name(first));
        name.middle = given.get(1).and_then(|middle| middle_initial(middle));
    } else if let [whole] = parts.as_slice() {
        let mut words = words(whole);
        strip(&mut words);
        if words.len() == 1 {
            name.last = last_name(words[0]);
        } else if words.len() > 1 {
            name.first = first_name(words[0]);
            let particle = (1..words.len() - 1).find(|i| PARTICLES.contains(&words[*i]));
            let last = particle.unwrap_or(words.len() - 1);
            name.middle = words[1..last].first().and_then(|middle| middle_initial(middle));
            name.last = last_name(&words[last..].join(" "));
        }
    }
    name.without_placeholders()
}

impl Name {
    /// Takes away pairs that stand for nobody: John Doe, Baby Boy of somebody, Test Patient.
    pub(crate) fn without_placeholders(mut self) -> Self {
        let first = self.first.as_deref().unwrap_or_default();
        let doe = self.last.as_deref() == Some("doe")
            && matches!(first, "" | "john" | "jane" | "jon" | "baby" | "johnny" | "janie" | "jack" | "x");
        if doe {
            return Self::default();
        }
        if is_first_placeholder(first) {
            self.first = None;
        }
        self
    }
}

/// First names that are descriptions; a surname may well be Boy or Child.
fn is_first_placeholder(first: &str) -> bool {
    matches!(
        first,
        "baby"
            | "babyboy"
            | "babygirl"
            | "boy"
            | "girl"
            | "bb"
            | "bg"
            | "infant"
            | "newborn"
            | "male"
            | "female"
            | "child"
            | "fetus"
            | "twin"
            | "twina"
            | "twinb"
            | "client"
            | "patient"
            | "victim"
            | "survivor"
            | "adult"
            | "aunt"
            | "brother"
            | "dad"
            | "daughter"
            | "father"
            | "grandma"
            | "grandmother"
            | "grandpa"
            | "grandfather"
            | "guest"
            | "husband"
            | "individual"
            | "kid"
            | "mom"
            | "mother"
            | "occupant"
            | "person"
            | "resident"
            | "roommate"
            | "sister"
            | "son"
            | "spouse"
            | "tenant"
            | "uncle"
            | "wife"
    ) || first.starts_with("babyboy")
        || first.starts_with("babygirl")
}

/// Whole names that stand for nobody, and one letter three times or more (`xxx`).
fn is_placeholder(name: &str) -> bool {
    let mut chars = name.chars();
    let repeated = chars.next().is_some_and(|c| name.chars().count() >= 3 && chars.all(|d| d == c));
    repeated
        || says_nothing(name)
        || name.starts_with("unknown")
        || matches!(
            name,
            "anonymous"
                | "anon"
                | "noname"
                | "nofirstname"
                | "nolastname"
                | "nfn"
                | "nln"
                | "fnu"
                | "lnu"
                | "nmn"
                | "testpatient"
                | "testclient"
                | "tester"
                | "asdf"
                | "qwerty"
                | "household"
                | "occupant"
                | "resident"
                | "lastname"
                | "firstname"
                | "surname"
        )
}

fn is_suffix(word: &str) -> bool {
    SUFFIXES.contains(&word.trim_matches(|c: char| !c.is_alphanumeric()))
}

/// Whether a part behind a comma is an honour: `1st baron of …`, `earl of …`.
fn is_honour(part: &str) -> bool {
    let first = part.split(' ').next().unwrap_or_default();
    let digits = first.bytes().take_while(u8::is_ascii_digit).count();
    let ordinal = digits > 0 && matches!(&first[digits..], "st" | "nd" | "rd" | "th");
    ordinal || HONOURS.contains(&first.trim_matches(|c: char| !c.is_alphanumeric()))
}

fn words(folded: &str) -> Vec<&str> {
    // Apostrophes and full stops join (`o'neill`, `st.`); everything else but letters parts words.
    let is_mark = |c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '.' | '`'));
    // Most names are one word.
    if folded.bytes().all(|byte| byte.is_ascii_alphabetic()) && !folded.is_empty() {
        return vec![folded];
    }
    let chunks = without_ids(folded.split_whitespace().collect()).into_iter();
    let words = chunks.flat_map(|chunk| chunk.split(is_mark));
    without_ids(words.filter(|word| word.chars().any(char::is_alphanumeric)).collect())
}

fn strip(words: &mut Vec<&str>) {
    fn bare(word: &str) -> &str {
        word.trim_matches(|c: char| !c.is_alphanumeric())
    }
    while words.len() > 1 && TITLES.contains(&bare(words[0])) {
        words.remove(0);
    }
    while words.len() > 1 && words.last().is_some_and(|w| SUFFIXES.contains(&bare(w))) {
        words.pop();
    }
}

/// The letters of all words in one run; digits go, they are slips of the key.
fn join(folded: &str, words: &[&str]) -> Option<String> {
    if says_nothing(folded) {
        return None;
    }
    let name: String = words.iter().flat_map(|w| w.chars()).filter(|c| c.is_alphabetic()).take(60).collect();
    (!name.is_empty() && !is_placeholder(&name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> (Option<String>, Option<String>) {
        let name = full_name(text);
        (name.first, name.last)
    }

    fn some(first: &str, last: &str) -> (Option<String>, Option<String>) {
        (Some(first.to_owned()), Some(last.to_owned()))
    }

    #[test]
    fn known_answers() {
        assert_eq!(last_name("Smith-Jones, Jr.").as_deref(), Some("smithjones"));
        assert_eq!(last_name("O'NEILL III").as_deref(), Some("oneill"));
        assert_eq!(last_name("Muñoz").as_deref(), Some("munoz"));
        assert_eq!(first_name("Mary Ann").as_deref(), Some("maryann"));
        assert_eq!(first_name("Dr. John Q.").as_deref(), Some("john"));
        assert_eq!(first_name("Jr").as_deref(), Some("jr"), "a name alone is never a suffix");
    }

    #[test]
    fn full_names_come_in_two_orders() {
        assert_eq!(parts("LOPEZ, MARIA ELENA"), some("maria", "lopez"));
        assert_eq!(parts("LOPEZ JR, JOSE"), some("jose", "lopez"));
        assert_eq!(parts("Lopez, Jose, Jr."), some("jose", "lopez"));
        assert_eq!(parts("Maria E. Lopez"), some("maria", "lopez"));
        assert_eq!(parts("Vincent van der Berg"), some("vincent", "vanderberg"));
        assert_eq!(parts("Thomas Clifford, 1st Baron of Chudleigh"), some("thomas", "clifford"));
        assert_eq!(parts("Lopez, Maria, Lady of Avon"), some("maria", "lopez"));
        assert_eq!(parts("Cher"), (None, Some("cher".to_owned())));
        for text in [
            "Maria Lopez A00000012",
            "A00000012 Maria Lopez",
            "Lopez, Maria (12345)",
            "Maria Lopez #17",
            "Lopez 123, Maria",
            "Maria Lopez 2c9f1e07b4",
            "Maria Lopez - C-0017",
            "Maria Lopez0001234",
            "Maria Lopez_0001234",
            "Maria Lopez (minor)",
            "Lopez, Maria MRN 1234",
            "Lopez, Maria (aka Bo)",
            "Maria \"Bo\" Lopez & family",
            "Maria Lopez aka Bo Ruiz",
        ] {
            assert_eq!(parts(text), some("maria", "lopez"), "{text}");
        }
        // Slips of the key within a name.
        assert_eq!(parts("Maria L0pez").1.as_deref(), Some("lpez"));
        assert_eq!(last_name("Ruiz2").as_deref(), Some("ruiz"));
        assert_eq!(
            (last_name("Ruiz A00000012").as_deref(), last_name("Ruiz_000012").as_deref()),
            (Some("ruiz"), Some("ruiz"))
        );
        assert_eq!(last_name("Ng00012").as_deref(), Some("ng"), "nothing stands beside it");
    }

    #[test]
    fn middle_names_are_their_initial() {
        for text in
            ["LOPEZ, MARIA ELENA", "Maria E. Lopez", "Maria Elena Rosa Lopez", "Maria Élena van der Berg"]
        {
            assert_eq!(full_name(text).middle.as_deref(), Some("e"), "{text}");
        }
        assert_eq!(full_name("Maria Lopez").middle, None);
        assert_eq!(full_name("Vincent van der Berg").middle, None);
        assert_eq!(middle_initial("Q.").as_deref(), Some("q"));
        for text in ["", "NMN", "none", "n/a"] {
            assert_eq!(middle_initial(text), None, "{text}");
        }
        assert_eq!(trailing_initial("Dr. John Q.").as_deref(), Some("q"));
        for text in ["Q", "John", "Mary Ann", ""] {
            assert_eq!(trailing_initial(text), None, "{text}");
        }
    }

    #[test]
    fn placeholders_are_nobody() {
        for text in ["", "Unknown", "N/A", "xxx", "Test", "unknown male", "???", "FNU"] {
            assert_eq!(first_name(text), None, "{text:?}");
        }
        for text in ["Doe, John", "Jane Doe", "Unknown Unknown", "Doe, Baby"] {
            assert_eq!(parts(text), (None, None), "{text:?}");
        }
        assert_eq!(parts("Baby Boy Garcia").0, None);
        assert_eq!(parts("Doe, Ezekiel"), some("ezekiel", "doe"), "a surname is not a placeholder by itself");
        assert_eq!(last_name("Na").as_deref(), Some("na"), "two letters are a name in many languages");
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(text in "\\PC{0,24}") {
            for normalize in [first_name, last_name] {
                if let Some(once) = normalize(&text) {
                    prop_assert_eq!(normalize(&once), Some(once.clone()));
                }
            }
        }

        #[test]
        fn ordinary_names_too(text in "[A-Za-z'. -]{0,24}( (Jr\\.|Sr|III))?") {
            for normalize in [first_name, last_name] {
                if let Some(once) = normalize(&text) {
                    prop_assert_eq!(normalize(&once), Some(once.clone()));
                }
            }
        }
    }
}
