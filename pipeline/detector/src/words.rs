//! Columns of words: names, streets and notes on one side; categories, programs and codes on the other.
//!
//! No list holds all names. What tells names from categories is mostly that names are open: however
//! many rows have been read, the next one may bring a new one.

use crate::kind::{Finding, Kind};
use crate::lexicon::{Lexicon, fold};
use crate::person::{Part, comma_name, full_name, parts};
use crate::street::{address, beside_street, corner, street, unit};
use crate::values::Values;

/// More different texts than this are no list of words, whoever made it.
const MOST_WORDS: f64 = 150.0;

/// What the sampled values have in common, as shares of them.
struct Shares {
    values: f64,
    /// Words a value, on average.
    words: f64,
    /// Words of two letters or more, and no digit, a value.
    lettered: f64,
    /// Words that categories are made of.
    ordinary: f64,
    /// Values that are a person's name as far as the lists go.
    named: f64,
    /// Values with a listed name in them that is no ordinary word.
    hinted: f64,
    organizations: f64,
    streets: f64,
    units: f64,
    /// Values with a letter of another script.
    foreign: f64,
    /// Values of three words or more, one of them in lower case, as sentences are.
    sentences: f64,
    /// The most values that begin with one and the same word.
    opening: f64,
    /// Mean log odds of the words to be spelled rather than drawn.
    spelling: f64,
    /// Values that are a state, a country, a city or a county.
    places: f64,
    /// Two sides of an `&`, an `and` or a slash.
    corners: f64,
    /// Of these, those that surely are two streets.
    streets_meeting: f64,
    /// Values with a word that notes are written with.
    notes: f64,
    /// Values of a number before one of a few words: `2.5 hrs`.
    measures: f64,
    /// Values of two or three words, none ordinary and none a digit, as names are.
    name_shaped: f64,
}

/// Looks at a column's values as words.
pub(crate) fn words(values: &Values) -> Option<Finding> {
    let values = &values.in_one_case();
    let texts: Vec<&str> = values.meant().map(|v| &*v.text).collect();
    if texts.is_empty() {
        return None;
    }
    if all_suffixes(&texts) {
        return Some(Finding::column(Kind::Name, 1.0));
    }
    match letters(values, &texts) {
        Letters::Initials => return Some(Finding::column(Kind::Name, 0.8)),
        Letters::Codes => return None,
        Letters::Words => {}
    }
    let shares = Shares::of(&texts);
    let kind = judge(values, &shares)?;
    let certainty = match kind {
        Kind::Address => shares.streets.max(shares.units),
        Kind::Name => shares.named.max(shares.hinted).max(values.news().sqrt()).max(0.6),
        _ => values.news().sqrt().max(0.6),
    };
    Some(Finding::column(kind, certainty))
}

fn judge(values: &Values, s: &Shares) -> Option<Kind> {
    let open = values.news() >= 0.04 && s.values >= 25.0
        || values.distinct > MOST_WORDS
        || (values.variety() >= 0.6 && s.values >= 6.0);
    if s.units >= 0.7 || (s.streets >= 0.4 && s.values >= 2.0) {
        return Some(Kind::Address);
    }
    if s.corners >= 0.6 && s.streets_meeting >= 0.1 && s.values >= 2.0 && values.variety() >= 0.3 {
        return Some(Kind::Address);
    }
    if s.foreign >= 0.3 && s.values >= 2.0 {
        return Some(Kind::Name);
    }
    // `3y 4m`, `45 min`: measures, not words.
    if s.lettered < 0.5 || s.measures >= 0.7 {
        return None;
    }
    if s.places >= 0.6 && s.notes < 0.3 {
        return None;
    }
    if s.named >= 0.5 && s.organizations < 0.5 && (s.ordinary < 0.75 || s.words >= 2.0) && s.values >= 2.0 {
        return Some(Kind::Name);
    }
    if free_text(values, s) {
        return Some(Kind::FreeText);
    }
    // Names of programs: a word that half of them begin with, or an organization's.
    let common_start = s.opening >= 0.5 && s.values >= 4.0;
    let programs = (s.organizations >= 0.4 || common_start) && s.sentences < 0.5;
    if programs && s.hinted < 0.5 && s.words <= 8.0 {
        return None;
    }
    let listed_words = s.ordinary >= 0.8 || (s.ordinary >= 0.5 && !open);
    let unlisted = s.words >= 1.9 && values.news() >= 0.15 && s.values >= 4.0 && s.hinted < 0.3;
    if unlisted && !listed_words && s.ordinary >= 0.3 && values.entries() >= 40.0 {
        return Some(Kind::FreeText);
    }
    if listed_words && !(values.entries() >= MOST_WORDS && s.hinted >= 0.3) {
        return None;
    }
    if (open && s.hinted >= 0.2) || (s.hinted >= 0.5 && s.values >= 3.0) {
        return Some(Kind::Name);
    }
    if s.name_shaped >= 0.75
        && s.ordinary < 0.15
        && s.values >= 3.0
        && values.variety() >= 0.5
        && s.spelling > 0.0
    {
        return Some(Kind::Name);
    }
    // Letters drawn for a code are spelled like nothing.
    if s.spelling < 0.4 && s.words < 1.5 {
        return None;
    }
    // Closed, but longer than a list of words is, and of words that no category has.
    let many = s.values >= 40.0 && s.ordinary < 0.2 && s.words < 1.5;
    // Of a few rows: words that no list here has.
    let open = open && (s.values >= 25.0 || s.ordinary < 0.3);
    if open || many {
        return Some(if s.words <= 3.5 { Kind::Name } else { Kind::FreeText });
    }
    None
}

