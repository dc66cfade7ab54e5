//! What one cell by itself can look like.
//!
//! [`certain`] is the bar for a single cell in a column that is otherwise clean: forms that nothing
//! else has. [`lookalike`] is the bar for a text that stands where the contract wants a word of a
//! closed list, and that list does not have it: there, a lone name or a bare number is enough.

use crate::calendar::day_number;
use crate::handles::link;
use crate::kind::Kind;
use crate::lexicon::{Lexicon, fold};
use crate::mailbox::has_email;
use crate::numbers::ten_digits;
use crate::person::{comma_shaped, full_name};
use crate::street::address;
use crate::written::{Order, Written};

/// What a text surely holds, whatever stands around it: an e-mail address, a written social security
/// or telephone number, a house in a street, a whole name.
pub fn certain(text: &str) -> Option<Kind> {
    // One word of letters and digits is certain of nothing, and most cells are one.
    if text.len() < 5 || text.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let spaced = text.contains(' ');
    if has_email(text) {
        Some(Kind::Email)
    } else if let Some(kind) = link(text) {
        Some(kind)
    } else if spaced && known_as(text) {
        Some(Kind::Name)
    } else if let Some(kind) = runs(text).find_map(|run| written_number(&run, text)) {
        Some(kind)
    } else if spaced && address(text) {
        Some(Kind::Address)
    } else if (spaced || text.contains([',', '_', '.']))
        && full_name(text)
        && !Lexicon::shared().is_place(&fold(text))
    {
        Some(Kind::Name)
    } else {
        None
    }
}

/// What a text looks like, if it looks like an identifier, where only a word of a list may stand.
pub fn lookalike(text: &str) -> Option<Kind> {
    certain(text).or_else(|| {
        let bare = runs(text).find_map(|run| bare_number(&run));
        bare.or_else(|| whole_date(text).then_some(Kind::BirthDate))
            .or_else(|| (lone_name(text) || comma_shaped(text)).then_some(Kind::Name))
    })
}

/// `AKA Maria Garza`, `née López`: what says that a name follows.
fn known_as(text: &str) -> bool {
    if !text.starts_with(['a', 'A', 'f', 'F', 'n', 'N']) {
        return false;
    }
    let mut words = text.split_whitespace();
    let mark = words.next().unwrap_or_default().trim_end_matches([':', '.']).to_lowercase();
    let names = words.filter(|w| w.chars().all(|c| c.is_alphabetic() || "-'.".contains(c))).count();
    ["aka", "a/k/a", "a.k.a", "fka", "f/k/a", "née", "nee"].contains(&mark.as_str())
        && (1..=4).contains(&names)
}

/// Digits with the marks that may stand between them, nothing alphanumeric beside them.
struct Run<'a> {
    text: &'a str,
    groups: Vec<&'a str>,
    /// A word stands before or after it in the text.
    among_words: bool,
}

fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mark = |c: char| c.is_ascii_digit() || " -./()+".contains(c);
    let among_words = text.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).count() >= 1;
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find(|c: char| c.is_ascii_digit())?;
            let (before, from) = rest.split_at(at);
            let end = from.find(|c: char| !mark(c)).unwrap_or(from.len());
            let (run, after) = from.split_at(end);
            rest = after;
            let beside = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let within = beside(before.chars().next_back())
                || (run.ends_with(|c: char| c.is_ascii_digit()) && beside(after.chars().next()));
            if !within {
                let text = run.trim_end_matches(|c: char| !c.is_ascii_digit());
                let groups = text.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
                return Some(Run { text, groups, among_words });
            }
        }
    })
}

/// A number whose groups say what it is; among words also a bare one.
fn written_number(run: &Run, whole: &str) -> Option<Kind> {
    let lengths: Vec<usize> = run.groups.iter().map(|g| g.len()).collect();
    let digits: String = run.groups.concat();
    // `2024-03-05 00:00:00+00` is a moment and its zone.
    let plus = whole.contains('+') && !whole.contains(':') && (10..=15).contains(&digits.len());
    let behind_plus =
        whole.trim_start().strip_prefix('+').is_some_and(|rest| rest.starts_with(run.groups[0]));
    let marked = run.text.contains(['-', '.', ' ', ')', '/']);
    match lengths[..] {
        [3, 2, 4] if run.text.contains(['-', ' ', '.']) => Some(Kind::Ssn),
        [3, 3, 4] if marked && ten_digits(&digits) && !toll_free(&digits) => Some(Kind::Phone),
        [1, 3, 3, 4] if toll_free(&digits[1..]) => None,
        [1, 3, 3, 4] if marked && digits.starts_with('1') && ten_digits(&digits[1..]) => Some(Kind::Phone),
        _ if plus && (lengths.len() >= 2 || (behind_plus && !whole.contains('.'))) => Some(Kind::Phone),
        [3, 4] if run.among_words && run.text.contains('-') && run.groups[0].as_bytes()[0] >= b'2' => {
            Some(Kind::Phone)
        }
        [9] if run.among_words && says(whole, &["ssn", "social"]) => Some(Kind::Ssn),
        [4] if says(whole, &["ssn", "last four", "last 4"]) => Some(Kind::Ssn),
        [10] if run.among_words && ten_digits(&digits) && whole.contains(' ') => Some(Kind::Phone),
        [_, _, 2 | 4, ..] | [4, _, _, ..] if says(whole, &["dob", "d.o.b", "born", "birth"]) => {
            Some(Kind::BirthDate)
        }
        _ => None,
    }
}

