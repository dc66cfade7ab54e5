//! Numbers and addresses that stand for a person: SSN, telephone, e-mail, postcode.

use crate::fold::{fold, says_nothing};

/// What an SSN cell holds.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Ssn {
    /// Nine digits that the Social Security Administration can have given out.
    Whole(String),
    /// Only the last four.
    LastFour(String),
}

/// A whole number without the decimals that a program gave it: `536228765.0`. What lost a leading zero by becoming
/// a number has a digit too few, and is none of what it was.
pub(crate) fn without_decimals(text: &str) -> &str {
    let Some((whole, decimals)) = text.rsplit_once('.').filter(|(whole, _)| !whole.is_empty()) else {
        return text;
    };
    let number = !decimals.is_empty()
        && decimals.bytes().all(|byte| byte == b'0')
        && whole.bytes().all(|byte| byte.is_ascii_digit());
    if number { whole } else { text }
}

/// Nine valid digits, or four where the rest is masked. Areas 000, 666 and 9xx, group 00, serial
/// 0000, one digit nine times, runs and numbers printed on sample cards are nobody's. Punctuation stands between the
/// three parts or around them: elsewhere it is a sign that digits are missing.
pub(crate) fn ssn(text: &str) -> Option<Ssn> {
    let text = without_decimals(text.trim());
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let rest = text.chars().filter(|c| !c.is_ascii_digit());
    if digits.len() == 4 {
        let masked = rest.clone().all(|c| matches!(c, 'x' | 'X' | '*' | '#' | '-' | ' '));
        return (masked && !same_digit(&digits)).then_some(Ssn::LastFour(digits));
    }
    let mut before = 0;
    let punctuation = text.chars().all(|c| {
        before += usize::from(c.is_ascii_digit());
        c.is_ascii_digit() || (matches!(c, '-' | ' ' | '.') && matches!(before, 0 | 3 | 5 | 9))
    });
    let (area, group, serial) = (digits.get(..3)?, digits.get(3..5)?, digits.get(5..)?);
    let valid = punctuation
        && digits.len() == 9
        && !matches!(area, "000" | "666")
        && !area.starts_with('9')
        && group != "00"
        && serial != "0000"
        && !same_digit(&digits)
        && !matches!(
            digits.as_str(),
            "123456789" | "123121234" | "078051120" | "219099999" | "457555462" | "111223333"
        );
    valid.then_some(Ssn::Whole(digits))
}

fn same_digit(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    bytes.iter().all(|b| *b == bytes[0])
}

/// Ten digits of the North American plan; a word in front (`cell:`), an extension, a second number and a leading 1 go. A
/// number beside which another person stands (`mom`, `case worker`) is theirs.
pub(crate) fn phone(text: &str) -> Option<String> {
    let lower = without_decimals(text.trim()).to_ascii_lowercase();
    if names_another(&lower) {
        return None;
    }
    let start = lower.find(|c: char| c.is_ascii_digit()).unwrap_or(lower.len());
    let ends = |c: char| c.is_alphabetic() || matches!(c, ';' | ',' | '|' | '&');
    let number = lower[start..].split(ends).next().unwrap_or_default();
    let count = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let number = number.split_once('/').map_or(number, |(one, _)| if count(one) > 9 { one } else { number });
    let written: String = number.chars().filter(char::is_ascii_digit).collect();
    // `+1` as some countries dial it.
    let dialled =
        ["1", "001"].iter().find_map(|code| written.strip_prefix(code).filter(|rest| rest.len() == 10));
    let digits = dialled.unwrap_or(&written);
    let bytes = digits.as_bytes();
    let valid = bytes.len() == 10
        && bytes[0] >= b'2'
        && bytes[3] >= b'2'
        && !same_digit(&digits[3..])
        && digits != "2345678901";
    valid.then(|| digits.to_owned())
}

/// People beside whose name or office a number or an address is not the person's own.
const OTHERS: [&str; 44] = [
    "mom",
    "mother",
    "dad",
    "father",
    "parent",
    "parents",
    "guardian",
    "sister",
    "brother",
    "aunt",
    "uncle",
    "cousin",
    "grandma",
    "grandmother",
    "grandpa",
    "grandfather",
    "son",
    "daughter",
    "wife",
    "husband",
    "spouse",
    "partner",
    "boyfriend",
    "girlfriend",
    "friend",
    "neighbor",
    "neighbour",
    "roommate",
    "landlord",
    "employer",
    "boss",
    "worker",
    "caseworker",
    "advocate",
    "counselor",
    "therapist",
    "attorney",
    "lawyer",
    "probation",
    "parole",
    "emergency",
    "school",
    "foster",
    "shelter",
];

