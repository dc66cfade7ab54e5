//! What whole names of people look like in a text.

use crate::lexicon::{Lexicon, fold};
use crate::spelled::spelled_as_name;

/// One word of a text as it may be part of a name.
pub(crate) struct Part<'a> {
    pub(crate) text: &'a str,
    pub(crate) folded: String,
}

impl Part<'_> {
    fn initial(&self) -> bool {
        self.text.chars().filter(|c| c.is_alphabetic()).count() == 1
    }

    fn capital(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    /// Listed as a name: also with a hyphen or an apostrophe in it.
    pub(crate) fn listed(&self) -> bool {
        let lexicon = Lexicon::shared();
        lexicon.is_name(&self.folded)
            || self.folded.split(['-', '\'', '’']).any(|piece| piece.len() > 2 && lexicon.is_name(piece))
    }

    /// Listed, or spelled as nothing but names are.
    pub(crate) fn named(&self) -> bool {
        self.listed() || spelled_as_name(&self.folded)
    }

    fn ordinary(&self) -> bool {
        Lexicon::shared().words.contains(self.folded.as_str())
    }

    pub(crate) fn suffix(&self) -> bool {
        ["jr", "sr", "ii", "iii", "iv", "2nd", "3rd", "esq"].contains(&self.folded.as_str())
    }
}

/// The words of a text, points and commas taken off.
pub(crate) fn parts(text: &str) -> Vec<Part<'_>> {
    text.split(|c: char| c.is_whitespace() || "_,;:/()".contains(c))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .map(|word| Part { text: word, folded: fold(word) })
        .collect()
}

/// Whether a text holds a person's whole name: a listed given name before a listed family name, the
/// two with a comma between them in the other order, or a title before a capital.
pub(crate) fn full_name(text: &str) -> bool {
    let words = parts(text);
    if words.len() < 2 || organization(&words) {
        return false;
    }
    comma_name(text) || titled(&words) || given_and_family(text, &words)
}

fn organization(words: &[Part]) -> bool {
    // Of five words or less; a sentence may speak of a shelter.
    words.len() <= 6 && words.iter().any(|w| Lexicon::shared().organizations.contains(w.folded.as_str()))
}

fn given_and_family(text: &str, words: &[Part]) -> bool {
    let lexicon = Lexicon::shared();
    let lower = !text.chars().any(char::is_uppercase);
    (0..words.len()).any(|at| {
        let first = &words[at];
        let next = if words.get(at + 1).is_some_and(|w| w.initial() || w.suffix()) { at + 2 } else { at + 1 };
        let Some(last) = words.get(next) else { return false };
        let cased = (first.capital() && last.capital()) || (lower && words.len() <= 3);
        // One of the two must be nothing but a name; "April Young" is found, "March Hall" is not.
        let proven = !first.ordinary() || !last.ordinary();
        cased
            && proven
            && lexicon.given.contains(first.folded.as_str())
            && lexicon.family.contains(last.folded.as_str())
    })
}

/// `DOE, JANE Q`, `Doe Jr, Jane`.
pub(crate) fn comma_name(text: &str) -> bool {
    text.split_once(',').is_some_and(|(last, first)| {
        let (last, first) = (parts(last), parts(first));
        let short = |side: &[Part]| (1..=3).contains(&side.len());
        let words = last.iter().chain(&first);
        let letters = words.clone().all(|w| w.text.chars().all(|c| c.is_alphabetic() || "'-’".contains(c)));
        let listed = words.clone().filter(|w| w.listed() && !w.ordinary()).count();
        short(&last)
            && short(&first)
            && letters
            && listed >= 1
            && words.clone().all(|w| w.listed() || !w.ordinary())
    })
}

/// Capitals on both sides of a comma, as names stand and categories don't, whether listed or not.
pub(crate) fn comma_shaped(text: &str) -> bool {
    text.split_once(',').is_some_and(|(last, first)| {
        let (last, first) = (parts(last), parts(first));
        let side = |words: &[Part]| {
            let letters =
                |w: &Part| w.capital() && w.text.chars().all(|c| c.is_alphabetic() || "'-’.".contains(c));
            (1..=3).contains(&words.len()) && words.iter().all(letters)
        };
        side(&last) && side(&first) && !last.iter().chain(&first).all(Part::ordinary)
    })
}

fn titled(words: &[Part]) -> bool {
    words.windows(2).any(|pair| {
        let title = ["mr", "mrs", "ms", "miss", "sra", "mme"].contains(&pair[0].folded.as_str());
        title && pair[0].capital() && pair[1].capital() && pair[1].text.len() >= 2 && !pair[1].ordinary()
    })
}
