//! What became of every raw row: `read = used + quarantined`, file by file.

use std::collections::BTreeMap;

use domain::{QuarantinedRow, RowsRead, Rule, Severity};

macro_rules! rules {
    ($($name:ident = $id:literal, $reason:literal, $remedy:literal;)+) => {
        $(pub(crate) const $name: Rule = Rule { id: $id, reason: $reason, remedy: $remedy };)+
    };
}

rules! {
    RAGGED = "row.ragged", "the row has more or fewer cells than the header",
        "export the file again; a cell that holds the delimiter must be quoted";
    KEY_MISSING = "key.missing", "the row has no id", "give the row its id at the source";
    DUPLICATE = "key.duplicate", "an earlier row has the same id", "remove one of the two at the source";
    RECORD_UNKNOWN = "record.unknown", "no record has the id that the row refers to",
        "export the records and their events on the same day, and look for deleted records";
    DATE_MISSING = "date.missing", "the date of an event is blank", "enter the date at the source";
    DATE_IMPOSSIBLE = "date.impossible", "the date does not exist, or is in another format",
        "correct the date at the source, or add the format to the profile";
    CODE_UNKNOWN = "code.unknown", "the code is not in the profile's list",
        "correct the code at the source, or add it to the profile";
    BIRTH_DATE_UNUSABLE = "birth_date.unusable",
        "the birth date does not exist, is a placeholder, or is in another format; the record goes on without it",
        "correct it at the source, or add the format to the profile";
    RESULT_DATE_IMPOSSIBLE = "result_date.impossible", "the date of the result does not exist; the row goes on without it",
        "correct the date at the source";
    DEMOGRAPHIC_UNKNOWN = "demographic.unknown", "the code is not in the profile's list; it counts as unknown",
        "add the code to the profile";
    JOIN_UNKNOWN = "join.unknown", "the row refers to a row of another file that is not there; its columns count as blank",
        "export both files on the same day";
    CONSENT_UNKNOWN = "consent.unknown", "the consent code or date can't be read; the record is not linked",
        "correct it at the source, or add the code to the profile";
}

/// Why a row is set aside.
pub(crate) struct Fault {
    pub(crate) rule: &'static Rule,
    pub(crate) field: String,
}

impl Fault {
    pub(crate) fn new(rule: &'static Rule, field: &str) -> Self {
        Self { rule, field: field.to_owned() }
    }
}

/// Counts and entries.
pub(crate) struct Accounting {
    source: String,
    files: Vec<RowsRead>,
    entries: Vec<QuarantinedRow>,
    by_rule: BTreeMap<&'static str, u64>,
}

impl Accounting {
    pub(crate) fn new(source: &str) -> Self {
        Self { source: source.to_owned(), files: Vec::new(), entries: Vec::new(), by_rule: BTreeMap::new() }
    }

    pub(crate) fn knows(&self, file: &str) -> bool {
        self.files.iter().any(|f| f.file == file)
    }

    /// Counts a row that was read.
    pub(crate) fn used(&mut self, file: &str) {
        let rows = self.file(file);
        rows.read += 1;
        rows.used += 1;
    }

    /// Counts a row that was read and is set aside.
    pub(crate) fn quarantine(&mut self, file: &str, row: u64, fault: &Fault) {
        let rows = self.file(file);
        rows.read += 1;
        rows.quarantined += 1;
        self.entries.push(QuarantinedRow::new(&self.source, file, row, &fault.field, fault.rule));
        *self.by_rule.entry(fault.rule.id).or_default() += 1;
    }

    /// Notes something about a row that goes on.
    pub(crate) fn warn(&mut self, file: &str, row: u64, field: &str, rule: &'static Rule) {
        let entry = QuarantinedRow::new(&self.source, file, row, field, rule);
        self.entries.push(QuarantinedRow { severity: Severity::Warning, ..entry });
        *self.by_rule.entry(rule.id).or_default() += 1;
    }

    /// Makes a file appear even if it has no row.
    pub(crate) fn open(&mut self, file: &str) {
        self.file(file);
    }

    /// Rows set aside so far.
    pub(crate) fn quarantined(&self) -> u64 {
        self.files.iter().map(|f| f.quarantined).sum()
    }

    pub(crate) fn finish(self) -> (Vec<RowsRead>, Vec<QuarantinedRow>, BTreeMap<String, u64>) {
        let by_rule = self.by_rule.into_iter().map(|(rule, n)| (rule.to_owned(), n)).collect();
        (self.files, self.entries, by_rule)
    }

    fn file(&mut self, name: &str) -> &mut RowsRead {
        let at = self.files.iter().rposition(|f| f.file == name).unwrap_or_else(|| {
            self.files.push(RowsRead { file: name.to_owned(), read: 0, used: 0, quarantined: 0 });
            self.files.len() - 1
        });
        &mut self.files[at]
    }
}
