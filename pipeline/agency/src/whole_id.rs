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

/// Where one id in so many has decimals that say something, they tell records apart; where fewer do, they are slips.
const SLIPS: u64 = 20;

/// What the ids of the file of identities look like.
#[derive(Default)]
pub(crate) struct IdForms {
    decimals: u64,
    zeros: u64,
}

impl IdForms {
    /// Takes note of an id, or of one of the cells that it is tied of.
    pub(crate) fn saw(&mut self, id: &str) {
        self.decimals += u64::from(has_decimals(id));
        self.zeros += u64::from(id.ends_with('0') && without_decimals(id).len() < id.len());
    }

    /// How the ids of `rows` rows are to be read, and what the steward should know of it.
    pub(crate) fn judge(&self, rows: u64, file: &str) -> (IdForm, Option<String>) {
        let Self { decimals, zeros } = self;
        if *decimals == 0 {
            return (IdForm::Whole, None);
        }
        if decimals * SLIPS <= rows {
            let note = format!(
                "{file}: {decimals} of {rows} ids have decimals that say something (`12.1`), too few to tell records apart: `12.0` \
                 is read as `12` all the same; look whether they are misspelt"
            );
            return (IdForm::Whole, Some(note));
        }
        let note = format!(
            "{file}: {decimals} of {rows} ids have decimals that say something (`12.1`), so that `12.0` is another record than `12`; \
             {zeros} are written so. Where one of the two takes its consent back, neither leaves with tokens"
        );
        (IdForm::AsWritten, (*zeros > 0).then_some(note))
    }
}

/// The id that is the same number as `id`, where ids are compared as they stand.
pub(crate) fn twin(id: &str) -> Option<String> {
    let whole = without_decimals(id);
    if whole.len() < id.len() {
        return Some(whole.to_owned());
    }
    let digits = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| format!("{id}.0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_ids_with_decimals_are_slips_and_many_tell_records_apart() {
        let judged = |ids: &[&str]| {
            let mut forms = IdForms::default();
            for id in ids {
                forms.saw(id);
            }
            let (form, note) = forms.judge(ids.len() as u64, "p.csv");
            (form == IdForm::Whole, note.is_some())
        };
        let mut ids = vec!["12"; 20];
        assert_eq!(judged(&ids), (true, false));
        ids[3] = "12.1";
        assert_eq!(judged(&ids), (true, true));
        ids[4] = "12.2";
        assert_eq!(judged(&ids), (false, false), "nobody's id is written with a zero");
        ids[5] = "12.0";
        assert_eq!(judged(&ids), (false, true));
        assert_eq!(
            [twin("12"), twin("12.0"), twin("12.1"), twin("A1")],
            [Some("12.0".into()), Some("12".into()), None, None]
        );
    }

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
