//! What houses and streets look like in a text.

use crate::lexicon::{Lexicon, fold};

/// Words of a text: runs of letters and digits.
fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let cut = folded.split(|c: char| !c.is_alphanumeric() && c != '#').filter(|w| !w.is_empty());
    cut.map(ToOwned::to_owned).collect()
}

/// A house number, a street's name of at most three words, and what a street ends in, with nothing but a
/// unit, a direction or a town after it; or a post-office box.
pub(crate) fn address(text: &str) -> bool {
    // This is asked of every cell: without a digit or a box it is none.
    if !text.bytes().any(|b| b.is_ascii_digit() || b == b'x' || b == b'X') {
        return false;
    }
    let lexicon = Lexicon::shared();
    let words = words(text);
    let box_at = words.windows(3).any(|w| (w[0] == "po" || w[0] == "p") && (w[1] == "box" || w[2] == "box"));
    let pobox = words.windows(2).any(|w| w[0] == "pobox" || (w[0] == "box" && numbered(&w[1])));
    // `RR 2 Box 45`, `HC 12 Box 7`, and a city whose streets are numbered both ways, `123 S 400 E`.
    let direction = |w: &String| ["n", "s", "e", "w", "north", "south", "east", "west"].contains(&w.as_str());
    let route = words.len() <= 6
        && ["rr", "hc", "route", "rural", "star"].contains(&words.first().map_or("", String::as_str))
        && words.windows(2).any(|w| w[0] == "box" && numbered(&w[1]));
    let squares = words.windows(4).any(|w| {
        numbered(&w[0]) && direction(&w[1]) && w[2].bytes().all(|b| b.is_ascii_digit()) && direction(&w[3])
    });
    // `Hwy 99 mile marker 23`, `I-5 exit 210`.
    let marker = words.len() <= 6
        && highway(&words)
        && words.iter().any(|w| ["mile", "mm", "milepost", "exit", "marker"].contains(&w.as_str()));
    marker
        || (box_at || (pobox && words.len() <= 3))
        || (words.len() >= 3 && quarter(&words))
        || route
        || squares
        || words.iter().enumerate().any(|(at, word)| {
            numbered(word)
                && !(at == 1 && is_line(&words[0]))
                && (at + 2..=at + 5).any(|end| {
                    words.get(end).is_some_and(|suffix| {
                        lexicon.suffixes.contains(suffix.as_str())
                            && words[at + 1..end].iter().all(|w| street_word(w))
                            && words[at + 1..end]
                                .iter()
                                .any(|w| w.starts_with(char::is_alphabetic) || ordinal(w))
                            && words.get(end + 1).is_none_or(|after| follows(after))
                            && closed(text, suffix)
                    })
                })
        })
}

/// What the number of a bus stands behind: `Route 5 - Chicago Av`.
fn is_line(word: &str) -> bool {
    ["rte", "route", "bus", "line"].contains(&word)
}

/// A quarter of a town and a number, as Spanish addresses have them; a lot and its block; a park of mobile homes.
fn quarter(words: &[String]) -> bool {
    const QUARTERS: [&str; 17] = [
        "col",
        "colonia",
        "barrio",
        "fracc",
        "fraccionamiento",
        "zona",
        "urb",
        "urbanizacion",
        "aldea",
        "canton",
        "caserio",
        "reparto",
        "manzana",
        "mz",
        "brgy",
        "barangay",
        "purok",
    ];
    let has = |wanted: &str| words.iter().any(|w| w == wanted);
    let spanish = || words.iter().any(|w| QUARTERS.contains(&w.as_str()));
    words.iter().any(|w| w.bytes().any(|b| b.is_ascii_digit()))
        && (spanish() || (has("lot") && has("block")) || (has("mobile") && has("park")))
}

/// `312`, `45b`, `12-14`; no `182nd`.
fn numbered(word: &str) -> bool {
    word.len() <= 6 && word.starts_with(|c: char| c.is_ascii_digit()) && !ordinal(word)
}

