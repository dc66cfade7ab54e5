//! What identifiers look like in a text: the forms that the hub refuses to hold.
//!
//! These are nets, not proofs: they catch raw columns that slipped through a profile. What keeps
//! identifiers out is the closed contract; nothing outside it is ever stored.

use domain::Rule;

use crate::day;
use crate::rule;

/// What a text looks like, if it looks like an identifier whatever column it stands in: a social
/// security number, a telephone number, an e-mail or street address, a full date, a name.
pub(crate) fn lookalike(text: &str) -> Option<&'static Rule> {
    if is_email(text) {
        Some(&rule::ID_EMAIL)
    } else if is_address(text) {
        Some(&rule::ID_ADDRESS)
    } else if let Some(rule) = numbers(text) {
        Some(rule)
    } else if is_written_date(text) {
        Some(&rule::ID_BIRTH_DATE)
    } else if is_listed_name(text) || is_last_comma_first(text) {
        Some(&rule::ID_NAME)
    } else {
        None
    }
}

/// What a text looks like in a column that the contract does not know, where nothing has a right
/// to be: also capitalised words, hashes, and anything of several words.
pub(crate) fn strict_lookalike(text: &str) -> Option<&'static Rule> {
    lookalike(text).or_else(|| {
        if is_capitalised(text) {
            Some(&rule::ID_NAME)
        } else if is_hash(text) {
            Some(&rule::ID_HASH)
        } else if text.split_whitespace().count() > 1 {
            Some(&rule::ID_FREE_TEXT)
        } else {
            None
        }
    })
}

/// What a whole number looks like.
pub(crate) fn number_lookalike(number: i64) -> Option<&'static Rule> {
    numbers(&number.to_string())
}

fn is_email(text: &str) -> bool {
    text.split(|c: char| c.is_whitespace() || "<>,;()\"".contains(c)).any(|word| {
        word.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && host.split_once('.').is_some_and(|(name, top)| !name.is_empty() && !top.is_empty())
        })
    })
}

/// Runs of digits and the marks that stand between them, with nothing alphanumeric beside them.
fn numbers(text: &str) -> Option<&'static Rule> {
    let mark = |c: char| c.is_ascii_digit() || " -./()+".contains(c);
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| !mark(c)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        let beside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let inside_word = beside(before.chars().next_back())
            || (run.ends_with(|c: char| c.is_ascii_digit()) && beside(after.chars().next()));
        if !inside_word && let Some(rule) = number(run.trim_end_matches(|c: char| !c.is_ascii_digit())) {
            return Some(rule);
        }
        rest = after;
    }
    None
}

fn number(run: &str) -> Option<&'static Rule> {
    let groups: Vec<&str> = run.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    let lengths: Vec<usize> = groups.iter().map(|g| g.len()).collect();
    let digits: String = groups.concat();
    match lengths[..] {
        [4, 2, 2] | [8] | [1 | 2, 1 | 2, 2 | 4] if is_date(&groups) => Some(&rule::ID_BIRTH_DATE),
        [9] | [3, 2, 4] => Some(&rule::ID_SSN),
        [3, 4] => Some(&rule::ID_PHONE),
        _ if digits.len() == 10 || (digits.len() == 11 && digits.starts_with('1')) => Some(&rule::ID_PHONE),
        _ => None,
    }
}

fn is_date(groups: &[&str]) -> bool {
    let ymd = |y: &str, m: &str, d: &str| {
        day::parse(&format!("{y}-{m:0>2}-{d:0>2}")).is_some_and(|n| n >= day::EARLIEST)
    };
    match groups {
        [one] => ymd(&one[..4], &one[4..6], &one[6..]) || ymd(&one[4..], &one[..2], &one[2..4]),
        [y, m, d] if y.len() == 4 => ymd(y, m, d),
        [a, b, y] => {
            let year = if y.len() == 2 { format!("20{y}") } else { (*y).to_owned() };
            ymd(&year, a, b) || ymd(&year, b, a)
        }
        _ => false,
    }
}

/// `12-Mar-1990`, `March 12, 1990`.
fn is_written_date(text: &str) -> bool {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let month = |w: &str| {
        w.len() >= 3
            && w.is_ascii()
            && MONTHS.contains(&&w[..3])
            && w.bytes().all(|b| b.is_ascii_alphabetic())
    };
    let year = |w: &str| {
        w.len() == 4 && (w.starts_with("19") || w.starts_with("20")) && w.bytes().all(|b| b.is_ascii_digit())
    };
    let day = |w: &str| (1..=2).contains(&w.len()) && w.bytes().all(|b| b.is_ascii_digit());
    words.windows(3).any(|w| year(w[2]) && ((month(w[0]) && day(w[1])) || (day(w[0]) && month(w[1]))))
}

/// A house number followed within four words by the word for a street or a unit.
fn is_address(text: &str) -> bool {
    const STREETS: &str = "st street ave avenue rd road blvd boulevard dr drive ln lane \
        ct court pl place way ter terrace pkwy parkway hwy highway apt";
    let lower = text.to_ascii_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.iter().enumerate().any(|(at, word)| {
        let house = word.len() <= 6 && word.starts_with(|c: char| c.is_ascii_digit());
        house && words[at + 1..].iter().take(4).any(|w| STREETS.split(' ').any(|street| street == *w))
    })
}

