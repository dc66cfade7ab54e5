//! Numbers of documents and things that have a form of their own: cards with a check digit, accounts, vehicles,
//! national ids with the birth date in them, devices.

use std::collections::BTreeSet;

use crate::dates::{Dates, dates};
use crate::kind::{Finding, Kind};
use crate::states::is_state;
use crate::values::Values;

/// Looks for forms that only such numbers have, in any column with digits in it.
pub(crate) fn documents(values: &Values, newest_day: i64) -> Option<Finding> {
    let texts: Vec<String> = values.meant().map(|v| bare(&v.text)).collect();
    if texts.len() < 3 {
        return None;
    }
    let share = |pass: &dyn Fn(&str) -> bool| {
        texts.iter().filter(|text| pass(text)).count() as f64 / texts.len() as f64
    };
    // Of drawn digits one in ten has the right check digit.
    let card = share(&|t| (13..=19).contains(&t.len()) && luhn(t));
    if card >= 0.9 {
        return Some(Finding::column(Kind::Document, card));
    }
    let benefits = share(&benefit_card);
    if benefits >= 0.9 {
        return Some(Finding::column(Kind::Document, benefits));
    }
    if let Some(share) = registers(values) {
        return Some(Finding::column(Kind::Document, share));
    }
    // In documents of a list of codes letters and digits do not vary at every place; in these they do.
    let form = share(&|t| {
        vehicle(t)
            || (account(t) && !award(t))
            || medicare(t)
            || device(t)
            || visitor(t)
            || receipt(t)
            || wallet(t)
    });
    if form >= 0.85 {
        return Some(Finding::column(Kind::Document, form));
    }
    let dashed = values.meant().filter(|v| device(&v.text.trim().replace('-', ":"))).count();
    if dashed as f64 >= 0.85 * texts.len() as f64 {
        return Some(Finding::column(Kind::Document, dashed as f64 / texts.len() as f64));
    }
    let known =
        values.meant().filter(|v| address_of_a_line(v.text.trim())).count() as f64 / texts.len() as f64;
    if known >= 0.8 {
        return Some(Finding::column(Kind::Location, known));
    }
    birth_inside(values, newest_day)
}

/// Letters and digits, in capitals, without the marks between them.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !" -".contains(*c)).map(|c| c.to_ascii_uppercase()).collect()
}

/// # Source
/// Luhn 1960, US patent 2,950,048; ISO/IEC 7812.
fn luhn(digits: &str) -> bool {
    let sum = digits.bytes().rev().enumerate().try_fold(0_u32, |sum, (at, b)| {
        let digit = char::from(b).to_digit(10)?;
        let doubled = if at % 2 == 1 { digit * 2 } else { digit };
        Some(sum + doubled / 10 + doubled % 10)
    });
    sum.is_some_and(|sum| sum > 0 && sum.is_multiple_of(10))
}

/// The card on which a state pays benefits, by the banks' numbers that states have.
///
/// # Source
/// ISO/IEC 7812 issuers of state benefit programs, by general knowledge.
fn benefit_card(text: &str) -> bool {
    const ISSUERS: [&str; 8] = ["5076", "5077", "5081", "6004", "6007", "6008", "6100", "6104"];
    (16..=19).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit())
        && ISSUERS.iter().any(|issuer| text.starts_with(issuer))
}

