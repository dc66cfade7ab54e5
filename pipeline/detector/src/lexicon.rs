//! Names and ordinary words, and how much a word that is neither looks like either.

use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// A set that is asked for every word of every column: nobody chooses its words to make it slow.
pub(crate) type Words = std::collections::HashSet<&'static str, BuildHasherDefault<Fnv>>;

/// # Source
/// Fowler, Noll and Vo, FNV-1a, 64 bits.
#[derive(Clone)]
pub(crate) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

/// Lists of words by the label of their line.
fn lists(file: &'static str, wanted: &'static str) -> impl Iterator<Item = &'static str> {
    lines(file)
        .filter(move |(label, _)| wanted.is_empty() || *label == wanted)
        .flat_map(|(_, words)| words.split(' '))
        .filter(|word| !word.is_empty())
}

/// Lines of a list, by their labels.
fn lines(file: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "))
}

const NAMES: &str = include_str!("../data/names.txt");
const WORDS: &str = include_str!("../data/words.txt");
const STREETS: &str = include_str!("../data/streets.txt");
const PLACES: &str = include_str!("../data/places.txt");

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let given: Words = lists(NAMES, "given").collect();
    let family: Words = lists(NAMES, "family").collect();
    let words: Words = lists(WORDS, "").collect();
    // Codes of random letters are no likelier for the tongues that spell otherwise than most.
    let spelled_otherwise: Words = ["hmong", "vietnamese", "polish", "vehicle"]
        .into_iter()
        .flat_map(|line| lists(WORDS, line))
        .collect();
    let usual = words.iter().filter(|word| !spelled_otherwise.contains(*word));
    let spelling = Spelling::new(given.iter().chain(&family).chain(usual).copied());
    let named = given.iter().chain(&family).filter(|name| !words.contains(*name));
    let places = lines(PLACES).filter(|(label, _)| !label.ends_with("code"));
    let others = words.iter().copied().chain(places.flat_map(|(_, places)| places.split([',', ' '])));
    let others = others.filter(|word| word.len() >= 3 && !given.contains(word) && !family.contains(word));
    let likeness = Likeness::new(named.copied(), others);
    Lexicon {
        given,
        family,
        words,
        particles: lists(NAMES, "particle").collect(),
        syllables: lists(NAMES, "syllable").collect(),
        places: lines(PLACES).flat_map(|(_, places)| places.split(", ")).collect(),
        note: lists(WORDS, "note").collect(),
        answers: lines(WORDS).filter(|(l, _)| *l == "script").flat_map(|(_, w)| w.split(", ")).collect(),
        organizations: lists(WORDS, "organization").collect(),
        things: lists(WORDS, "called").collect(),
        suffixes: lists(STREETS, "suffix").collect(),
        units: lists(STREETS, "unit").collect(),
        spelling,
        likeness,
    }
});

/// What the crate knows of words.
pub(crate) struct Lexicon {
    pub(crate) given: Words,
    pub(crate) family: Words,
    pub(crate) words: Words,
    pub(crate) particles: Words,
    /// Short names that prove nothing but in company: "Pa", "Eh", "Tun".
    pub(crate) syllables: Words,
    places: Words,
    /// Words that notes are written with and lists are not.
    pub(crate) note: Words,
    /// Answers of lists in other scripts than the Latin.
    pub(crate) answers: Words,
    pub(crate) organizations: Words,
    /// What houses, firms and prizes called after people end in.
    pub(crate) things: Words,
    pub(crate) suffixes: Words,
    pub(crate) units: Words,
    pub(crate) spelling: Spelling,
    pub(crate) likeness: Likeness,
}

impl Lexicon {
    /// The lists, read once.
    pub(crate) fn shared() -> &'static Self {
        &LEXICON
    }

    /// Given names, commonest first, as the file has them.
    pub(crate) fn given_names() -> impl Iterator<Item = &'static str> {
        lists(NAMES, "given")
    }

    /// Family names, commonest first, as the file has them.
    pub(crate) fn family_names() -> impl Iterator<Item = &'static str> {
        lists(NAMES, "family")
    }

    /// Given names and the family names that stand beside them, as the file has them: of one tongue or a few.
    pub(crate) fn peoples() -> Vec<(Vec<&'static str>, Vec<&'static str>)> {
        let mut peoples: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
        for (label, names) in lines(NAMES) {
            let names = names.split(' ').filter(|name| !name.is_empty());
            match (label, peoples.last_mut()) {
                ("given", Some((given, family))) if family.is_empty() => given.extend(names),
                ("given", _) => peoples.push((names.collect(), Vec::new())),
                ("family", Some((_, family))) => family.extend(names),
                _ => {}
            }
        }
        peoples
    }

    /// Whether a folded word is a listed name of any kind.
    pub(crate) fn is_name(&self, word: &str) -> bool {
        self.given.contains(word) || self.family.contains(word)
    }

    /// Whether a folded text is a state, a country, a large city or county, or two of them with a comma between.
    pub(crate) fn is_place(&self, text: &str) -> bool {
        const KINDS: [&str; 7] = ["county", "parish", "city", "of", "the", "town", "and"];
        let bare = |part: &str| {
            let words = part.split_whitespace().filter(|w| !KINDS.contains(w));
            words.collect::<Vec<_>>().join(" ")
        };
        self.places.contains(text)
            || text.split(',').all(|part| self.places.contains(bare(part).as_str()))
            || self.places.contains(bare(&text.replace([',', '&'], " ")).as_str())
    }

    /// Whether a folded word is a listed name and no ordinary word: a name by itself.
    pub(crate) fn is_only_name(&self, word: &str) -> bool {
        word.len() >= 3 && self.is_name(word) && !self.words.contains(word)
    }
}

