//! A second header below the first: the columns' labels for people (`Personal ID` below `PersonalID`), as survey and case
//! management programs write them.

use crate::raw_row::RawRow;

/// Rows below the header among which it may stand.
pub(crate) const MOST_ROWS: u64 = 3;
/// Labels that are made of their columns' names and other words.
const LEAST_LABELS: usize = 3;
/// Labels that are their columns' names but for marks and blanks.
const LEAST_NAMES: usize = 2;
/// What a survey program writes of each column below the labels.
const IMPORT: &str = "{\"ImportId\"";

/// Whether a row is the labels of the columns `names`, which are in lower case: half of what it holds at least, its first
/// cell among them, and not a digit that no column's name has. The row of a person has an id, a day or an age.
pub(crate) fn is_label_line(names: &[String], row: &RawRow) -> bool {
    let text = row.text();
    let cells = names.iter().enumerate().map(|(at, name)| (name.as_str(), row.cell_of(text, at).trim()));
    let filled: Vec<_> = cells.filter(|(_, cell)| !cell.is_empty()).collect();
    if 2 * filled.len() < names.len() {
        return false;
    }
    if is_import_line(names, row) || are_questions(&filled) {
        return true;
    }
    let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
    if filled.iter().any(|(name, cell)| digits(cell) && !digits(name)) {
        return false;
    }
    let same = filled.iter().filter(|(name, cell)| letters(name) == letters(cell)).count();
    let labels = filled.iter().filter(|(name, cell)| has_words_of(cell, name)).count();
    (same >= LEAST_NAMES || labels >= LEAST_LABELS)
        && 2 * labels >= filled.len()
        && filled.first().is_some_and(|(name, cell)| has_words_of(cell, name))
}

/// Whether a row holds what a survey program writes of each column below the labels: half of the columns at least.
pub(crate) fn is_import_line(names: &[String], row: &RawRow) -> bool {
    let text = row.text();
    let cells = (0..names.len()).map(|at| row.cell_of(text, at).trim());
    let mut filled = cells.filter(|cell| !cell.is_empty());
    let imports = filled.try_fold(0, |n, cell| cell.starts_with(IMPORT).then_some(n + 1));
    imports.is_some_and(|imports| imports >= LEAST_NAMES && 2 * imports >= names.len())
}

/// What a survey program writes below a question of which the answer stands in one cell.
const ANSWERS: [&str; 4] =
    ["response", "open-ended response", "open ended response", "other (please specify)"];
/// Words of a question at least.
const LEAST_WORDS: usize = 3;

/// Whether half of what stands in a row, two cells at least, are questions or what survey programs write below them.
fn are_questions(filled: &[(&str, &str)]) -> bool {
    let is_one = |cell: &str| {
        cell.ends_with('?') && cell.split_whitespace().count() >= LEAST_WORDS
            || ANSWERS.iter().any(|known| cell.eq_ignore_ascii_case(known))
    };
    let questions = filled.iter().filter(|(_, cell)| is_one(cell)).count();
    questions >= LEAST_NAMES && 2 * questions >= filled.len()
}

/// A text without case, blanks and marks.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether words of a label, one behind the other, are a column's name.
fn has_words_of(label: &str, name: &str) -> bool {
    let name = letters(name);
    let words: Vec<String> =
        label.split(|c: char| !c.is_alphanumeric()).map(letters).filter(|word| !word.is_empty()).collect();
    !name.is_empty()
        && (0..words.len()).any(|from| (from..words.len()).any(|to| words[from..=to].concat() == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_one(names: &str, cells: &[&str]) -> bool {
        let names: Vec<String> = names.split(',').map(str::to_owned).collect();
        let mut row = RawRow::default();
        for cell in cells {
            row.push(cell);
        }
        is_label_line(&names, &row)
    }

    #[test]
    fn labels_are_told() {
        for (names, cells) in [
            (
                "personalid,firstname,lastname,dob",
                &["Personal ID", "First Name", "Last Name", "Date of Birth"][..],
            ),
            ("personalid,firstname", &["PERSONAL_ID", "First name"]),
            ("id,first,last,dob,on", &["Client ID", "First name", "Last name", "Date of birth", "Seen on"]),
            ("record_id,first_name,q1,q2", &["Record ID", "First name", "", "Q2: needs?"]),
            (
                "startdate,status,q1",
                &["{\"ImportId\":\"startDate\"}", "{\"ImportId\":\"status\"}", "{\"ImportId\":\"QID1\"}"],
            ),
            (
                "startdate,enddate,status,ipaddress,q1",
                &["Start Date", "End Date", "Response Type", "IP Address", "What are you called?"],
            ),
            (
                "q1,q2,q3",
                &["What are you called?", "When were you born?", "Q3 - Do you work 40 hours a week?"],
            ),
            ("id,name,born,town", &["", "Open-Ended Response", "Response", ""]),
        ] {
            assert!(is_one(names, cells), "{cells:?}");
        }
    }

    #[test]
    fn people_are_none() {
        for (names, cells) in [
            ("id,first,last,dob", &["1", "First", "Last", "1990-05-01"][..]),
            ("id,first,last,town", &["C1", "Ana", "Ruiz", "Georgetown"]),
            // Ticks that are called as their columns.
            ("name,shelter,food,legal", &["Ana Ruiz", "Shelter", "Food", "Legal"]),
            ("name,shelter,food,legal", &["Ana Ruiz", "", "Food", ""]),
            ("first,last,city,state", &["Ana", "Ruiz", "Kansas City", "Washington State"]),
            ("id,name", &["id", "Ana"]),
            ("id,name,born,town", &["7", "Ana Ruiz?", "1990?", "who knows where?"]),
            ("first,last", &["", ""]),
            ("first,last,dob", &["Last", "First", ""]),
            ("name,name 2,note", &["Name 1", "Name 2", ""]),
        ] {
            assert!(!is_one(names, cells), "{cells:?}");
        }
    }
}
