//! What became of every raw row: `read = used + skipped + quarantined`, file by file.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::Path;

use domain::{QuarantinedRow, RowsRead, Rule, Severity};

use crate::error::EncodeError;
use crate::spill::{SortKey, Sorter};

macro_rules! rules {
    ($($name:ident = $id:literal, $reason:literal, $remedy:literal;)+) => {
        $(pub(crate) static $name: Rule = Rule { id: $id, reason: $reason, remedy: $remedy };)+
        const ALL: &[&Rule] = &[$(&$name),+];
    };
}

rules! {
    RAGGED = "row.ragged", "the row has more or fewer cells than the header",
        "export the file again; a cell that holds the delimiter must be quoted";
    STRAY_QUOTE = "row.stray_quote",
        "a quote is missing its twin, so nobody can tell where cells and rows end; every line up to the next quote is set aside",
        "remove the quote at the source, or double it inside a quoted cell; where quotes mean nothing, say `quote = false` in the profile";
    TOO_LONG = "row.too_long", "the row is longer than 4 MB",
        "shorten the field at the source; where none is so long, a quote is missing its twin";
    NOT_TEXT = "row.not_text", "the row holds a byte of value 0, which no text does",
        "export the file again; a copy that broke off leaves such bytes";
    NOT_AN_OBJECT = "row.not_an_object", "the line is no JSON object of texts, numbers, yes and no",
        "write each record as one object on a line of its own, without lists or objects in it";
    SEVERAL_OBJECTS = "row.several_objects", "the line holds several JSON objects, so that nobody can tell where rows end",
        "write each record as one object on a line of its own";
    NAME_TWICE = "row.name_twice", "the row gives one column twice, and nobody can tell which of the two is meant",
        "write each name once in an object at the source";
    HEADER_AGAIN = "row.header", "the row is the header again", "export one table a file, with one header";
    RULER = "row.ruler", "the row is a line of dashes, as SQL tools draw one below the header",
        "switch it off in the program that exports, or leave it: nobody is lost with it";
    TYPES = "row.types", "the row names the types of the columns, as SQL tools write them below the header",
        "switch it off in the program that exports, or leave it: nobody is lost with it";
    LABELS = "row.labels", "the row holds the labels of the columns, as some programs write them below the header",
        "export with one header, or leave it: nobody is lost with it";
    FOOTER = "row.footer", "the row is a total, a count of rows or a remark of the program that exported, and nothing else",
        "export without totals and remarks, or leave it; if somebody is called so, write their name out at the source";
    KEY_MISSING = "key.missing", "the row has no id", "give the row its id at the source";
    DUPLICATE = "key.duplicate", "an earlier row has the same id", "remove one of the two at the source";
    KEY_ROUNDED = "key.rounded",
        "the id is a rounded number in scientific notation, which many rows may share",
        "export the ids as text; a spreadsheet shows long numbers so, and saves what it shows";
    RECORD_DISPUTED = "record.disputed",
        "rows of the file of identities with this id name different people, so nobody can say whose the row is",
        "give each person an id of their own at the source; ids that a spreadsheet or program cut or rounded run together so";
    RECORD_UNKNOWN = "record.unknown", "no record has the id that the row refers to",
        "export the records and their events on the same day, and look for deleted records";
    DATE_MISSING = "date.missing", "the date of an event is blank", "enter the date at the source";
    DATE_FUTURE = "date.future", "the date lies more than a year ahead, so nothing can have happened on it",
        "correct the date at the source";
    DATE_IMPOSSIBLE = "date.impossible", "the date does not exist, is in another format, or lies before 1901",
        "correct the date at the source, or add the format to the profile";
    DATE_NO_DAY = "date.no_day",
        "the cell of a date that may be blank holds what programs write where there is none, such as 1900-01-01, zeros or `Open`; it counts as blank",
        "leave it blank at the source, or leave it: nothing is lost with it";
    DATE_UNUSABLE = "date.unusable",
        "the cell of a date that may be blank can't be read as one, or the day lies before 1901 or more than a year ahead; the row goes on without what happened then",
        "correct the date at the source, or leave it blank; what stands for none belongs into `blanks` at the head of the profile";
    DATE_OTHERWISE = "date.otherwise",
        "the cell holds no date that can be read; what happened stands on the day that the profile names for that (`date_otherwise`)",
        "correct the date at the source, or leave it blank until there is one";
    CODE_UNKNOWN = "code.unknown", "the code is not in the profile's list",
        "correct the code at the source, or add it to the profile";
    BIRTH_DATE_UNUSABLE = "birth_date.unusable",
        "the birth date does not exist, is a placeholder, is in another format, lies ahead or 125 years back; the record goes on without it",
        "correct it at the source, or add the format to the profile";
    RESULT_DATE_IMPOSSIBLE = "result_date.impossible", "the date of the result does not exist, or lies before 1901 or more than a year ahead; the row goes on without it",
        "correct the date at the source";
    DEMOGRAPHIC_UNKNOWN = "demographic.unknown", "the code is not in the profile's list; it counts as unknown",
        "add the code to the profile";
    JOIN_UNKNOWN = "join.unknown", "the row refers to a row of another file that is not there; its columns count as blank",
        "export both files on the same day";
    CONSENT_UNKNOWN = "consent.unknown",
        "the consent code or date can't be read, or the consent ends before it starts; a record whose code the profile lacks stays at the agency, any other is not linked",
        "correct it at the source, or add the code to the profile";
    PROVIDER_UNCLEAR = "provider.unclear",
        "the row does not say whether it is a victim service provider's; the record counts as one's, and is not linked",
        "enter a clean yes or no at the source";
}

