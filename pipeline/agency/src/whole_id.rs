//! Ids that a program took for numbers: `12.0`, as pandas and others write a column of whole numbers with gaps (decision 0057).

use crate::number::without_decimals;

/// How the ids of records are read, in every file of an export.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum IdForm {
    /// As they stand: decimals tell some apart (`12.1`), or nobody has looked.
    #[default]
    AsWritten,
    /// `12.0` is `12`.
    Whole,
}

impl IdForm {
    /// What an id, or one of the cells that it is tied of, says.
    pub(crate) fn read(self, id: &str) -> &str {
        // Nine ids in ten end otherwise.
        match self {
            Self::Whole if id.ends_with('0') => without_decimals(id),
            _ => id,
        }
    }
}

/// Whether an id is a number of which decimals are part: `12.1`, and no more `12.0`.
pub(crate) fn has_decimals(id: &str) -> bool {
    let Some((whole, decimals)) = id.rsplit_once('.') else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(decimals) && decimals.bytes().any(|byte| byte != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_of_a_number_that_was_an_id_go_and_those_of_an_id_stay() {
        for (written, whole) in [
            ("12.0", "12"),
            ("0012.000", "0012"),
            ("12", "12"),
            ("12.1", "12.1"),
            ("A12.0", "A12.0"),
            ("", ""),
        ] {
            assert_eq!(IdForm::Whole.read(written), whole);
            assert_eq!(IdForm::AsWritten.read(written), written);
        }
        for (id, has) in
            [("12.1", true), ("12.10", true), ("12.0", false), ("12", false), ("A.1", false), ("12.", false)]
        {
            assert_eq!(has_decimals(id), has, "{id}");
        }
    }
}