/// `5th`, `182nd`.
fn ordinal(word: &str) -> bool {
    ["st", "nd", "rd", "th"].iter().any(|end| {
        word.strip_suffix(end).is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Two streets that meet, `Elm & 5th`, `corner of Main St and Oak`, and whether one of them surely is a street.
pub(crate) fn corner(text: &str) -> Option<bool> {
    let lexicon = Lexicon::shared();
    let folded = fold(text);
    let folded = ["corner of", "corner", "intersection of", "at", "near", "nw", "ne", "sw", "se"]
        .iter()
        .fold(folded.trim(), |rest, start| {
            rest.strip_prefix(start).filter(|r| r.starts_with(' ')).unwrap_or(rest).trim()
        });
    let folded =
        folded.strip_prefix("corner of ").or_else(|| folded.strip_prefix("corner ")).unwrap_or(folded);
    let (first, second) =
        [" & ", " and ", " @ ", " at ", " / ", "/", "&"].iter().find_map(|mark| folded.split_once(mark))?;
    let side = |text: &str| {
        let words = words(text);
        let plain =
            |w: &String| w.chars().all(char::is_alphanumeric) && !lexicon.organizations.contains(w.as_str());
        let digits = words.iter().all(|w| w.bytes().all(|b| b.is_ascii_digit()));
        ((1..=4).contains(&words.len()) && !digits && words.iter().all(plain)).then_some(words)
    };
    let (first, second) = (side(first)?, side(second)?);
    let sure = |words: &[String]| {
        let last = words[words.len() - 1].as_str();
        words.iter().any(|w| ordinal(w))
            || (words.len() >= 2 && lexicon.suffixes.contains(last))
            || highway(words)
    };
    Some(sure(&first) || sure(&second))
}

/// A place told by its street: `behind the store on N Elm St`, `under the bridge at I-45`.
pub(crate) fn beside_street(text: &str) -> bool {
    let lexicon = Lexicon::shared();
    let words = words(text);
    let near = |w: &str| ["on", "near", "at", "by", "off", "under", "and"].contains(&w);
    words.iter().enumerate().filter(|(_, word)| near(word)).any(|(at, _)| {
        let rest = &words[at + 1..];
        let suffix = (1..rest.len().min(5)).find(|end| lexicon.suffixes.contains(rest[*end].as_str()));
        let named = |end: usize| {
            rest[..end].iter().any(|w| !lexicon.words.contains(w.as_str())) && rest[end].len() <= 9
        };
        highway(rest) || suffix.is_some_and(named)
    })
}

/// `I 45`, `US 59`, `SH 288`.
fn highway(words: &[String]) -> bool {
    let road = |w: &str| {
        ["i", "us", "sh", "fm", "hwy", "highway", "interstate", "ih", "sr", "cr", "route"].contains(&w)
    };
    words.len() >= 2 && road(&words[0]) && words[1].bytes().all(|b| b.is_ascii_digit())
}

fn street_word(word: &str) -> bool {
    const MEASURES: [&str; 16] = [
        "day", "days", "hour", "hours", "month", "months", "week", "weeks", "year", "mg", "mcg", "ml", "tab",
        "tabs", "units", "puffs",
    ];
    !MEASURES.contains(&word) && word.chars().all(char::is_alphanumeric)
}

/// What may come after the street: a unit, a direction, a number, a state, a word of a sentence. An
/// organization's word may not ("24 Elm Court Program").
fn follows(after: &str) -> bool {
    !Lexicon::shared().organizations.contains(after) || Lexicon::shared().units.contains(after)
}

/// Short suffixes (`st`, `ct`, `dr`) are suffixes only as whole words, which they are here; `way`,
/// `run`, `court` also stand in sentences, where the house number must be near.
fn closed(text: &str, suffix: &str) -> bool {
    suffix.len() <= 4 || text.split_whitespace().count() <= 14
}

/// Whether a whole text is a street, with or without a house: ends in what streets end in, before any
/// unit.
pub(crate) fn street(text: &str) -> bool {
    let lexicon = Lexicon::shared();
    let words = words(text);
    let end = words.iter().position(|w| lexicon.units.contains(w.as_str())).unwrap_or(words.len());
    let named =
        words[..end].iter().filter(|w| w.chars().any(char::is_alphabetic) || w.ends_with("th")).count();
    let direction =
        |w: &str| ["n", "s", "e", "w", "ne", "nw", "se", "sw", "north", "south", "east", "west"].contains(&w);
    let last = words[..end].iter().rev().find(|w| !direction(w) && !w.bytes().all(|b| b.is_ascii_digit()));
    let first = words.first().is_some_and(|w| ["calle", "avenida", "camino", "paseo"].contains(&w.as_str()));
    let ends = last.is_some_and(|w| lexicon.suffixes.contains(w.as_str()));
    if words.len() >= 3 && is_line(&words[0]) && numbered(&words[1]) {
        return false;
    }
    // "United Way" and "Drug Court" are no streets: a suffix that is a word of its own needs a name before it.
    let word = last.is_some_and(|w| {
        [
            "way", "court", "place", "close", "path", "run", "point", "square", "circle", "crossing", "row",
            "walk", "loop", "via", "plaza", "street", "no",
        ]
        .contains(&w.as_str())
    });
    let name = words[..end].iter().any(|w| {
        !direction(w)
            && Some(w) != last
            && (!lexicon.words.contains(w.as_str()) || w.bytes().any(|b| b.is_ascii_digit()))
    });
    (2..=6).contains(&named) && (first || (ends && (!word || name)))
}

/// The number of a house that a text begins with, where words follow it: `1432 Elm`, `45-12 Oak`.
pub(crate) fn house(text: &str) -> Option<&str> {
    let (number, rest) = text.trim().split_once(' ')?;
    let digits = number.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let plain = digits.bytes().all(|b| b.is_ascii_digit() || b == b'-') && (2..=7).contains(&digits.len());
    let numbered =
        plain && number.len() <= digits.len() + 1 && digits.starts_with(|c: char| c.is_ascii_digit());
    let word = rest.split_whitespace().any(|w| w.chars().filter(|c| c.is_alphabetic()).count() >= 3);
    (numbered && word && rest.split_whitespace().count() <= 7).then_some(number)
}

/// `Apt 4`, `#12B`, `UNIT 3`; a room is a shelter's too.
pub(crate) fn unit(text: &str) -> bool {
    let words = words(text);
    let hash = text.trim_start().starts_with('#');
    let room = |w: &str| ["room", "floor", "bed"].contains(&w);
    let named = words
        .first()
        .is_some_and(|w| w.len() > 2 && Lexicon::shared().units.contains(w.as_str()) && !room(w));
    words.len() <= 3 && (hash || (named && words.len() >= 2)) && text.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streets_are_told_from_houses_of_help() {
        for text in
            ["E TRELLIS DR", "Salfords Way", "W 79th St", "Calle Ocho", "N Harbor St Apt 4", "12 Oak Lane"]
        {
            assert!(street(text), "{text}");
        }
        for text in [
            "River House",
            "Elm Street Shelter",
            "Dr",
            "North Center",
            "Legal aid",
            "no way",
            "Court",
            "United Way",
            "Family Court",
        ] {
            assert!(!street(text), "{text}");
        }
        assert!(corner("Elm & 5th") == Some(true) && corner("corner of Main St and Oak") == Some(true));
        assert!(
            corner("Main and Oak") == Some(false) && corner("12/14").is_none() && corner("Main").is_none()
        );
        assert!(beside_street("behind the Kroger on N Trellis St") && beside_street("under bridge at I-45"));
        assert!(!beside_street("met at court") && !beside_street("on hold"));
        assert!(!address("182nd District Court") && !unit("Room 12"));
        assert!(unit("APT 258") && unit("#12B") && !unit("4") && !unit("Unit"));
        assert!(address("RR 2 Box 45") && address("HC 12 Box 7") && address("1450 S 400 E"));
        assert!(address("12 calle 5-23 zona 4") && address("C. Hidalgo #12, Col. Centro"));
        assert!(address("Space 12, Elm Mobile Home Park") && !address("Zona centro"));
        assert_eq!(house("1432 Elm"), Some("1432"));
        assert_eq!(house("3 visits"), None);
        assert!(address("Hwy 99 mile marker 23") && !address("Reminder sent 03/05/2025 via SMS"));
        assert!(address("PO Box 771") && !address("Box of food"));
    }
}