/// Why a row is set aside.
#[derive(PartialEq)]
pub(crate) struct Fault {
    pub(crate) rule: &'static Rule,
    pub(crate) field: String,
}

impl Fault {
    pub(crate) fn new(rule: &'static Rule, field: &str) -> Self {
        Self { rule, field: field.to_owned() }
    }
}

/// Counts and entries. Files go by the number that [`Self::open`] gives them.
pub(crate) struct Accounting {
    files: Vec<RowsRead>,
    entries: Sorter,
    by_rule: BTreeMap<&'static str, u64>,
    /// Cells whose code is in no list, that tell no consent or day, or are a rounded id or nobody's, by rule, file and field.
    by_field: HashMap<(&'static str, usize, String), u64>,
}

impl Accounting {
    /// `folder` is where entries go for which `room` bytes of memory are too few.
    pub(crate) fn new(folder: &Path, room: usize) -> Self {
        Self {
            files: Vec::new(),
            entries: Sorter::new(folder, room),
            by_rule: BTreeMap::new(),
            by_field: HashMap::new(),
        }
    }

    pub(crate) fn knows(&self, file: &str) -> bool {
        self.files.iter().any(|f| f.file == file)
    }

    /// A file's name.
    pub(crate) fn name(&self, file: usize) -> &str {
        &self.files[file].file
    }

    /// The number of a file, which from now on appears even if it has no row.
    pub(crate) fn open(&mut self, file: &str) -> usize {
        self.files.iter().rposition(|f| f.file == file).unwrap_or_else(|| {
            self.files.push(RowsRead { file: file.to_owned(), read: 0, used: 0, skipped: 0, quarantined: 0 });
            self.files.len() - 1
        })
    }

    /// Counts a row that was read.
    pub(crate) fn used(&mut self, file: usize) {
        let rows = &mut self.files[file];
        rows.read += 1;
        rows.used += 1;
    }

    /// Counts a row that was read and means nothing by the profile's `skip_when`.
    pub(crate) fn skipped(&mut self, file: usize) {
        let rows = &mut self.files[file];
        rows.read += 1;
        rows.skipped += 1;
    }

    /// Counts a row that was read and is set aside.
    pub(crate) fn quarantine(&mut self, file: usize, row: u64, fault: &Fault) -> Result<(), EncodeError> {
        let rows = &mut self.files[file];
        rows.read += 1;
        rows.quarantined += 1;
        self.enter(file, row, &fault.field, fault.rule, Severity::Error)
    }

    /// Notes something about a row that goes on.
    pub(crate) fn warn(
        &mut self,
        file: usize,
        row: u64,
        field: &str,
        rule: &'static Rule,
    ) -> Result<(), EncodeError> {
        self.enter(file, row, field, rule, Severity::Warning)
    }