/// Notes: words that people write to each other, or sentences of which there are more than any list has.
fn free_text(values: &Values, s: &Shares) -> bool {
    let sentences = s.sentences >= 0.25 && s.words >= 2.0 && s.opening < 0.5;
    let text = sentences || s.words >= 4.5;
    let noted = s.notes >= 0.3 && values.news() >= 0.3 && s.words >= 2.0 && s.values >= 4.0;
    let entries = values.entries();
    let endless = entries >= MOST_WORDS
        || (values.filled >= 12
            && values.news() >= 0.1
            && entries >= if s.words >= 8.0 { 25.0 } else { 50.0 });
    (text && s.values >= 4.0 && endless) || (noted && (text || s.ordinary >= 0.3)) || endless_words(values, s)
}

/// A hundred values and more of two words and more, nearly all of them new.
fn endless_words(values: &Values, s: &Shares) -> bool {
    s.words >= 2.0
        && s.values >= 40.0
        && s.ordinary >= 0.3
        && values.entries() >= MOST_WORDS
        && values.news() >= 0.1
        && s.organizations < 0.4
}

/// What a column of a few letters is.
enum Letters {
    Initials,
    Codes,
    /// More than letters, or short surnames ("Li", "Ng", "Doe").
    Words,
}

/// Columns of one, two or three letters: initials, where there are more of them than any code has.
fn letters(values: &Values, texts: &[&str]) -> Letters {
    let bare = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count();
    let other = |t: &str| t.chars().any(|c| !c.is_alphabetic() && !". ".contains(c));
    let short = texts.iter().filter(|t| bare(t) <= 3 && !other(t)).count() as f64;
    if short < 0.95 * texts.len() as f64 {
        return Letters::Words;
    }
    let single = texts.iter().filter(|t| bare(t) == 1).count();
    let words = &Lexicon::shared().words;
    let coded = texts.iter().filter(|t| bare(t) > 1 && words.contains(t.to_lowercase().as_str())).count();
    let pairs = texts.len() - single;
    let many = pairs >= 100 || (pairs >= 40 && values.news() > 0.01);
    let initials = single >= 14 || (coded * 3 < pairs && (many || (pairs >= 15 && values.variety() >= 0.7)));
    if initials {
        return Letters::Initials;
    }
    if single * 2 >= texts.len() || coded * 2 >= texts.len() { Letters::Codes } else { Letters::Words }
}

/// `Jr.`, `III`: nothing but what follows names.
fn all_suffixes(texts: &[&str]) -> bool {
    let clean = |t: &str| t.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let all = texts.iter().all(|t| {
        ["jr", "sr", "i", "ii", "iii", "iv", "v", "2nd", "3rd", "esq", "md", "phd"]
            .contains(&clean(t).as_str())
    });
    all && texts.iter().any(|t| ["jr", "sr", "esq"].contains(&clean(t).as_str()))
}