/// Numbers that the called one pays for: a hotline's, nobody's own.
fn toll_free(digits: &str) -> bool {
    ["800", "833", "844", "855", "866", "877", "888"].iter().any(|area| digits.starts_with(area))
}

fn says(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    words.iter().any(|word| lower.contains(word))
}

/// Nine or ten digits, or the three groups of a number, where a word belongs.
fn bare_number(run: &Run) -> Option<Kind> {
    let lengths: Vec<usize> = run.groups.iter().map(|g| g.len()).collect();
    let digits: String = run.groups.concat();
    match lengths[..] {
        [9] => Some(Kind::Ssn),
        [3, 4] => Some(Kind::Phone),
        _ if digits.len() == 10 || (digits.len() == 11 && digits.starts_with('1')) => Some(Kind::Phone),
        _ => None,
    }
}

/// A date with its day, whole or within the text.
pub(crate) fn whole_date(text: &str) -> bool {
    let date = |text: &str| {
        let marks = text.bytes().filter(|b| !b.is_ascii_alphanumeric()).count();
        let parts = text.bytes().filter(u8::is_ascii_digit).count() >= 4 && (marks >= 2 || text.len() >= 8);
        let days = |w: Written| {
            [Order::Ymd, Order::Mdy, Order::Dmy].into_iter().find_map(|order| w.day(order, 2030))
        };
        parts && Written::read(text).and_then(days).is_some_and(|day| day >= day_number(1900, 1, 1))
    };
    date(text) || text.split_whitespace().any(|word| date(word.trim_matches(|c: char| !c.is_alphanumeric())))
}

/// A text that is one listed name and no place, or has one of the commonest among its words.
fn lone_name(text: &str) -> bool {
    const COMMONEST: &str = "anderson anthony ashley barbara brandon brenda carlos christopher cynthia daniel \
        david davis deborah donald donna dorothy edward elizabeth emily fernandez flores garcia gonzalez \
        hernandez jackson james jennifer jessica john johnson jones jose joseph juan karen kevin \
        kimberly linda lopez margaret maria martinez matthew melissa michael michelle miguel nguyen \
        patricia perez ramirez rebecca richard robert rodriguez sanchez sandra sarah smith stephanie \
        steven susan thomas thompson william williams";
    let folded = fold(text);
    let lexicon = Lexicon::shared();
    let words = folded.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty());
    let commonest = words.clone().any(|word| COMMONEST.split(' ').any(|name| name == word));
    let place = lexicon.is_place(&folded);
    (commonest && !place)
        || !place
            && (words.clone().count() == 1 && words.clone().all(|w| w.len() >= 4 && lexicon.is_only_name(w)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_seen() {
        for (text, kind) in [
            ("123-45-6789", Kind::Ssn),
            ("123456789", Kind::Ssn),
            ("ssn 123 45 6789.", Kind::Ssn),
            ("(312) 555-0142", Kind::Phone),
            ("3125550142", Kind::Phone),
            ("+1 312-555-0142", Kind::Phone),
            ("call 555-0142", Kind::Phone),
            ("jane@example.org", Kind::Email),
            ("Jane <jane@example.org>", Kind::Email),
            ("123 Main St Apt 4", Kind::Address),
            ("45B W. Oak Avenue", Kind::Address),
            ("04/17/1991", Kind::BirthDate),
            ("19910417", Kind::BirthDate),
            ("1991-04-17", Kind::BirthDate),
            ("17-Apr-1991", Kind::BirthDate),
            ("April 17, 1991", Kind::BirthDate),
            ("DOE, JANE Q", Kind::Name),
            ("maria_lopez", Kind::Name),
            ("SMITH", Kind::Name),
            ("Okafor", Kind::Name),
            ("Zvorkblatt, Wyxquandra", Kind::Name),
        ] {
            assert_eq!(lookalike(text), Some(kind), "{text}");
        }
    }

    #[test]
    fn some_are_certain_in_any_company() {
        for (text, kind) in [
            ("call Jane Doe 312-555-0142", Kind::Phone),
            ("met with Jane Doe at intake", Kind::Name),
            ("Mrs. Abernathy called", Kind::Name),
            ("DOE, JANE", Kind::Name),
            ("lives at 412 N Oak Ave, moved in", Kind::Address),
            ("dob 3/7/1990", Kind::BirthDate),
            ("her number is 3125550142", Kind::Phone),
        ] {
            assert_eq!(certain(text), Some(kind), "{text}");
        }
        assert_eq!(certain("2024-03-05 00:00:00+00"), None);
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
            "link measure",
            "may",
            "1-3",
            "0a1b2c3d4e5f60718293a4b5c6d7e8f9",
            "Legal aid",
            "Two or more",
            "24 Hour Court Program",
            "Hope Haven Shelter",
            "St. Francis House",
            "North Center",
            "Martin Luther King Center",
            "XX-501",
            "826158_1",
            "Org B - TH - 2",
            "2026 v1",
            "Grace Street Clinic",
            "Housing, other",
            "Ben Hill",
            "Cesar Chavez Day",
        ] {
            assert_eq!(lookalike(text), None, "{text}");
        }
    }
}
