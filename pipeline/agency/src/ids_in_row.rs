//! Whose a row may be that can't be read.

use crate::bind::BoundFile;
use crate::fold::fold;
use crate::raw_row::RawRow;

/// The most texts of a row that can't be read of which any two may make an id.
const MOST_PAIRED: usize = 128;
/// Above it a number in scientific notation is many numbers.
const LARGEST: f64 = 1e15;

impl BoundFile {
    /// Every text in a row that can't be read which may be its record's id; `None` where nobody can tell.
    pub(crate) fn ids_in(&self, raw: &RawRow, delimiter: char) -> Option<Vec<String>> {
        let record = self.record.as_ref()?;
        let cells: Vec<_> = (0..raw.cells).map(|at| String::from_utf8_lossy(raw.bytes_of(at))).collect();
        let ends = [delimiter, ',', ';', '\t', '|', '"', '\n', '\r', '\0'];
        // A cell may hold others, behind a quote that should not be there.
        let texts = cells.iter().flat_map(|cell| std::iter::once(&**cell).chain(cell.split(ends)));
        let in_order = |texts: &mut Vec<String>| {
            texts.retain(|text| !text.is_empty());
            texts.sort_unstable();
            texts.dedup();
        };
        let mut whole: Vec<String> = texts.map(|text| record.cut(text.trim()).to_owned()).collect();
        for text in &mut whole {
            text.truncate(self.id_form.read(text).len());
        }
        in_order(&mut whole);
        match record.tie() {
            _ if raw.cut => None,
            (1, _) => {
                // Or a remark that names it, with marks around it.
                whole.extend(cells.iter().flat_map(|cell| words_in(cell)));
                whole.extend(cells.iter().flat_map(|cell| numbers_in(cell)));
                in_order(&mut whole);
                Some(whole)
            }
            (2, join) if whole.len() <= MOST_PAIRED => {
                let pairs =
                    whole.iter().flat_map(|one| whole.iter().map(move |other| format!("{one}{join}{other}")));
                Some(pairs.collect())
            }
            _ => None,
        }
    }
}

/// Numbers of a text as a program may have written them from others: `01005`, `1,005`, `1.005E+03`, digits of full width.
fn numbers_in(text: &str) -> impl Iterator<Item = String> {
    let words: Vec<String> = fold(text).split_whitespace().map(str::to_owned).collect();
    words.into_iter().filter_map(|word| {
        let word: String = word.chars().filter(|c| *c != ',').collect();
        let rounded = word.contains('e').then(|| word.parse::<f64>().ok()).flatten();
        let whole = rounded.filter(|number| number.fract() == 0.0 && (0.0..LARGEST).contains(number));
        let digits = whole.map_or(word, |number| format!("{number:.0}"));
        let bare = digits.trim_start_matches('0');
        (!bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit())).then(|| bare.to_owned())
    })
}

/// Words of a text, as they stand and without the marks around and within them.
fn words_in(text: &str) -> impl Iterator<Item = String> {
    let is_mark = |c: char| !c.is_alphanumeric();
    let words = text.split_whitespace().map(move |word| word.trim_matches(is_mark).to_owned());
    let runs = text.split(is_mark).map(str::to_owned);
    let clean =
        text.chars().any(char::is_control).then(|| text.chars().filter(|c| !c.is_control()).collect());
    words.chain(runs).chain(clean)
}
