//! Codes of a profile, and whether a cell is one of them, without regard to case.

use crate::number::without_decimals;
use crate::profile_value::Code;

/// A code. Most are of a few letters: those are compared as one number.
pub(crate) struct KnownCode {
    short: Option<u64>,
    text: String,
}

impl KnownCode {
    pub(crate) fn new(text: &str) -> Self {
        Self { short: short(text), text: text.to_owned() }
    }

    fn is(&self, cell: &Asked<'_>) -> bool {
        match cell.short {
            Some(_) => cell.short == self.short,
            None => self.text.eq_ignore_ascii_case(cell.text),
        }
    }
}

/// A cell that is held against codes.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    short: Option<u64>,
    text: &'a str,
}

impl<'a> Asked<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { short: short(text), text }
    }

    /// The first of some codes that the cell is, with what goes with it.
    pub(crate) fn find<'c, T>(&self, codes: &'c [(KnownCode, T)]) -> Option<&'c T> {
        let found = |asked: &Self| codes.iter().find(|(code, _)| code.is(asked)).map(|(_, what)| what);
        found(self).or_else(|| self.whole().and_then(|whole| found(&whole)))
    }

    /// The code without the decimals that a program wrote which took it for a number: `1.0` is `1`, where no list has it.
    fn whole(&self) -> Option<Self> {
        let whole = if self.text.ends_with('0') { without_decimals(self.text) } else { self.text };
        (whole.len() < self.text.len()).then(|| Self::new(whole))
    }
}

/// A list of codes.
#[derive(Default)]
pub(crate) struct KnownCodes(Vec<KnownCode>);

impl KnownCodes {
    /// Blanks around a code are no part of it.
    pub(crate) fn new(codes: &[Code]) -> Self {
        Self(codes.iter().map(|code| KnownCode::new(code.0.trim())).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn contains(&self, cell: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let has = |cell: &Asked<'_>| self.0.iter().any(|code| code.is(cell));
        let cell = Asked::new(cell);
        has(&cell) || cell.whole().is_some_and(|whole| has(&whole))
    }
}

/// Up to eight bytes in lower case, filled up with bytes that no text holds.
fn short(text: &str) -> Option<u64> {
    let mut bytes = [0xff_u8; 8];
    if text.len() > bytes.len() {
        return None;
    }
    for (place, byte) in bytes.iter_mut().zip(text.bytes()) {
        *place = byte.to_ascii_lowercase();
    }
    Some(u64::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_code_that_a_program_took_for_a_number_is_that_code() {
        let list = [(KnownCode::new("1"), 'a'), (KnownCode::new("1.0"), 'b'), (KnownCode::new("24"), 'c')];
        let find = |cell: &str| Asked::new(cell).find(&list).copied();
        assert_eq!(
            [find("1"), find("1.0"), find("24.0"), find("24.00")],
            [Some('a'), Some('b'), Some('c'), Some('c')]
        );
        assert_eq!([find("1.5"), find("24."), find(".0"), find("240"), find("2")], [None; 5]);
        let codes = KnownCodes(list.into_iter().map(|(code, _)| code).collect());
        assert!(codes.contains("24.0") && !codes.contains("24.1") && !codes.contains("2.0"));
    }

    proptest! {
        #[test]
        fn a_cell_is_a_code_whatever_its_case_and_nothing_else_is(code in "[a-cA-C1é\\x00]{0,10}", cell in "[a-cA-C1é\\x00]{0,10}") {
            for cell in [cell, code.to_uppercase(), code.to_ascii_lowercase()] {
                let known = KnownCodes(vec![KnownCode::new(&code)]);
                prop_assert_eq!(known.contains(&cell), code.eq_ignore_ascii_case(&cell));
                let found = Asked::new(&cell).find(&[(KnownCode::new(&code), 7)]) == Some(&7);
                prop_assert_eq!(found, code.eq_ignore_ascii_case(&cell));
            }
        }
    }
}