    /// Rows set aside so far.
    pub(crate) fn quarantined(&self) -> u64 {
        self.files.iter().map(|f| f.quarantined).sum()
    }

    /// The fields of which so many cells broke `rule`, one of those that are counted by field, that the profile or the
    /// whole column, not the cells, must be wrong: with the file, those cells and its rows.
    pub(crate) fn wrong_lists(&self, rule: &Rule) -> Vec<(&str, &str, u64, u64)> {
        let mut fields = self.fields(rule);
        fields.retain(|(.., cells, rows)| are_no_slips(*cells, *rows));
        fields
    }

    /// The fields of which cells broke `rule`, one of those that are counted by field: with the file, those cells and
    /// its rows.
    pub(crate) fn fields(&self, rule: &Rule) -> Vec<(&str, &str, u64, u64)> {
        let broken = self.by_field.iter().filter(|((broken, ..), _)| *broken == rule.id);
        let counted = broken.map(|((_, file, field), cells)| {
            let rows = &self.files[*file];
            (rows.file.as_str(), field.as_str(), *cells, rows.read)
        });
        let mut fields: Vec<_> = counted.collect();
        fields.sort_unstable();
        fields
    }

    /// Whether a row of the file was used.
    pub(crate) fn has_used(&self, file: &str) -> bool {
        self.files.iter().any(|rows| rows.file == file && rows.used > 0)
    }

    pub(crate) fn finish(self) -> (Vec<RowsRead>, Sorter, BTreeMap<String, u64>) {
        let by_rule = self.by_rule.into_iter().map(|(rule, n)| (rule.to_owned(), n)).collect();
        (self.files, self.entries, by_rule)
    }

    fn enter(
        &mut self,
        file: usize,
        row: u64,
        field: &str,
        rule: &'static Rule,
        severity: Severity,
    ) -> Result<(), EncodeError> {
        let of_codes = [&CODE_UNKNOWN, &DEMOGRAPHIC_UNKNOWN, &CONSENT_UNKNOWN];
        let counted =
            [&KEY_MISSING, &KEY_ROUNDED, &RECORD_UNKNOWN, &DATE_UNUSABLE].into_iter().chain(of_codes);
        if counted.into_iter().any(|known| known.id == rule.id) {
            *self.by_field.entry((rule.id, file, field.to_owned())).or_default() += 1;
        }
        *self.by_rule.entry(rule.id).or_default() += 1;
        let number = ALL.iter().position(|known| known.id == rule.id).expect("every rule is in the list");
        let mut item = vec![number as u8, u8::from(severity == Severity::Error)];
        item.extend_from_slice(field.as_bytes());
        let key = SortKey::of_numbers(file as u64, row, self.entries.count());
        self.entries.push(key, &item).map_err(EncodeError::scratch)
    }
}

/// From so many cells on, most of a file's rows are no slips of the key.
pub(crate) const LEAST_CELLS: u64 = 20;
/// From so many on, all are none either.
const LEAST_OF_ALL: u64 = 5;

/// Whether `bad` of `of` cells are more than slips: the whole column is written otherwise than the profile says.
pub(crate) fn are_no_slips(bad: u64, of: u64) -> bool {
    (bad >= LEAST_CELLS && bad * 2 > of) || (bad >= LEAST_OF_ALL && bad == of)
}

/// Gives every entry, by file and row.
pub(crate) fn entries(
    source: &str,
    files: &[RowsRead],
    entries: Sorter,
    mut give: impl FnMut(&QuarantinedRow) -> io::Result<()>,
) -> io::Result<()> {
    let mut sorted = entries.finish()?;
    while let Some((key, item)) = sorted.next()? {
        let (file, row) = key.numbers();
        let field = str::from_utf8(&item[2..]).expect("a field's name was put away");
        let rule = ALL[usize::from(item[0])];
        let entry = QuarantinedRow::new(source, &files[file as usize].file, row, field, rule);
        let severity = if item[1] == 1 { Severity::Error } else { Severity::Warning };
        give(&QuarantinedRow { severity, ..entry })?;
    }
    Ok(())
}