/// Holds one of the most common given or family names of the United States that is no word of
/// the contract's own lists.
fn is_listed_name(text: &str) -> bool {
    const NAMES: &str = "anderson anthony ashley barbara brandon brenda carlos carol charles christopher cynthia daniel \
        david davis deborah donald donna dorothy edward elizabeth emily fernandez flores garcia gonzalez \
        hernandez jackson james jennifer jessica john johnson jones jose joseph juan karen kevin \
        kimberly linda lopez margaret maria martinez matthew melissa michael michelle miguel nguyen \
        patricia perez ramirez rebecca richard robert rodriguez sanchez sandra sarah smith stephanie \
        steven susan thomas thompson william williams";
    text.split(|c: char| !c.is_ascii_alphabetic())
        .any(|word| word.len() >= 4 && NAMES.split(' ').any(|name| name.eq_ignore_ascii_case(word)))
}

/// `DOE, JANE` and `Doe, Jane Q`.
fn is_last_comma_first(text: &str) -> bool {
    text.split_once(',').is_some_and(|(last, first)| {
        let words = |part: &str| {
            let n = part.split_whitespace().count();
            (1..=3).contains(&n) && part.split_whitespace().all(is_name_word)
        };
        words(last) && words(first)
    })
}

/// One to four capitalised words.
fn is_capitalised(text: &str) -> bool {
    let n = text.split_whitespace().count();
    (1..=4).contains(&n) && text.len() >= 3 && text.split_whitespace().all(is_name_word)
}

fn is_name_word(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || "'-.’".contains(c))
}

/// 32 or more hexadecimal digits, or as long in base 64.
fn is_hash(text: &str) -> bool {
    text.len() >= 32
        && text.len() <= 128
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/=_-".contains(&b))
        && text.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_seen() {
        for (text, rule) in [
            ("123-45-6789", "identified.ssn"),
            ("123456789", "identified.ssn"),
            ("ssn 123 45 6789.", "identified.ssn"),
            ("(312) 555-0142", "identified.phone"),
            ("3125550142", "identified.phone"),
            ("+1 312-555-0142", "identified.phone"),
            ("call 555-0142", "identified.phone"),
            ("jane@example.org", "identified.email"),
            ("Jane <jane@example.org>", "identified.email"),
            ("123 Main St Apt 4", "identified.address"),
            ("45B W. Oak Avenue", "identified.address"),
            ("04/17/1991", "identified.birth_date"),
            ("19910417", "identified.birth_date"),
            ("1991-04-17", "identified.birth_date"),
            ("17-Apr-1991", "identified.birth_date"),
            ("April 17, 1991", "identified.birth_date"),
            ("DOE, JANE Q", "identified.name"),
            ("maria_lopez", "identified.name"),
            ("SMITH", "identified.name"),
        ] {
            assert_eq!(lookalike(text).map(|r| r.id), Some(rule), "{text}");
        }
    }

    #[test]
    fn codes_and_words_are_not() {
        for text in [
            "female",
            "Female",
            "F",
            "1",
            "99",
            "8",
            "american_indian",
            "American Indian",
            "sex_only",
            "place_not_meant",
            "2025",
            "A-17",
            "64A",
            "T74.51",
            "x",
            "no answer",
            "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "0123456789abcdef0123456789abcdef",
            "link measure",
            "may",
            "1-3",
        ] {
            assert_eq!(lookalike(text).map(|r| r.id), None, "{text}");
        }
    }

    #[test]
    fn a_column_of_its_own_is_held_to_more() {
        for (text, rule) in [
            ("Okafor", "identified.name"),
            ("Jane Doe", "identified.name"),
            ("slept at the station", "identified.free_text"),
            ("0123456789abcdef0123456789abcdef", "identified.hash"),
            ("Mn7nQ0p1ZkB3tQ5v8xLr2sUeYw9aDcFg", "identified.hash"),
        ] {
            assert_eq!(strict_lookalike(text).map(|r| r.id), Some(rule), "{text}");
        }
        for text in ["a1", "north", "7", "x_y"] {
            assert_eq!(strict_lookalike(text).map(|r| r.id), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_read_as_numbers() {
        assert_eq!(number_lookalike(123_456_789).map(|r| r.id), Some("identified.ssn"));
        assert_eq!(number_lookalike(3_125_550_142).map(|r| r.id), Some("identified.phone"));
        assert_eq!(number_lookalike(19_910_417).map(|r| r.id), Some("identified.birth_date"));
        assert_eq!(number_lookalike(42), None);
        assert_eq!(number_lookalike(99_999_999), None);
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_stumble(text in "\\PC{0,60}") {
            let _ = strict_lookalike(&text);
        }

        #[test]
        fn every_keyed_id_passes(id in "[0-9a-f]{32}") {
            proptest::prop_assert!(lookalike(&id).is_none());
        }
    }
}