/// `23150-509`: a number of five digits drawn over all that there are, and one of a few courts' districts. Of a drug's numbers
/// the first five come again and the last do not.
///
/// # Source
/// Federal Bureau of Prisons, form of the register number, by general knowledge.
fn registers(values: &Values) -> Option<f64> {
    let pair = |text: &str| {
        let (head, tail) = text.trim().split_once('-')?;
        let digits = head.bytes().chain(tail.bytes()).all(|b| b.is_ascii_digit());
        (digits && head.len() == 5 && tail.len() == 3).then(|| (head.to_owned(), tail.to_owned()))
    };
    let all = values.meant().count();
    let pairs: Vec<(String, String)> = values.meant().filter_map(|v| pair(&v.text)).collect();
    let heads: BTreeSet<&str> = pairs.iter().map(|(head, _)| head.as_str()).collect();
    let tails: BTreeSet<&str> = pairs.iter().map(|(_, tail)| tail.as_str()).collect();
    let firsts: BTreeSet<u8> = pairs.iter().map(|(head, _)| head.as_bytes()[0]).collect();
    let share = pairs.len() as f64 / all as f64;
    (pairs.len() >= 10
        && share >= 0.9
        && heads.len() * 20 >= pairs.len() * 19
        && tails.len() * 2 <= pairs.len()
        && firsts.len() >= 6
        && values.variety() > 0.2)
        .then_some(share)
}

/// Seventeen signs without I, O and Q, the last four of them digits, and a letter behind the maker's.
///
/// # Source
/// ISO 3779; 49 CFR 565.
fn vehicle(text: &str) -> bool {
    let signs = text.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_uppercase() && !b"IOQ".contains(&b)));
    text.len() == 17
        && signs
        && text[3..13].bytes().any(|b| b.is_ascii_uppercase())
        && text[13..].bytes().all(|b| b.is_ascii_digit())
}

/// Countries whose accounts are written so.
///
/// # Source
/// ISO 13616 registry, by general knowledge.
const COUNTRIES: &str = "AD AE AL AT AZ BA BE BG BH BI BR BY CH CR CY CZ DE DJ DK DO EE EG ES FI FK FO FR GB GE GI GL GR GT HR HU IE \
     IL IQ IS IT JO KW KZ LB LC LI LT LU LV LY MC MD ME MK MN MR MT MU NI NL NO OM PK PL PS PT QA RO RS RU SA SC \
     SD SE SI SK SM SO ST SV TL TN TR UA VA VG XK YE";

/// An account number that begins with its country: two letters, two check digits, 11 to 30 signs. Letters that are a state's too
/// begin grants and contracts, which are shorter.
fn account(text: &str) -> bool {
    let (Some(head), Some(rest)) = (text.get(..4), text.get(4..)) else { return false };
    let head = head.as_bytes();
    COUNTRIES.split_whitespace().any(|country| text.starts_with(country))
        && (!is_state(&text[..2]) || text.len() >= 20)
        && head[2..].iter().all(u8::is_ascii_digit)
        && (11..=30).contains(&rest.len())
        && rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && rest.bytes().filter(u8::is_ascii_digit).count() >= 8
}

/// Numbers of grants of the federal government: `MN0247L5F5111825`, behind the letters of a state, and `2020-VT-BX-0120`.
///
/// # Source
/// HUD's award numbers of the Continuum of Care program and those of the Department of Justice, by general knowledge.
pub(crate) fn award(text: &str) -> bool {
    let fits = |form: &str| {
        text.len() == form.len()
            && text.bytes().zip(form.bytes()).all(|(b, sign)| match sign {
                b'9' => b.is_ascii_digit(),
                b'A' => b.is_ascii_alphabetic(),
                sign => b.eq_ignore_ascii_case(&sign),
            })
    };
    let housing = fits("AA9999L9A999999") || fits("AA9999L9A9999999");
    (housing && is_state(&text[..2])) || fits("2099-AA-AA-9999")
}

/// `1EG4TE5MK73`: eleven signs, letters and digits at fixed places.
///
/// # Source
/// Centers for Medicare & Medicaid Services, form of the beneficiary identifier, by general knowledge.
fn medicare(text: &str) -> bool {
    let b = text.as_bytes();
    let letter = |at: usize| b[at].is_ascii_uppercase();
    let digit = |at: usize| b[at].is_ascii_digit();
    b.len() == 11
        && [0, 3, 6, 9, 10].into_iter().all(digit)
        && [1, 4, 7, 8].into_iter().all(letter)
        && b[0] != b'0'
}

