//! Columns of digests: whether a key made them.
//!
//! A digest under a key looks like one without. What tells them apart is whether anybody can make
//! it: names, birth dates and numbers are few enough to try ([`crate::guess`]). And a value that
//! many rows share is what a frequency attack reads, keyed or not.

use crate::guess::guessed;
use crate::kind::{Finding, Kind};
use crate::values::Values;

/// Different digests from which on trying them tells something.
const ENOUGH: usize = 20;

/// Looks at a column's values as digests. `None` where they are none, and where a key made them.
pub(crate) fn hashes(values: &Values) -> Option<Finding> {
    let digests: Vec<Vec<u8>> = values.meant().filter_map(|v| digest(&v.text)).collect();
    let share = digests.len() as f64 / values.meant().count().max(1) as f64;
    if digests.is_empty() || share < 0.8 {
        return None;
    }
    let found = |certainty| Some(Finding::column(Kind::Hash, certainty));
    // Of digests in base 64 every third has a sign that is neither letter nor digit: a program's own keys have none.
    let own = |text: &str| {
        let hex = text.strip_prefix("0x").unwrap_or(text).bytes().all(|b| b.is_ascii_hexdigit());
        !hex && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    if digests.len() >= ENOUGH && values.meant().all(|v| own(v.text.trim())) {
        return None;
    }
    // What says which digest it is does not say that it has a key.
    if values.meant().all(|v| unlabelled(v.text.trim()).is_some()) {
        return found(share);
    }
    // SHA-1 and SHA-224 are nobody's keyed digests; of a few others there is too little to try.
    let length = digests[0].len();
    let few = digests.len() < ENOUGH && digests.iter().all(|d| d.len() == length);
    if digests.iter().any(|d| !d.len().is_multiple_of(16)) || (few && matches!(length, 32 | 64)) {
        return found(share);
    }
    // Of a dozen persons one has a fifth of the rows without being more common than others.
    let common = values.top as f64 / values.filled.max(1) as f64;
    let persons = values.variety() > 0.08 && values.distinct >= 8.0 && common < 0.35;
    if (values.filled >= 20 && common >= 0.2 && !persons) || (values.filled >= 5_000 && common >= 0.03) {
        return found(share);
    }
    if guessed(&digests) { found(1.0) } else { None }
}

/// Digests cut to eight bytes or somewhat more, which ids are as often: only what can be made again is found.
pub(crate) fn cut_hashes(values: &Values) -> Option<Finding> {
    let cut = |text: &str| {
        let hex = (16..32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit());
        let lettered = text.bytes().filter(u8::is_ascii_alphabetic).count() * 8 >= text.len();
        (hex && lettered).then(|| unhex(&text[..16])).flatten()
    };
    let digests: Vec<Vec<u8>> = values.meant().filter_map(|v| cut(v.text.trim())).collect();
    let many = digests.len() >= 3 && digests.len() * 10 >= values.meant().count() * 8;
    (many && guessed(&digests)).then(|| Finding::column(Kind::Hash, 1.0))
}

/// Whether most values are digests, keyed or not.
pub(crate) fn are_digests(values: &Values) -> bool {
    let digests = values.meant().filter(|v| digest(&v.text).is_some()).count();
    digests > 0 && digests as f64 >= 0.8 * values.meant().count() as f64
}

/// The bytes of a text of hexadecimal digits or base 64, where it is long enough to be a digest and
/// as mixed as one.
fn digest(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    let text = text.strip_prefix("0x").unwrap_or(text);
    let text = unlabelled(text).unwrap_or(text);
    // Bytes with a mark between each two digits.
    let joined = text.len() >= 47 && text.as_bytes().iter().skip(2).step_by(3).all(|b| b":- ".contains(b));
    let text = &if joined { text.replace([':', '-', ' '], "") } else { text.to_owned() };
    if text.len() >= 32 && text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return unhex(text);
    }
    let sextets = matches!(text.len(), 22 | 24 | 27 | 28 | 43 | 44 | 64 | 86 | 88);
    let mixed = text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().any(|b| b.is_ascii_uppercase())
        && text.bytes().any(|b| b.is_ascii_digit());
    if sextets && mixed { unbase64(text) } else { None }
}

