//! Street addresses: number and name, words written out, apartment gone.

use crate::fold::{fold, says_nothing};

/// A street address in parts.
#[derive(Default, Clone)]
pub(crate) struct Street {
    pub(crate) number: Option<String>,
    pub(crate) name: Option<String>,
}

const UNITS: &[&str] = &[
    "apt",
    "apartment",
    "unit",
    "ste",
    "suite",
    "rm",
    "room",
    "fl",
    "floor",
    "lot",
    "trlr",
    "bldg",
    "building",
    "no",
];

/// Reads a street; `text` may hold the whole line, number and apartment included.
///
/// `St` and `Saint` both become `street`: which of the two `ST` means can't be told, and what
/// counts is that two agencies' spellings of one address meet.
pub(crate) fn street(number: Option<&str>, text: &str) -> Street {
    if text.is_empty() && number.is_none() {
        return Street::default();
    }
    let folded = fold(text);
    let mut words: Vec<&str> = folded
        .split(|c: char| !(c.is_alphanumeric() || c == '#' || c == '\''))
        .filter(|w| !w.is_empty())
        .collect();
    if let Some(at) = (1..words.len()).find(|i| words[*i].starts_with('#') || UNITS.contains(&words[*i])) {
        words.truncate(at);
    }
    let mut number = number.and_then(house_number);
    let leading = words.len() > 1 && is_house_number(words[0]);
    if leading {
        let first = words.remove(0);
        number = number.or_else(|| house_number(first));
    }
    let mut name = String::new();
    for word in &words {
        let word: String = word.chars().filter(|c| c.is_alphanumeric()).collect();
        name.push_str(written_out(&word));
    }
    // `A V` has become `av`: what reads as an abbreviation is taken for one.
    let name = written_out(&name).to_owned();
    let nowhere = says_nothing(&folded) || name.len() < 2 || is_nowhere(&name);
    if nowhere { Street::default() } else { Street { number, name: Some(name) } }
}

/// A word that is often cut short, as a whole.
fn written_out(word: &str) -> &str {
    match word {
        "aly" => "alley",
        "av" | "ave" | "aven" => "avenue",
        "bl" | "blvd" | "boul" => "boulevard",
        "cir" | "circ" | "crcl" => "circle",
        "cl" => "close",
        "crt" | "ct" => "court",
        "cr" | "cres" => "crescent",
        "xing" => "crossing",
        "dr" | "drv" => "drive",
        "e" => "east",
        "expy" => "expressway",
        "ft" => "fort",
        "fwy" => "freeway",
        "gr" => "grove",
        "hts" => "heights",
        "hwy" => "highway",
        "jct" => "junction",
        "ln" => "lane",
        "mt" => "mount",
        "n" => "north",
        "ne" => "northeast",
        "nw" => "northwest",
        "pde" => "parade",
        "pk" => "park",
        "pkwy" | "pky" => "parkway",
        "pl" => "place",
        "plz" => "plaza",
        "pt" => "point",
        "rd" => "road",
        "rte" => "route",
        "s" => "south",
        "se" => "southeast",
        "sw" => "southwest",
        "sq" => "square",
        "saint" | "st" | "str" => "street",
        "tce" | "ter" | "terr" => "terrace",
        "trl" => "trail",
        "w" => "west",
        _ => word,
    }
}

fn is_house_number(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && word.is_ascii() && word.len() - digits <= 1
}

fn house_number(text: &str) -> Option<String> {
    let folded = fold(text);
    let word: String = folded.chars().filter(char::is_ascii_alphanumeric).collect();
    let number = word.trim_start_matches('0');
    (is_house_number(number) && number.len() <= 8).then(|| number.to_owned())
}

fn is_nowhere(name: &str) -> bool {
    matches!(
        name,
        "homeless"
            | "transient"
            | "generaldelivery"
            | "nofixedaddress"
            | "nofixedabode"
            | "noaddress"
            | "street"
            | "streets"
            | "shelter"
            | "unsheltered"
            | "nopermanentaddress"
            | "thestreet"
            | "various"
    ) || name.starts_with("pobox")
        || name.starts_with("unknown")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str) -> (Option<String>, Option<String>) {
        let street = street(None, text);
        (street.number, street.name)
    }

    #[test]
    fn spellings_of_one_address_meet() {
        let known = (Some("123".to_owned()), Some("northmainstreet".to_owned()));
        for text in [
            "123 N Main St Apt 4",
            "123 NORTH MAIN STREET",
            "123 n. main st., #4",
            "0123 North Main St Unit B",
        ] {
            assert_eq!(parts(text), known, "{text}");
        }
        let split = street(Some("123"), "North Main Street");
        assert_eq!((split.number, split.name), known);
    }

    #[test]
    fn nowhere_is_none() {
        for text in ["", "Homeless", "PO Box 12", "P.O. Box 12", "unknown", "general delivery", "n/a"] {
            assert_eq!(parts(text), (None, None), "{text}");
        }
        assert_eq!(parts("5th Ave"), (None, Some("5thavenue".to_owned())));
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(text in "\\PC{0,30}", line in "[0-9]{0,4} [A-Za-z# ]{0,20}") {
            for text in [text, line] {
                if let Some(once) = street(None, &text).name {
                    prop_assert_eq!(street(None, &once).name, Some(once.clone()));
                }
            }
        }
    }
}
