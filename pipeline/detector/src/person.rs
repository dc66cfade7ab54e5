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
    // What is called after a person: `Cesar Chavez Day`, `Violence Against Women Act`.
    let after = ["day", "act", "award", "law", "park", "library", "hall", "bridge"];
    let last = words.last().map_or("", |w| w.folded.as_str());
    if (3..=6).contains(&words.len()) && (after.contains(&last) || is_thing(words)) {
        return true;
    }
    // Of five words or less; a sentence may speak of a shelter.
    words.len() <= 6 && words.iter().any(|w| Lexicon::shared().organizations.contains(w.folded.as_str()))
}

/// Whether the words end in what is called after people, and a number of it or a letter: `Robert Taylor Homes`,
/// `Van Dyke Houses II`.
pub(crate) fn is_thing(words: &[Part]) -> bool {
    let things = &Lexicon::shared().things;
    let counted =
        |w: &&Part| !(w.suffix() || w.text.len() == 1 || w.text.bytes().all(|b| b.is_ascii_digit()));
    words.len() >= 2
        && words.iter().rev().take(2).find(counted).is_some_and(|w| things.contains(w.folded.as_str()))
}

fn given_and_family(text: &str, words: &[Part]) -> bool {
    let lexicon = Lexicon::shared();
    let lower = !text.chars().any(char::is_uppercase);
    (0..words.len()).any(|at| {
        let first = &words[at];
        // `San Juan Ixcoy` is a place.
        if at == 1 && ["san", "santa", "santo"].contains(&words[0].folded.as_str()) {
            return false;
        }
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

/// Whether texts are a word and an initial, `Verna T`, `Elroy S.`, or `T. Verna`, as lists write no words but letters of a
/// series: of names both differ.
pub(crate) fn initialled(texts: &[&str]) -> bool {
    let lexicon = Lexicon::shared();
    let mut words = std::collections::BTreeSet::new();
    let mut letters = std::collections::BTreeSet::new();
    let (mut shaped, mut ordinary) = (0_usize, 0_usize);
    for text in texts {
        let parts = parts(text);
        let (word, letter) = match &parts[..] {
            [word, letter] | [letter, word] if letter.initial() && letter.text.len() == 1 => (word, letter),
            [word, middle, letter] if letter.initial() && letter.text.len() == 1 && middle.text.len() > 1 => {
                (word, letter)
            }
            _ => continue,
        };
        if word.folded.len() >= 2 && word.text.chars().all(|c| c.is_alphabetic() || "'-’".contains(c)) {
            shaped += 1;
            ordinary += usize::from(word.ordinary() && !lexicon.is_name(&word.folded));
            words.insert(word.folded.clone());
            letters.insert(letter.folded.clone());
        }
    }
    shaped >= 4
        && shaped * 10 >= texts.len() * 7
        && words.len() * 10 >= (shaped * 3).min(80)
        && words.len() >= 4
        && letters.len() >= 4
        && ordinary * 10 < shaped * 3
}

/// Whether texts are names behind what people are addressed by, or what a court calls its cases: `Pastor Zajac`,
/// `foreman Krol`, `In re Bautista`, `People v. Dizon`.
pub(crate) fn addressed(texts: &[&str]) -> bool {
    const TITLES: [&str; 44] = [
        "mr",
        "mrs",
        "ms",
        "miss",
        "mx",
        "dr",
        "prof",
        "rev",
        "fr",
        "sr",
        "sra",
        "srta",
        "don",
        "dona",
        "lic",
        "pastor",
        "father",
        "brother",
        "imam",
        "rabbi",
        "judge",
        "hon",
        "justice",
        "officer",
        "ofc",
        "det",
        "detective",
        "sgt",
        "lt",
        "cpl",
        "capt",
        "deputy",
        "agent",
        "trooper",
        "atty",
        "attorney",
        "nurse",
        "coach",
        "foreman",
        "mayordomo",
        "supervisor",
        "mgr",
        "boss",
        "tia",
    ];
    let mut names = std::collections::BTreeSet::new();
    let mut shaped = 0_usize;
    for text in texts {
        let words = parts(text);
        let name = words.iter().skip(1).find(|w| w.text.chars().count() >= 2);
        let called = words.len() <= 4 && TITLES.contains(&words.first().map_or("", |w| w.folded.as_str()));
        let case = || {
            let lower = text.to_lowercase();
            let begun = ["in re ", "in the matter of ", "estate of ", "matter of "]
                .iter()
                .any(|b| lower.starts_with(b));
            begun
                || (words.len() <= 8
                    && [" v. ", " v ", " vs ", " vs. "].iter().any(|mark| lower.contains(mark)))
        };
        let last = words.last().filter(|_| words.len() >= 2 && (called || case()));
        if let Some(named) = last.filter(|w| !w.ordinary()).or(name.filter(|w| called && !w.ordinary())) {
            shaped += 1;
            names.insert(named.folded.clone());
        }
    }
    shaped * 10 >= texts.len() * 7 && names.len() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_with_initials_are_names() {
        assert!(initialled(&["Verna T", "Elroy S.", "Delbert Y", "Wilbert A", "Sheldon M"]));
        assert!(initialled(&["T. Verna", "S Elroy", "Y. Delbert", "A. Wilbert"]));
        assert!(!initialled(&["Building A", "Building B", "Building C", "Wing D", "Wing E"]));
        assert!(!initialled(&["Hepatitis A", "Hepatitis B", "Vitamin D", "Plan B", "Medicare C"]));
    }

    #[test]
    fn people_are_known_by_how_they_are_addressed() {
        assert!(addressed(&["Dr. Krol", "Pastor Zajac", "Prof. Fedorov", "Deputy Krol"]));
        assert!(addressed(&["People v. Dizon", "In re Bautista", "US v. Tagle", "Estate of Berhe"]));
        assert!(!addressed(&[
            "Officer safety",
            "Judge",
            "Nurse visit",
            "Supervisor review",
            "Attorney fees"
        ]));
    }

    #[test]
    fn places_of_saints_are_no_names() {
        assert!(full_name("Juan Morales") && full_name("Maria Juan Morales"));
        assert!(!full_name("San Juan Morales"));
    }
}
