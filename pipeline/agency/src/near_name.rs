//! Names of columns that are likely one name, misspelt once.

/// Names of fewer characters are near many others.
const SHORTEST: usize = 4;

/// Whether two names differ in one character, which is no digit, or in the order of two that follow one another.
pub(crate) fn are_near(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().min(other.len()) < SHORTEST || one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same = |(a, b): &(&char, &char)| a == b;
    let start = one.iter().zip(&other).take_while(same).count();
    let (one, other) = (&one[start..], &other[start..]);
    let end = one.iter().rev().zip(other.iter().rev()).take_while(same).count();
    match (&one[..one.len() - end], &other[..other.len() - end]) {
        ([a], [b]) => !a.is_numeric() && !b.is_numeric(),
        ([a], []) | ([], [a]) => !a.is_numeric(),
        ([a, b], [c, d]) => (a, b) == (d, c),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::are_near;

    #[test]
    fn a_slip_is_near_and_another_name_is_not() {
        for (one, other) in [
            ("release", "relase"),
            ("release", "relaese"),
            ("release", "rellease"),
            ("release", "releasf"),
            ("first_name", "firstname"),
            ("\u{e9}cole", "ecole"),
        ] {
            assert!(are_near(one, other) && are_near(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("release", "release"),
            ("release", "released_on"),
            ("phone1", "phone2"),
            ("phone", "phone2"),
            ("dob", "job"),
            ("", "on"),
            ("first_name", "last_name"),
            ("email", "eamli"),
        ] {
            assert!(!are_near(one, other) && !are_near(other, one), "{one} {other}");
        }
    }
}