/// `IOE0912345678`: a petition to the immigration service.
fn receipt(text: &str) -> bool {
    const OFFICES: [&str; 8] = ["IOE", "SRC", "LIN", "WAC", "EAC", "MSC", "NBC", "YSC"];
    text.len() == 13
        && OFFICES.iter().any(|office| text.starts_with(office))
        && text[3..].bytes().all(|b| b.is_ascii_digit())
}

/// `N0012345678`: a student or exchange visitor.
fn visitor(text: &str) -> bool {
    text.len() == 11 && text.strip_prefix("N00").is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
}

/// Six bytes with colons between them, or three pairs with points.
fn device(text: &str) -> bool {
    let hex =
        |group: &&str, length: usize| group.len() == length && group.bytes().all(|b| b.is_ascii_hexdigit());
    let bytes: Vec<&str> = text.split(':').collect();
    let pairs: Vec<&str> = text.split('.').collect();
    (bytes.len() == 6 && bytes.iter().all(|group| hex(group, 2)))
        || (pairs.len() == 3 && pairs.iter().all(|group| hex(group, 4)))
}

/// An account of a currency without a bank, as its form has it.
fn wallet(text: &str) -> bool {
    let long = text.len() >= 26 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    long && text.starts_with("BC1Q") || (text.len() == 42 && text.starts_with("0X"))
}

/// `2600:1700:0:0:0:0:0:1`, `2600:1700::1`.
fn address_of_a_line(text: &str) -> bool {
    let quad: Vec<&str> = text.split('.').collect();
    if quad.len() == 4 && quad.iter().all(|group| group.parse::<u8>().is_ok()) {
        return true;
    }
    let groups: Vec<&str> = text.split(':').collect();
    (4..=8).contains(&groups.len())
        && text.len() >= 8
        && (groups.len() == 8 || text.contains("::"))
        && groups.iter().all(|g| g.len() <= 4 && g.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// Codes of one form with a date in them that is spread as births are: letters of a name and a birthday, as agencies
/// make them and several countries' national ids are.
fn birth_inside(values: &Values, newest_day: i64) -> Option<Finding> {
    let run = |text: &str, length: usize| {
        let lettered = text.bytes().any(|b| b.is_ascii_alphabetic() || b == b'-');
        let runs = text.split(|c: char| !c.is_ascii_digit());
        let long = runs.filter(|run| run.len() >= length).max_by_key(|run| run.len())?;
        (lettered && text.len() <= 24).then(|| long[..length].to_owned())
    };
    // Of digits only, eleven that begin with six of a date, or eighteen with eight within.
    let bare = |text: &str, length: usize| {
        let (from, whole) = if length == 8 { (6, 18) } else { (0, 11) };
        let digits = text.bytes().take(17).all(|b| b.is_ascii_digit());
        (text.len() == whole && digits).then(|| text[from..from + length].to_owned())
    };
    [8, 6].into_iter().find_map(|length| {
        let inside = values.map(|text| bare(text.trim(), length).or_else(|| run(text.trim(), length)));
        if (inside.sample.len() as f64) < 0.95 * values.meant().count() as f64 || inside.sample.len() < 3 {
            return None;
        }
        match dates(&inside, newest_day) {
            Dates::Births(share) => Some(Finding::column(Kind::BirthDate, share)),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told() {
        assert!(luhn("4111111111111111") && !luhn("4111111111111112") && !luhn("0000000000000000"));
        assert!(vehicle("1HGCM82633A004352") && !vehicle("EXPORTOFTHEWEEK12"));
        assert!(!vehicle("CT107120201414233"), "a contract");
        assert!(account("DE89370400440532013000") && !account("TX700"));
        assert!(award("NY0251L2T6012212") && !account("CT107120201414233"));
        assert!(medicare("1EG4TE5MK73") && !medicare("20240301001"));
        assert!(device("00:1B:44:11:3A:B7") && device("001B.4411.3AB7") && !device("01:23:45"));
        assert!(
            address_of_a_line("2600:1700::1")
                && address_of_a_line("24.14.103.91")
                && !address_of_a_line("01:23:45")
        );
    }
}
