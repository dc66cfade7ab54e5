//! What the words of a column's values have in common, as shares of the values.

use std::collections::HashMap;

use crate::lexicon::{Lexicon, fold};
use crate::notes::is_note;
use crate::person::{Part, comma_name, full_name, is_thing, parts};
use crate::street::{address, beside_street, corner, house, street, unit};

/// What the sampled values have in common, as shares of them.
pub(crate) struct Shares {
    pub(crate) values: f64,
    /// Words a value, on average.
    pub(crate) words: f64,
    /// Words of two letters or more, and no digit, a value.
    pub(crate) lettered: f64,
    /// Words that categories are made of.
    pub(crate) ordinary: f64,
    /// Values that are a person's name as far as the lists go.
    pub(crate) named: f64,
    /// Values with a listed name in them that is no ordinary word.
    pub(crate) hinted: f64,
    pub(crate) organizations: f64,
    pub(crate) streets: f64,
    pub(crate) units: f64,
    /// Values with a letter of another script.
    pub(crate) foreign: f64,
    /// Values of three words or more, one of them in lower case, as sentences are.
    pub(crate) sentences: f64,
    /// The most values that begin with one and the same word.
    pub(crate) opening: f64,
    /// Mean log odds of the words to be spelled rather than drawn.
    pub(crate) spelling: f64,
    /// Values that are a state, a country, a city or a county.
    pub(crate) places: f64,
    /// Two sides of an `&`, an `and` or a slash.
    pub(crate) corners: f64,
    /// Of these, those that surely are two streets.
    pub(crate) streets_meeting: f64,
    /// Values with a word that notes are written with.
    pub(crate) notes: f64,
    /// Values of a number before one of a few words: `2.5 hrs`.
    pub(crate) measures: f64,
    /// Values of two or three words, none ordinary and none a digit, as names are.
    pub(crate) name_shaped: f64,
    /// Values in another script that are a list's: yes, no, a language.
    pub(crate) answers: f64,
    /// Mean log odds of the words to be spelled as names are, rather than as other words.
    pub(crate) likeness: f64,
    /// Values that begin with the number of a house, where most of these numbers differ.
    pub(crate) houses: f64,
}

impl Shares {
    pub(crate) fn of(texts: &[&str]) -> Self {
        let lexicon = Lexicon::shared();
        let n = texts.len() as f64;
        let mut sums = [0.0_f64; 18];
        let mut openings = HashMap::new();
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
            let called = !text.bytes().any(|b| b.is_ascii_digit()) && is_thing(&words);
            let organization = called || folded.iter().any(|w| lexicon.organizations.contains(w));
            sums[4] += f64::from(u8::from(organization));
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
            sums[16] += lettered.iter().map(|w| lexicon.likeness.odds(&w.folded)).sum::<f64>() / count;
            let answer = !text.is_ascii() && lexicon.answers.contains(text.trim().to_lowercase().as_str());
            sums[17] += f64::from(u8::from(answer));
            let met = corner(text);
            sums[11] += f64::from(u8::from(lexicon.is_place(&fold(text))));
            sums[12] += f64::from(u8::from(met.is_some()));
            sums[13] += f64::from(u8::from(met == Some(true)));
            sums[14] += f64::from(u8::from(text.contains(' ') && is_note(&folded)));
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
            answers: share(17),
            likeness: share(16),
            houses: houses(texts),
        }
    }
}

/// A word that categories are made of, also where an `s` or a hyphen makes it another.
pub(crate) fn is_ordinary(word: &str) -> bool {
    let words = &Lexicon::shared().words;
    words.contains(word)
        || word.strip_suffix('s').is_some_and(|one| words.contains(one))
        || (word.contains('-') && word.split('-').all(|piece| words.contains(piece)))
}

/// Share of the values that begin with a house's number, where the numbers are as open as houses are.
fn houses(texts: &[&str]) -> f64 {
    let numbers: Vec<&str> = texts.iter().filter_map(|text| house(text)).collect();
    let different: std::collections::BTreeSet<&&str> = numbers.iter().collect();
    // The numbers of a list begin at one; those of houses have two digits and more.
    if different.len() * 5 < numbers.len() * 3 {
        return 0.0;
    }
    numbers.len() as f64 / texts.len().max(1) as f64
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
