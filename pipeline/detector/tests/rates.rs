//! What is counted: detection of identified columns, false alarms on clean ones, by kind.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use detector::{Sketch, judge};

use crate::made_up::Made;

/// 2026-06-30.
const NEWEST_DAY: i64 = 20_634;

/// What a column is by its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Label {
    /// It identifies people; the word says how.
    Identified(&'static str),
    /// It identifies nobody.
    Clean,
    /// Neither, by this project's own rule: counted apart and held to no bar.
    Apart(&'static str),
}

/// Columns by label, and what the detector made of them.
#[derive(Debug, Default)]
pub(crate) struct Rates {
    counts: BTreeMap<&'static str, (usize, usize)>,
    clean: (usize, usize),
    said: Vec<String>,
}

impl Rates {
    /// Judges a column's cells; `place` is for the reader of a failing test.
    pub(crate) fn column<'a>(&mut self, label: Label, place: &str, cells: impl Iterator<Item = &'a str>) {
        let mut sketch = Sketch::new();
        cells.for_each(|cell| sketch.text(cell));
        self.judged(label, place, &sketch);
    }

    /// Judges what was read.
    pub(crate) fn judged(&mut self, label: Label, place: &str, sketch: &Sketch) {
        if sketch.filled() == 0 {
            return;
        }
        let finding = judge(sketch, NEWEST_DAY);
        let found = usize::from(finding.is_some());
        let miss = match label {
            Label::Identified(kind) => {
                let count = self.counts.entry(kind).or_default();
                *count = (count.0 + 1, count.1 + found);
                finding.is_none()
            }
            Label::Clean => {
                self.clean = (self.clean.0 + 1, self.clean.1 + found);
                finding.is_some()
            }
            Label::Apart(kind) => {
                self.said.push(format!("apart: {place}, {kind}: {finding:?}"));
                false
            }
        };
        if miss {
            self.said.push(format!("{label:?}: {place}, {} cells: {finding:?}", sketch.filled()));
        }
    }

    /// Share of the identified columns that were found.
    pub(crate) fn detection(&self) -> f64 {
        let (all, found) = self.counts.values().fold((0, 0), |sum, c| (sum.0 + c.0, sum.1 + c.1));
        found as f64 / all.max(1) as f64
    }

    /// Share of the clean columns that were refused.
    pub(crate) fn false_alarms(&self) -> f64 {
        self.clean.1 as f64 / self.clean.0.max(1) as f64
    }

    /// A table by kind, and what went wrong.
    pub(crate) fn table<'a>(&'a self, title: &'a str) -> impl Display + 'a {
        Table { rates: self, title }
    }
}

struct Table<'a> {
    rates: &'a Rates,
    title: &'a str,
}

impl Display for Table<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let rates = self.rates;
        writeln!(f, "{}", self.title)?;
        for (kind, (all, found)) in &rates.counts {
            writeln!(f, "  {kind:<30} {found:>5} of {all:>5} found")?;
        }
        writeln!(f, "  {:<30} {:.2} %", "detection", 100.0 * rates.detection())?;
        let (all, wrong) = rates.clean;
        let share = 100.0 * rates.false_alarms();
        writeln!(f, "  {:<30} {wrong:>5} of {all:>5} refused: {share:.2} %", "clean")?;
        rates.said.iter().try_for_each(|line| writeln!(f, "    {line}"))
    }
}

/// Draws a cell of a column.
pub(crate) type Draw = fn(&mut Made) -> String;

/// So many columns (`times`) of each kind and of each number of `rows`, drawn one after the other from the seeds
/// after `seed`.
pub(crate) fn drawn(
    mut seed: u64,
    rows: &[usize],
    times: usize,
    identified: &[(&'static str, Draw)],
    clean: &[(&'static str, Draw)],
) -> Rates {
    let mut rates = Rates::default();
    for rows in rows {
        for (kinds, is_identified) in [(identified, true), (clean, false)] {
            for (name, draw) in kinds {
                for _ in 0..times {
                    seed += 1;
                    let mut made = Made::new(seed);
                    let cells: Vec<String> = (0..*rows).map(|_| draw(&mut made)).collect();
                    let label = if is_identified { Label::Identified(name) } else { Label::Clean };
                    rates.column(label, &format!("{name}, {rows} rows"), cells.iter().map(String::as_str));
                }
            }
        }
    }
    rates
}