/// Whether a text in small letters names somebody else.
fn names_another(lower: &str) -> bool {
    lower.bytes().any(|byte| byte.is_ascii_alphabetic())
        && lower.split(|c: char| !c.is_alphabetic()).any(|word| OTHERS.contains(&word))
}

/// Of a cell in which people and programs write more than an address, the first: `Ana <a@x.org>`, `a@x.org; b@x.org`,
/// `e-mail: a@x.org`, `a@x.org (work)`, and Access's `a@x.org#mailto:a@x.org#`.
fn bare_email(cell: &str) -> &str {
    let cell = cell.trim();
    let inner =
        cell.split_once('<').and_then(|(_, inner)| inner.split_once('>')).map_or(cell, |(inner, _)| inner);
    let first =
        inner.split([';', ',', '#', '|']).map(str::trim).find(|part| part.contains('@')).unwrap_or(inner);
    let is_label = |text: &str| text.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | ' '));
    let first =
        first.split_once(':').filter(|(label, _)| is_label(label)).map_or(first, |(_, rest)| rest).trim();
    let noted = |note: &str| note.starts_with('(') && note.ends_with(')');
    let first = first.split_once(' ').filter(|(_, note)| noted(note.trim())).map_or(first, |(bare, _)| bare);
    first.trim_matches(['"', '\'']).trim_end_matches('.')
}

/// Lower case, without a `+tag`; addresses that say there is none go.
pub(crate) fn email(text: &str) -> Option<String> {
    let folded = fold(text);
    // The name before `<a@x.org>` is the person's.
    let beside = || folded.split_whitespace().filter(|word| !word.contains('@'));
    if folded.contains(' ') && !folded.contains('<') && beside().any(names_another) {
        return None;
    }
    let (local, domain) = bare_email(&folded).split_once('@')?;
    let local = local.split('+').next().unwrap_or_default();
    let plain = |part: &str| !part.is_empty() && !part.contains(['@', ' ', ',', ';']);
    let nobody = matches!(
        local,
        "none"
            | "no"
            | "na"
            | "noemail"
            | "test"
            | "unknown"
            | "email"
            | "noreply"
            | "donotreply"
            | "refused"
            | "x"
            | "nomail"
    ) || says_nothing(local);
    let valid = plain(local) && plain(domain) && domain.contains('.') && !domain.starts_with('.') && !nobody;
    valid.then(|| format!("{local}@{domain}"))
}

/// The first five digits of a ZIP code; of a code with letters (Britain's, Canada's) the outward part, all
/// but the last three characters, which covers about as many homes; any other as it is. A number with decimals is
/// a ZIP code or none, and so are seven digits and more: with a digit too few they are cut at another place.
pub(crate) fn postcode(text: &str) -> Option<String> {
    let whole = without_decimals(text.trim());
    let code: String = fold(whole).chars().filter(char::is_ascii_alphanumeric).collect();
    let all_digits = code.bytes().all(|b| b.is_ascii_digit());
    let code = match code.len() {
        9 if all_digits => code[..5].to_owned(),
        length if all_digits && length >= 7 => return None,
        length if all_digits && length != 5 && whole.len() < text.trim().len() => return None,
        5 | 6 if all_digits => code,
        5..=7 => code[..code.len() - 3].to_owned(),
        _ => code,
    };
    let valid =
        (2..=8).contains(&code.len()) && code.bytes().any(|b| b.is_ascii_digit()) && !same_digit(&code);
    valid.then_some(code)
}