impl Shares {
    fn of(texts: &[&str]) -> Self {
        let lexicon = Lexicon::shared();
        let n = texts.len() as f64;
        let mut sums = [0.0_f64; 16];
        let mut openings = std::collections::HashMap::new();
        for text in texts {
            let words = parts(text);
            let folded: Vec<&str> = words.iter().map(|w| w.folded.as_str()).collect();
            let lettered: Vec<&Part> =
                words.iter().filter(|w| w.folded.chars().any(char::is_alphabetic)).collect();
            let count = lettered.len().max(1) as f64;
            let ordinary = |w: &&&Part| is_ordinary(&w.folded);
            sums[0] += words.len() as f64;
            sums[1] += lettered.iter().filter(ordinary).count() as f64 / count;
            sums[2] += f64::from(u8::from(is_person(text, &words)));
            sums[3] += f64::from(u8::from(words.iter().any(|w| w.named() && !is_ordinary(&w.folded))));
            sums[4] += f64::from(u8::from(folded.iter().any(|w| lexicon.organizations.contains(w))));
            sums[5] += f64::from(u8::from(street(text) || address(text) || beside_street(text)));
            sums[6] += f64::from(u8::from(unit(text)));
            sums[7] += f64::from(u8::from(
                text.chars()
                    .any(|c| c.is_alphabetic() && c > '\u{24f}' && !('\u{1e00}'..='\u{1eff}').contains(&c)),
            ));
            let sentence = words.len() >= 3
                && words.iter().skip(1).any(|w| w.text.starts_with(char::is_lowercase) && w.text.len() > 1);
            sums[8] += f64::from(u8::from(sentence));
            sums[9] += lettered.iter().map(|w| lexicon.spelling.odds(&w.folded)).sum::<f64>() / count;
            let pure =
                |w: &&Part| w.text.chars().count() >= 2 && !w.text.contains(|c: char| c.is_ascii_digit());
            sums[10] += words.iter().filter(pure).count() as f64;
            let met = corner(text);
            sums[11] += f64::from(u8::from(lexicon.is_place(&fold(text))));
            sums[12] += f64::from(u8::from(met.is_some()));
            sums[13] += f64::from(u8::from(met == Some(true)));
            sums[14] += f64::from(u8::from(is_note(&folded)));
            let shaped = (2..=3).contains(&words.len())
                && words.iter().all(|w| w.text.chars().all(char::is_alphabetic) && !is_ordinary(&w.folded));
            sums[15] += f64::from(u8::from(shaped));
            if words.len() >= 2 {
                *openings.entry(words[0].folded.clone()).or_insert(0.0) += 1.0;
            }
        }
        let name = |word: &String| lexicon.is_only_name(word);
        let opening = openings.iter().filter(|(w, _)| !name(w)).map(|(_, n)| *n).fold(0.0, f64::max);
        let share = |at: usize| sums[at] / n;
        Self {
            values: n,
            words: share(0),
            lettered: share(10),
            ordinary: share(1),
            named: share(2),
            hinted: share(3),
            organizations: share(4),
            streets: share(5),
            units: share(6),
            foreign: share(7),
            sentences: share(8),
            opening: opening / n,
            spelling: share(9),
            places: share(11),
            corners: share(12),
            streets_meeting: share(13),
            notes: share(14),
            measures: measures(texts),
            name_shaped: share(15),
        }
    }
}

/// A word that categories are made of, also where an `s` or a hyphen makes it another.
fn is_ordinary(word: &str) -> bool {
    let words = &Lexicon::shared().words;
    words.contains(word)
        || word.strip_suffix('s').is_some_and(|one| words.contains(one))
        || (word.contains('-') && word.split('-').all(|piece| words.contains(piece)))
}

/// Share of the values that are a number and a unit, where there are no more units than people measure in.
fn measures(texts: &[&str]) -> f64 {
    let unit = |text: &&str| {
        let (number, unit) = text.trim().split_once(' ')?;
        let numeric = number.bytes().all(|b| b.is_ascii_digit() || b".,<>$".contains(&b));
        (numeric && !unit.contains(' ') && unit.len() <= 8).then(|| unit.to_lowercase())
    };
    let units: Vec<String> = texts.iter().filter_map(unit).collect();
    let different: std::collections::BTreeSet<&String> = units.iter().collect();
    if different.len() > 10 || different.len() * 3 > units.len() * 2 {
        return 0.0;
    }
    units.len() as f64 / texts.len().max(1) as f64
}

/// Whether a text is somebody's, rather than a list's: with a word that only notes are written with, or two and more that
/// no list has.
pub(crate) fn is_written(text: &str) -> bool {
    let words = parts(text);
    let folded: Vec<&str> = words.iter().map(|w| w.folded.as_str()).collect();
    is_note(&folded) || folded.iter().filter(|w| !is_ordinary(w)).count() >= 2
}

/// Whether words are those of a note: one that lists are not written with, or four small words of Spanish.
fn is_note(folded: &[&str]) -> bool {
    const SPANISH: [&str; 22] = [
        "el", "la", "los", "las", "un", "una", "su", "sus", "que", "no", "se", "le", "con", "para", "por",
        "en", "del", "al", "lo", "y", "de", "es",
    ];
    let note = &Lexicon::shared().note;
    let spanish = folded.iter().filter(|w| SPANISH.contains(w)).count();
    folded.len() >= 2 && folded.iter().any(|w| note.contains(w)) || (folded.len() >= 5 && spanish >= 2)
}

/// Whether a value is a person's name by the lists: every word listed, an initial, a particle or a
/// suffix, one of them nothing but a name; or a whole name in it.
fn is_person(text: &str, words: &[Part]) -> bool {
    let lexicon = Lexicon::shared();
    let fits = |w: &Part| {
        w.named()
            || w.suffix()
            || (w.text.chars().count() == 1 && w.text.chars().all(char::is_alphabetic))
            || (words.len() >= 2 && lexicon.syllables.contains(w.folded.as_str()))
            || ["&", "+", "mr", "mrs", "ms", "miss", "dr", "sra", "and", "y"].contains(&w.folded.as_str())
                && words.len() >= 2
            || lexicon.particles.contains(w.folded.as_str())
    };
    let proves = |w: &Part| w.named() && !lexicon.words.contains(w.folded.as_str());
    let syllables = words.iter().filter(|w| lexicon.syllables.contains(w.folded.as_str())).count();
    let is_proof = words.iter().any(proves) || (syllables >= 2 && syllables == words.len());
    let all = (1..=6).contains(&words.len()) && words.iter().all(fits) && is_proof;
    all || comma_name(text) || full_name(text)
}