/// A digest behind its label, where it has one.
fn unlabelled(text: &str) -> Option<&str> {
    const LABELS: [&str; 7] = ["sha256:", "sha1:", "sha512:", "md5:", "{SHA256}", "{SHA}", "{MD5}"];
    LABELS.iter().find_map(|label| text.strip_prefix(label))
}

/// What a text says once hexadecimal digits or base 64 are undone, where that is readable.
pub(crate) fn undressed(text: &str) -> Option<String> {
    let text = text.trim();
    if text.contains('%') {
        return percent_decoded(text).filter(|plain| plain.chars().all(|c| !c.is_control()));
    }
    let hex = text.len() >= 6 && text.len().is_multiple_of(2) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let bytes = if hex {
        unhex(text)
    } else if text.len() >= 8 && text.len().is_multiple_of(8) && text.bytes().all(is_base32) {
        unbase32(text)
    } else if text.len() >= 8 && (text.len().is_multiple_of(4) || mixed(text)) {
        unbase64(text)
    } else {
        None
    }?;
    let plain = String::from_utf8(bytes).ok()?;
    let readable = |c: char| c.is_alphanumeric() || " .,-@'/#()_+".contains(c);
    (plain.len() >= 3 && plain.chars().all(readable)).then_some(plain)
}

/// Capitals and small letters.
fn mixed(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_lowercase()) && text.bytes().skip(1).any(|b| b.is_ascii_uppercase())
}

/// `Jos%C3%A9%20Garc%C3%ADa`, as links are written.
fn percent_decoded(text: &str) -> Option<String> {
    let digit = |b: u8| char::from(b).to_digit(16);
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let [high, low, rest @ ..] = part.as_bytes() else { return None };
        bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
        bytes.extend_from_slice(rest);
    }
    String::from_utf8(bytes).ok()
}

fn is_base32(b: u8) -> bool {
    b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b) || b == b'='
}

/// # Source
/// RFC 4648, section 6.
fn unbase32(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut bits, mut word) = (Vec::new(), 0, 0_u32);
    for b in text.trim_end_matches('=').bytes() {
        let five = if b.is_ascii_uppercase() { b - b'A' } else { b.checked_sub(b'2')? + 26 };
        word = (word << 5 | u32::from(five)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((word >> bits & 0xff) as u8);
        }
    }
    Some(bytes)
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let nibble = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    text.as_bytes().chunks_exact(2).map(|pair| Some(nibble(pair[0])? << 4 | nibble(pair[1])?)).collect()
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let sextet = |b: u8| match b {
        b'A'..=b'Z' => Some(u32::from(b - b'A')),
        b'a'..=b'z' => Some(u32::from(b - b'a') + 26),
        b'0'..=b'9' => Some(u32::from(b - b'0') + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    for group in text.trim_end_matches('=').as_bytes().chunks(4) {
        if group.len() == 1 {
            return None;
        }
        let mut word = 0;
        for at in 0..4 {
            word = word << 6 | group.get(at).map_or(Some(0), |b| sextet(*b))?;
        }
        bytes.extend_from_slice(&word.to_be_bytes()[1..group.len()]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal_and_base_64_are_undone() {
        assert_eq!(undressed("4a616e6520446f65").as_deref(), Some("Jane Doe"));
        assert_eq!(undressed("SmFuZSBEb2U=").as_deref(), Some("Jane Doe"));
        assert_eq!(unbase64("/+8="), Some(vec![0xff, 0xef]));
        assert_eq!(undressed("SmFuZSBEb2U").as_deref(), Some("Jane Doe"));
        assert_eq!(undressed("JJQW4ZJAIRXWK===").as_deref(), Some("Jane Doe"));
        assert_eq!(undressed("Jos%C3%A9%20D%C3%ADaz").as_deref(), Some("José Díaz"));
        assert_eq!(undressed("shelters"), None);
        assert_eq!(undressed("SHELTERS"), None);
        assert_eq!(undressed("12.5%"), None);
        assert_eq!(digest(&"ab:".repeat(32)[..95]).map(|bytes| bytes.len()), Some(32));
    }
}
