//! Cells that hold a hash where a word should stand, in whatever dress: `0x…`, `$sha256$…`, `{SHA}…`, Base64, a GUID,
//! digits in groups, a hash cut short.
//!
//! Nearly all cells of an export are words, and shorter than any hash: their length tells.

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::hashed_hmis::{SOUND_DIGITS, is_digest};

/// A hash.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HashedCell {
    /// Its hexadecimal digits, in small letters: as many at least as tokens take of one.
    Digits(String),
    /// One that each agency, or each cell, makes otherwise (bcrypt and the like): there is nothing to compare.
    Salted,
}

impl HashedCell {
    /// The digits, where there is something to compare.
    pub(crate) fn into_digits(self) -> Option<String> {
        match self {
            Self::Digits(digits) => Some(digits),
            Self::Salted => None,
        }
    }
}

/// The fewest characters of a hash that tells itself from a name.
const SHORTEST: usize = 16;
/// The fewest digits of one that its whole column tells ([`is_short_hash`]): CRC-32 has as many.
const SHORTEST_OF_A_COLUMN: usize = 8;
const LONGEST: usize = 256;

/// The hash that a cell holds. Of a column of `short` hashes a few digits are one.
pub(crate) fn hashed_cell(cell: &str, short: bool) -> Option<HashedCell> {
    // Nearly all cells are too short for one.
    if !short && cell.len() < SHORTEST && !cell.contains('=') {
        return None;
    }
    let cell = undotted(unquoted(cell));
    if short && (SHORTEST_OF_A_COLUMN..=LONGEST).contains(&cell.len()) && is_hex(cell) {
        return Some(digits(cell));
    }
    if !(SHORTEST..=LONGEST).contains(&cell.len()) || !cell.is_ascii() {
        let eight_bytes = cell.len() == 12 && cell.ends_with('=');
        return if eight_bytes { from_base64(cell).map(|hex| digits(&hex)) } else { None };
    }
    let (bare, dressed) = undressed(cell);
    if is_digest(bare) || is_hex(bare) && bare.len() >= SHORTEST && is_mixed(bare) {
        return Some(digits(bare));
    }
    grouped(bare)
        .map(|joined| digits(&joined))
        .or_else(|| from_base64(bare).or_else(|| from_base32(bare)).map(|hex| digits(&hex)))
        .or_else(|| (dressed && is_salted(bare)).then_some(HashedCell::Salted))
}

/// A cell without the quotes that programs leave around one: a spreadsheet's `'…`, `"…"`, Python's `b'…'`.
fn unquoted(cell: &str) -> &str {
    let quote = |c: char| matches!(c, '\'' | '"');
    let bytes = cell.strip_prefix('b').filter(|rest| rest.starts_with(quote));
    let cell = bytes.unwrap_or(cell);
    if cell.starts_with(quote) { cell.trim_matches(quote) } else { cell }
}

/// A cell without the dots by which programs show that they cut it.
fn undotted(cell: &str) -> &str {
    let end = if cell.ends_with("...") { '.' } else { '…' };
    cell.trim_end_matches(end)
}

/// Whether a cell may be a hash cut short, of 8 to 15 digits. A name of such letters has no digit.
pub(crate) fn is_short_hash(cell: &str) -> bool {
    let cell = undotted(unquoted(cell));
    (SHORTEST_OF_A_COLUMN..SHORTEST).contains(&cell.len()) && is_hex(cell) && is_mixed(cell)
}

/// The fields whose columns may be of short hashes: first, last and full name, and the SSN.
pub(crate) const SHORT_FIELDS: usize = 4;

/// Of each of them, whether its column is one of short hashes.
pub(crate) type ShortHashes = [bool; SHORT_FIELDS];

/// Counts the cells of those columns.
#[derive(Default)]
pub(crate) struct ShortCounts([(u64, u64); SHORT_FIELDS]);

impl ShortCounts {
    /// The fewest cells that tell.
    const LEAST_CELLS: u64 = 5;

    pub(crate) fn add(&mut self, field: usize, cell: &str) {
        let (filled, short) = &mut self.0[field];
        *filled += u64::from(!cell.is_empty());
        *short += u64::from(is_short_hash(cell));
    }

