//! Ids that a spreadsheet or a program rounded: `9.86E+09` is any of ten million, `9007199254740994.0` of two. Nobody can
//! say whose it was.

/// The last whole number up to which those that programs write with decimals are all different.
const LAST_EXACT: u64 = 1 << 53;
/// As many characters as the first that is not has.
const LONGEST_EXACT: usize = "9007199254740992.0".len();

/// Whether an id is a number in scientific notation, as spreadsheets and programs write what they rounded, or one with
/// decimals that is too large to be exact.
pub(crate) fn is_rounded(id: &str) -> bool {
    if id.len() >= LONGEST_EXACT && id.ends_with(".0") {
        let whole = &id[..id.len() - 2];
        let is_large = || whole.parse().map_or(true, |number: u64| number > LAST_EXACT);
        return whole.bytes().all(|byte| byte.is_ascii_digit()) && is_large();
    }
    // Most ids differ from one in their second letter.
    let Some((first, [point @ (b'.' | b',' | b'e' | b'E'), rest @ ..])) = id.as_bytes().split_first() else {
        return false;
    };
    let exponent_at = rest.iter().position(|byte| matches!(byte, b'e' | b'E'));
    let (fraction, exponent) = match (point, exponent_at) {
        (b'.' | b',', Some(at)) if at > 0 => (&rest[..at], &rest[at + 1..]),
        (b'e' | b'E', None) => (&rest[..0], rest),
        _ => return false,
    };
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    // Without point and sign it may be an id: `1E10`.
    let (signed, exponent) = match exponent.split_first() {
        Some((b'+', exponent)) => (true, exponent),
        _ => (false, exponent),
    };
    first.is_ascii_digit()
        && digits(fraction)
        && (signed || !fraction.is_empty())
        && (1..=3).contains(&exponent.len())
        && digits(exponent)
}

#[cfg(test)]
mod tests {
    use super::is_rounded;

    #[test]
    fn scientific_notation_is_known_and_ids_that_look_a_little_like_it_are_not() {
        for id in [
            "9.86E+09",
            "9.8600012E+9",
            "9,86E+09",
            "1E+16",
            "1e+16",
            "1.2e16",
            "9.86e9",
            "0E+00",
            "9007199254740994.0",
            "100000000000000000000.0",
        ] {
            assert!(is_rounded(id), "{id}");
        }
        for id in [
            "",
            "7",
            "1E10",
            "12E+05",
            "A.5E+09",
            "1.E+09",
            "1.2.3",
            "1.5",
            "1.5E",
            "1.5E+",
            "1.5E+0009",
            "1E-5",
            "1.5e+0x",
            "é.5E+09",
            "9007199254740992.0",
            "9007199254740994",
            "9007199254740994.00",
            "A07199254740994000.0",
        ] {
            assert!(!is_rounded(id), "{id}");
        }
    }
}