/// Lower case, without accents.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let lower = text.nfd().filter(|c| !mark(c)).flat_map(char::to_lowercase);
    lower
        .map(|c| match c {
            'ł' => 'l',
            'ø' => 'o',
            'đ' => 'd',
            'ı' => 'i',
            'ß' => 's',
            c => c,
        })
        .collect()
}

/// How words are spelled: the frequency of three letters in a row among all listed words.
pub(crate) struct Spelling {
    log: Vec<f32>,
}

/// Letters, and the edge of a word.
const SIGNS: usize = 27;

impl Spelling {
    fn new(words: impl Iterator<Item = &'static str>) -> Self {
        let mut counts = vec![0.0_f64; SIGNS * SIGNS * SIGNS];
        let mut all = 0.0;
        for word in words {
            for at in threes(word) {
                counts[at] += 1.0;
                all += 1.0;
            }
        }
        // Against every three letters being as frequent; a quarter for what was not seen.
        let cells = counts.len() as f64;
        let log = |n: &f64| ((n + 0.25) / (all + 0.25 * cells) * cells).ln() as f32;
        Self { log: counts.iter().map(log).collect() }
    }

    /// Mean log odds of a folded word to be spelled, rather than drawn letter by letter.
    pub(crate) fn odds(&self, word: &str) -> f64 {
        let (mut sum, mut n) = (0.0, 0.0);
        for at in threes(word) {
            sum += f64::from(self.log[at]);
            n += 1.0;
        }
        if n == 0.0 { 0.0 } else { sum / n }
    }
}

/// Whether words are spelled as names are, or as other words and places: the frequency of three letters in a row among the
/// listed names against that among all other listed words.
pub(crate) struct Likeness {
    log: Vec<f32>,
}

impl Likeness {
    fn new(names: impl Iterator<Item = &'static str>, others: impl Iterator<Item = &'static str>) -> Self {
        let counted = |words: &mut dyn Iterator<Item = &'static str>| {
            let mut counts = vec![0.5_f64; SIGNS * SIGNS * SIGNS];
            words.flat_map(threes).for_each(|at| counts[at] += 1.0);
            let all: f64 = counts.iter().sum();
            counts.into_iter().map(move |count| count / all).collect::<Vec<f64>>()
        };
        let names = counted(&mut { names });
        let others = counted(&mut { others });
        Self { log: names.iter().zip(&others).map(|(name, other)| (name / other).ln() as f32).collect() }
    }

    /// Mean log odds of a folded word to be a name rather than another word.
    pub(crate) fn odds(&self, word: &str) -> f64 {
        let (mut sum, mut n) = (0.0, 0.0);
        for at in threes(word) {
            sum += f64::from(self.log[at]);
            n += 1.0;
        }
        if n == 0.0 { 0.0 } else { sum / n }
    }
}

fn threes(word: &str) -> impl Iterator<Item = usize> + '_ {
    let sign = |b: u8| if b.is_ascii_lowercase() { usize::from(b - b'a') + 1 } else { 0 };
    let edged = std::iter::once(0).chain(word.bytes().map(sign)).chain(std::iter::once(0));
    edged
        .scan((0, 0, 0_usize), |(a, b, seen), c| {
            let at = (*a * SIGNS + *b) * SIGNS + c;
            (*a, *b) = (*b, c);
            *seen += 1;
            Some((*seen >= 3).then_some(at))
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_and_case_fold_away() {
        assert_eq!(fold("ÁLVAREZ-Núñez"), "alvarez-nunez");
        assert_eq!(fold("Łukasz"), "lukasz");
    }

    #[test]
    fn names_that_no_list_has_are_spelled_as_names_are() {
        let likeness = &Lexicon::shared().likeness;
        let mean = |words: &str| {
            let all: Vec<f64> = words.split(' ').map(|word| likeness.odds(word)).collect();
            all.iter().sum::<f64>() / all.len() as f64
        };
        let names = "kekkonen gelashvili subramaniam akinwande choquehuanca vainikolo szilagyi milosavljevic berisha \
            yuldasheva ouedraogo byaruhanga przybylski papageorgiou";
        let words = "apixaban carvedilol rhododendron upholsterer malfeasance stenographer framework threshold \
            capacitacion kubernetes greyhound";
        assert!(mean(names) > 0.16, "{}", mean(names));
        assert!(mean(words) < 0.0, "{}", mean(words));
    }

    #[test]
    fn spelling_tells_words_from_drawn_letters() {
        let spelling = &Lexicon::shared().spelling;
        for word in ["herringbone", "wojciechowska", "gutierrez", "sondergeld", "latticework"] {
            assert!(spelling.odds(word) > 0.0, "{word} {}", spelling.odds(word));
        }
        for word in ["jqzphs", "rueggj", "xkqvzw", "attypi", "qzjxk"] {
            assert!(spelling.odds(word) < 1.0, "{word} {}", spelling.odds(word));
        }
    }
}