    /// Where most of what stands in it are such hashes, the rest are too.
    pub(crate) fn finish(&self) -> ShortHashes {
        self.0.map(|(filled, short)| filled >= Self::LEAST_CELLS && 2 * short > filled)
    }
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Whether letters and digits stand in it.
fn is_mixed(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// As many digits as tokens take, at least.
fn digits(hex: &str) -> HashedCell {
    let mut digits = hex.to_ascii_lowercase();
    while digits.len() < SOUND_DIGITS {
        digits.push('0');
    }
    HashedCell::Digits(digits)
}

/// What programs write in front of a hash, before a colon.
const NAMES: [&str; 14] = [
    "md5", "sha", "sha1", "sha224", "sha256", "sha384", "sha512", "hash", "hmac", "enc", "tok", "token",
    "uuid", "guid",
];

/// The hash without what programs write around it, and whether they wrote anything.
fn undressed(cell: &str) -> (&str, bool) {
    let is_name = |name: &str| {
        let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
    };
    // `{…}`, `[…]`, `<…>`, `(…)`, `SHA256(…)`.
    let within = |open: char, close: char| {
        let (name, rest) = cell.split_once(open)?;
        let inner = rest.strip_suffix(close).filter(|_| name.is_empty() || open == '(' && is_name(name))?;
        Some((inner, open == '{' || !name.is_empty()))
    };
    let pairs = [('{', '}'), ('[', ']'), ('<', '>'), ('(', ')')];
    if let Some(inner) = pairs.into_iter().find_map(|(open, close)| within(open, close)) {
        return inner;
    }
    let urn = cell.get(..4).filter(|start| start.eq_ignore_ascii_case("urn:"));
    if let Some((_, rest)) = urn.and_then(|_| cell.rsplit_once(':')) {
        return (rest, true);
    }
    if cell.starts_with('$') || cell.starts_with('{') {
        // `$sha256$salt$hash`, `{SHA256}hash`.
        let end = cell.rfind(['$', '}']).unwrap_or_default();
        return (&cell[end + 1..], true);
    }
    let number = ["0x", "0X", "\\x", "x'", "X'"].iter().find_map(|start| cell.strip_prefix(start));
    // Base64 may begin so, too.
    if let Some(number) = number.map(|rest| rest.trim_end_matches('\'')).filter(|rest| is_hex(rest)) {
        return (number, true);
    }
    if let Some((_, rest)) = cell.split_once([':', '=', '|']).filter(|(name, _)| is_name(name)) {
        return (rest.trim_start(), true);
    }
    // `HASH-3fa4…`, where people may be called so too.
    let behind = cell.rsplit_once(['-', '_']).filter(|(name, _)| is_name(name));
    behind.map_or((cell, false), |(_, rest)| (rest, false))
}

/// Digits with one mark between groups of one length, as `ab:cd:…`, or in the groups of a GUID.
fn grouped(text: &str) -> Option<String> {
    let mark =
        text.chars().find(|c| !c.is_ascii_hexdigit()).filter(|mark| matches!(mark, ':' | '-' | ' ' | '.'))?;
    let mut lengths = text.split(mark).map(|group| if is_hex(group) { group.len() } else { 0 });
    let guid = || text.split(mark).map(str::len).eq([8, 4, 4, 4, 12]);
    let first = lengths.next()?;
    let alike = lengths.clone().all(|length| length == first);
    if first == 0 || lengths.any(|length| length == 0) || !(alike || guid()) {
        return None;
    }
    let joined = text.replace(mark, "");
    (is_digest(&joined) && is_mixed(&joined)).then_some(joined)
}

/// The hexadecimal digits of a hash in Base64, of either alphabet, with what fills it up or without.
fn from_base64(text: &str) -> Option<String> {
    let body = text.trim_end_matches('=');
    // Filled up, of eight bytes and more. MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512.
    let filled_up = (1..=2).contains(&(text.len() - body.len())) && body.len() >= 11;
    let as_long = matches!(body.len(), 22 | 27 | 38 | 43 | 64 | 86);
    let filled_up = filled_up && text.len().is_multiple_of(4) && (as_long || is_unlike_a_name(body));
    if !(filled_up || as_long && is_stirred(body)) {
        return None;
    }
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let read = |alphabet| GeneralPurpose::new(alphabet, config).decode(body).ok();
    read(&STANDARD).or_else(|| read(&URL_SAFE)).map(hex::encode)
}

/// The hexadecimal digits of a hash in Base32, of capitals or small letters, with what fills it up or without.
fn from_base32(text: &str) -> Option<String> {
    let body = text.trim_end_matches('=');
    // MD5, SHA-1, SHA-256, SHA-512.
    let filled_up = body.len() < text.len() && text.len().is_multiple_of(8);
    if !matches!(body.len(), 26 | 32 | 52 | 103) || !(filled_up || is_strewn(body)) {
        return None;
    }
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for byte in body.bytes() {
        let five = match byte.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => letter - b'A',
            digit @ b'2'..=b'7' => digit - b'2' + 26,
            _ => return None,
        };
        (bits, held) = (bits << 5 | u32::from(five), held + 5);
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    Some(hex::encode(bytes))
}

/// Whether digits stand among its letters, or two capitals side by side among small ones.
fn is_unlike_a_name(text: &str) -> bool {
    let capitals = text.as_bytes().windows(2).any(|two| two.iter().all(u8::is_ascii_uppercase));
    is_mixed(text) || capitals && text.bytes().any(|byte| byte.is_ascii_lowercase())
}

/// Whether letters of one case have digits strewn among them.
fn is_strewn(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let changes = text.as_bytes().windows(2).filter(|two| is_digit(two[0]) != is_digit(two[1])).count();
    changes >= 3 && !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
}

/// Whether capitals, small letters and digits change as often as only chance makes them.
fn is_stirred(text: &str) -> bool {
    let class = |byte: u8| (byte.is_ascii_uppercase(), byte.is_ascii_lowercase(), byte.is_ascii_digit());
    let changes = text.as_bytes().windows(2).filter(|two| class(two[0]) != class(two[1])).count();
    is_mixed(text) && 3 * changes >= text.len()
}

/// What may be the last part of `$2b$12$…` and its like: one word with digits in it.
fn is_salted(bare: &str) -> bool {
    bare.len() >= SHORTEST && is_mixed(bare) && !bare.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BASE32: &str = "FSZQ2XXWPBAS3MQIOXGPEXDD74FBWLB5JZPWA4MCSOSLLRWX5D4Q====";
    const HEX: &str = "2cb30d5ef678412db20875ccf25c63ff0a1b2c3d4e5f60718293a4b5c6d7e8f9";

    fn read(cell: &str) -> Option<String> {
        hashed_cell(cell, false).and_then(HashedCell::into_digits)
    }

    #[test]
    fn a_hash_is_the_same_in_every_dress() {
        let guid = "2cb30d5e-f678-412d-b208-75ccf25c63ff";
        let colons: Vec<&str> = (0..32).map(|at| &HEX[2 * at..2 * at + 2]).collect();
        let fours: Vec<&str> = (0..16).map(|at| &HEX[4 * at..4 * at + 4]).collect();
        for cell in [
            HEX.to_owned(),
            HEX.to_uppercase(),
            format!("0x{HEX}"),
            format!("'{HEX}"),
            format!("\"{HEX}\""),
            format!("b'{HEX}'"),
            format!("0x{}", HEX.to_uppercase()),
            format!("\\x{HEX}"),
            format!("X'{HEX}'"),
            format!("$sha256${HEX}"),
            format!("$5$salt${HEX}"),
            format!("{{SHA256}}{HEX}"),
            format!("SHA-256: {HEX}"),
            format!("sha256={HEX}"),
            colons.join(":"),
            colons.join("-"),
            fours.join(" "),
            "LLMNXvZ4QS2yCHXM8lxj/wobLD1OX2BxgpOktcbX6Pk=".to_owned(),
            "LLMNXvZ4QS2yCHXM8lxj_wobLD1OX2BxgpOktcbX6Pk".to_owned(),
            "sha256-LLMNXvZ4QS2yCHXM8lxj/wobLD1OX2BxgpOktcbX6Pk=".to_owned(),
            format!("HASH-{HEX}"),
            format!("SHA256({HEX})"),
            format!("[{HEX}]"),
            format!("<{HEX}>"),
            format!("md5|{HEX}"),
            format!("urn:sha256:{HEX}"),
            format!("{HEX}..."),
            format!("\"{HEX}…\""),
            BASE32.to_owned(),
            BASE32.to_lowercase(),
            BASE32.trim_end_matches('=').to_owned(),
        ] {
            assert_eq!(read(&cell).as_deref(), Some(HEX), "{cell}");
        }
        for cell in [
            guid,
            &format!("{{{guid}}}"),
            &format!("urn:uuid:{guid}"),
            &guid.to_uppercase(),
            "LLMNXvZ4QS2yCHXM8lxj/w==",
        ] {
            assert_eq!(read(cell).as_deref(), Some(&HEX[..32]), "{cell}");
        }
        for cell in [HEX[..16].to_owned(), format!("HASH-{}", &HEX[..16]), "LLMNXvZ4QS0=".to_owned()] {
            assert_eq!(read(&cell).as_deref(), Some(&HEX[..16]), "{cell}");
        }
        assert_eq!(read(&format!("{}...", &HEX[..20])).as_deref(), Some(&HEX[..20]));
        let begins_so = read("0XEIXvZ4QS2yCHXM8lxj/wobLD1OX2BxgpOktcbX6Pk=").expect("Base64");
        assert!(begins_so.starts_with("d171085e") && begins_so.len() == 64, "{begins_so}");
        for salted in [
            "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
            "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b4dWRWJTmaaJObG",
        ] {
            assert_eq!(hashed_cell(salted, false), Some(HashedCell::Salted), "{salted}");
        }
    }

    #[test]
    fn names_and_what_stands_beside_them_are_no_hashes() {
        for cell in [
            "",
            "Dee",
            "'Dee'",
            "b'Ada'",
            "Fae",
            "Ada",
            "Abbe",
            "Decade Bead",
            "Abad-Abad",
            "Facade",
            "deadbeef",
            "Ada Fae Dee Abba Cade Deb",
            "dee-fae-ada-bab",
            "María Guadalupe Fernández",
            "MariaGuadalupeFernandez",
            "Maria-Guadalupe Fernandez Ruiz",
            "MariaGuadalupe1990Ruiz",
            "Wolfeschlegelsteinhausenbergerdorff",
            "Ana 2",
            "John Smith III 1990",
            "Unknown 1990-05-01",
            "536-22-8765",
            "(404) 555-1234 x 1234",
            "2025-01-02 10:30:00",
            "1234 Abbe Ct Apt 22",
            "ana.ruiz1990@post.example",
            "St. Mary's (Client 12)",
            "{none}",
            "$",
            "0x",
            "{Ana Maria Ruiz Sosa}",
            "$ no name was given 2",
            "1234567890123456",
            "12345678901234567890123456789",
            "P3591522304",
            "facade-bead-dead-beef-added",
            "Hash-Abbe",
            "Token-Abbe Ruiz Sosa",
            "(Maria Fernandez Ruiz)",
            "[not yet told to us]",
            "Sha-Maria Fernandez Ruiz",
            "Maria Fernandez Ru...",
            "Ana…",
            "MARIAGUADALUPEFERNANDEZR22",
            "MARIA2GUADALUPE FERNANDEZ2",
            "A=",
            "Washingtons=",
            "MONTGOMERYS=",
            "DelCarmenRuizS==",
        ] {
            assert_eq!(hashed_cell(cell, false), None, "{cell}");
            assert!(!is_short_hash(cell), "{cell}");
        }
    }

    #[test]
    fn of_a_column_of_short_hashes_each_is_one() {
        for cell in ["3fa4b21c", "3FA4B21C", "0a1b2c3d4e", "3fa4b21c..."] {
            assert!(is_short_hash(cell) && hashed_cell(cell, false).is_none(), "{cell}");
            let digits = hashed_cell(cell, true).and_then(HashedCell::into_digits).expect("digits");
            assert!(digits.len() == 16 && digits.starts_with(&cell.to_lowercase()[..8]), "{digits}");
        }
        // Eight digits that happen to be letters, or to be none.
        assert!(hashed_cell("deadbeef", true).is_some() && hashed_cell("12345678", true).is_some());
        assert!(hashed_cell("Ada", true).is_none() && hashed_cell("Ana Ruiz", true).is_none());
    }

    proptest! {
        /// Every hash in Base64 is read, whatever it begins with.
        #[test]
        fn base64_is_read(hash in any::<[u8; 32]>()) {
            let text = base64::engine::general_purpose::STANDARD.encode(hash);
            prop_assert_eq!(read(&text), Some(hex::encode(hash)));
        }

        /// Names of letters, however long and written, are none.
        #[test]
        fn letters_are_no_hash(name in "[A-Za-z]{1,15}([ '.-][A-Za-z]{1,15}){0,5}") {
            prop_assert_eq!(hashed_cell(&name, false), None);
        }

        #[test]
        fn nothing_panics(cell in any::<String>(), short in any::<bool>()) {
            hashed_cell(&cell, short);
        }
    }
}