/// An identifier that is compared as it is, but for case and surrounding space.
pub(crate) fn other(text: &str) -> Option<String> {
    let folded = fold(text);
    let folded = without_decimals(folded.trim()).to_owned();
    let bare: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    let nobody = says_nothing(&folded) || bare.len() < 3 || same_digit(&bare);
    (!nobody).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ssns_that_nobody_has_are_none() {
        for text in [
            "",
            "999-99-9999",
            "123-45-6789",
            "000123456",
            "666123456",
            "900123456",
            "123001234",
            "123450000",
            "111111111",
            "12345678",
            "1234567890",
            "078-05-1120",
            "12345678a9",
            "12345678.0",
            "53-622-8765",
            "5 3 6 2 2 8 7 6 5",
            "unknown",
            "xxx-xx-0000",
        ] {
            assert!(ssn(text).is_none(), "{text}");
        }
        assert!(ssn("536-22-8765") == Some(Ssn::Whole("536228765".to_owned())));
        assert!(ssn("XXX-XX-8765") == Some(Ssn::LastFour("8765".to_owned())));
    }

    #[test]
    fn a_number_loses_its_decimals_and_nothing_else() {
        for (text, whole) in [
            ("536228765.0", "536228765"),
            ("7.000", "7"),
            ("7.50", "7.50"),
            ("7.", "7."),
            (".0", ".0"),
            ("404.555.0", "404.555.0"),
            ("-7.0", "-7.0"),
            ("", ""),
        ] {
            assert_eq!(without_decimals(text), whole);
        }
    }

    #[test]
    fn phones() {
        for text in [
            "(404) 555-1234",
            "404.555.1234",
            "1-404-555-1234",
            "404-555-1234 x12",
            "+1 404 555 1234 ext. 9",
            "cell: 404-555-1234",
            "Mobile (404) 555-1234",
            "home 404-555-1234 ext 2",
            "tel:+14045551234",
            "404-555-1234 (cell)",
            "404-555-1234 or 404-555-9999",
            "404-555-1234 / 404-555-9999",
            "404/555-1234",
            "404-555-1234 cell, 404-555-9999 home",
            "0014045551234",
            "do not call 404-555-1234",
        ] {
            assert_eq!(phone(text).as_deref(), Some("4045551234"), "{text}");
        }
        for text in [
            "mom 404-555-1234",
            "Mom's cell: 404-555-1234",
            "case worker: 404-555-1234",
            "404-555-1234 (mother)",
        ] {
            assert_eq!(phone(text), None, "somebody else's: {text}");
        }
        for text in
            ["", "555-1234", "0000000000", "9999999999", "555-555-5555", "1234567890", "044 1234 5678"]
        {
            assert_eq!(phone(text), None, "{text}");
        }
    }

    #[test]
    fn emails_and_postcodes() {
        assert_eq!(email(" Ana.Ruiz+x@Mail.org ").as_deref(), Some("ana.ruiz@mail.org"));
        for text in [
            "ana.ruiz@mail.org#mailto:Ana.Ruiz@mail.org#",
            "#mailto:ana.ruiz@mail.org#",
            "Ana Ruiz <Ana.Ruiz@mail.org>",
            "\"Ruiz, Ana\" <ana.ruiz@mail.org>",
            "ana.ruiz@mail.org; ana@x.org",
            "n/a; ana.ruiz@mail.org",
            "mailto:ana.ruiz@mail.org",
            "ana.ruiz@mail.org,",
            "ana.ruiz@mail.org.",
            "\"ana.ruiz@mail.org\"",
            "e-mail: ana.ruiz@mail.org",
            "ana.ruiz@mail.org (work)",
        ] {
            assert_eq!(email(text).as_deref(), Some("ana.ruiz@mail.org"), "{text}");
        }
        for text in [
            "",
            "none@none.com",
            "n/a",
            "a@b",
            "@x.org",
            "a b@x.org",
            "<>",
            "Ana <>",
            "#@#",
            ";@;",
            "mom: ana@x.org",
            "ana@x.org (mother)",
        ] {
            assert_eq!(email(text), None, "{text}");
        }
        assert_eq!(postcode("30303-1234").as_deref(), Some("30303"));
        assert_eq!(postcode("4011").as_deref(), Some("4011"));
        assert_eq!(postcode("TQ13 8DF").as_deref(), Some("tq13"));
        assert_eq!(postcode("M1 1AE").as_deref(), Some("m1"));
        for text in ["00000", "99999", "-", "unknown", "", "2134.0", "21344433", "2134-4433", "303031234567"]
        {
            assert_eq!(postcode(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(text in "\\PC{0,20}", digits in "[0-9 ()-]{7,14}", mail in "[a-zA-Z.+]{1,8}@[a-z.]{1,8}") {
            for normalize in [phone, email, postcode, other] {
                for text in [&text, &digits, &mail] {
                    if let Some(once) = normalize(text) {
                        prop_assert_eq!(normalize(&once), Some(once.clone()));
                    }
                }
            }
            if let Some(Ssn::Whole(once)) = ssn(&digits) {
                prop_assert!(ssn(&once) == Some(Ssn::Whole(once.clone())));
            }
        }
    }
}
