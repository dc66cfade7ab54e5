//! The summary of an encoding in plain words, for the person who started it and for whoever they
//! send it to.

use std::collections::BTreeMap;
use std::fmt::Write;

use agency::Summary;
use domain::RowsRead;
use serde::Serialize;

/// The summary as JSON: what its text says, without the place of any file.
#[derive(Serialize)]
pub(crate) struct Letter<'a> {
    program: &'static str,
    source: &'a str,
    city: &'a str,
    system: String,
    records: u64,
    withheld: u64,
    withheld_by_rule: &'a BTreeMap<String, u64>,
    excluded: &'a [String],
    not_linkable: u64,
    without_tokens: u64,
    tokens: u64,
    events: u64,
    events_by_kind: &'a BTreeMap<String, u64>,
    rows: &'a [RowsRead],
    quarantined: u64,
    by_rule: &'a BTreeMap<String, u64>,
    unusable: &'a BTreeMap<String, u64>,
    placeholders: &'a BTreeMap<String, u64>,
    notes: &'a [String],
}

const PROGRAM: &str = concat!("pathways ", env!("CARGO_PKG_VERSION"));

impl<'a> Letter<'a> {
    pub(crate) fn of(summary: &'a Summary) -> Self {
        Self {
            program: PROGRAM,
            source: &summary.source,
            city: summary.city.as_str(),
            system: summary.system.to_string(),
            records: summary.records,
            withheld: summary.withheld,
            withheld_by_rule: &summary.withheld_by_rule,
            excluded: &summary.excluded,
            not_linkable: summary.not_linkable,
            without_tokens: summary.without_tokens,
            tokens: summary.tokens,
            events: summary.events,
            events_by_kind: &summary.events_by_kind,
            rows: &summary.rows,
            quarantined: summary.quarantined,
            by_rule: &summary.by_rule,
            unusable: &summary.unusable,
            placeholders: &summary.placeholders,
            notes: &summary.notes,
        }
    }
}

/// The summary in plain words.
///
/// # Privacy
/// Counts, and names of files, columns and rules; no value, and no path.
pub fn summary_text(summary: &Summary) -> String {
    let mut text = String::new();
    let mut line = |words: String| {
        text.push_str(&words);
        text.push('\n');
    };
    line(format!("Extract of {} for {} ({PROGRAM})", summary.source, summary.city));
    line("Counts only: this summary may be sent by mail. It stays out of anything published.".to_owned());
    line(String::new());
    line(row("rows of", &["read", "used", "skipped", "set aside"].map(str::to_owned)));
    for file in &summary.rows {
        line(row(&file.file, &[file.read, file.used, file.skipped, file.quarantined].map(thousands)));
    }
    line(String::new());
    let mut count = |what: &str, number: u64| {
        if number > 0 {
            line(format!("{:>13}  {what}", thousands(number)));
        }
    };
    count("records in the extract", summary.records);
    for (rule, number) in &summary.withheld_by_rule {
        count(&format!("records that stay here: {rule}"), *number);
    }
    count("records that left without tokens: they may be counted, not linked", summary.not_linkable);
    count("records with too few identity fields for a token", summary.without_tokens);
    count("tokens", summary.tokens);
    count("events", summary.events);
    for (kind, number) in &summary.events_by_kind {
        count(&format!("  of them {kind}"), *number);
    }
    if !summary.excluded.is_empty() {
        let _ = write!(text, "\nLeft out by the profile: {}\n", summary.excluded.join(", "));
    }
    section(
        &mut text,
        "Set aside, or taken with a warning (reasons in the quarantine file, which stays):",
        &summary.by_rule,
    );
    section(&mut text, "Records whose cell held nothing usable, by field:", &summary.unusable);
    section(
        &mut text,
        "Records whose cell held what too many share, which is nobody's:",
        &summary.placeholders,
    );
    for note in &summary.notes {
        let _ = write!(text, "\nNote: {note}.\n");
    }
    text
}

fn section(text: &mut String, heading: &str, counts: &BTreeMap<String, u64>) {
    if !counts.is_empty() {
        let _ = write!(text, "\n{heading}\n");
        for (name, number) in counts {
            let _ = writeln!(text, "{:>13}  {name}", thousands(*number));
        }
    }
}

fn row(name: &str, cells: &[String; 4]) -> String {
    format!("{name:<30} {:>13} {:>13} {:>11} {:>11}", cells[0], cells[1], cells[2], cells[3])
}

/// A whole number with thousands separated, as people read it.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn thousands_are_separated() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(thousands(number), text);
        }
    }
}
