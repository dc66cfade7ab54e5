//! A column read cell by cell in bounded memory: counts, a uniform sample of the different values, and the
//! cells that are certain by themselves.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::calendar::iso;
use crate::cell::certain;
use crate::kind::KINDS;
use crate::values::{Value, Values};

/// Different values that are kept: those whose hashes are the smallest, so that the sample is uniform over
/// the different values, whatever their order, and its counts are exact.
const SAMPLE: usize = 4_096;

/// Values whose counts are followed to find the most frequent.
const HEAVY: usize = 32;

/// Values lately looked at, which need no second look.
const LATELY: usize = 512;

/// A longer text is kept cut: what it is shows by then.
const LONGEST: usize = 240;

/// Cells of one kind that are certain by themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Alarm {
    pub(crate) count: u64,
    pub(crate) first_row: u64,
}

/// What has been read of one column.
///
/// # Privacy
/// Holds up to 4,096 of the column's values in memory until it is dropped, and prints none.
pub struct Sketch {
    rows: u64,
    filled: u64,
    numbers: u64,
    opaque: u64,
    sample: BTreeMap<u64, Value>,
    dropped: bool,
    heavy: Vec<(u64, u64)>,
    lately: Vec<(u64, u8)>,
    alarms: [Alarm; KINDS],
}

impl Default for Sketch {
    fn default() -> Self {
        Self {
            rows: 0,
            filled: 0,
            numbers: 0,
            opaque: 0,
            sample: BTreeMap::new(),
            dropped: false,
            heavy: Vec::new(),
            lately: vec![(0, u8::MAX); LATELY],
            alarms: [Alarm::default(); KINDS],
        }
    }
}

impl Sketch {
    /// A column of which nothing was read.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads an empty cell.
    pub fn null(&mut self) {
        self.rows += 1;
    }

    /// Reads a text; a blank one is an empty cell.
    pub fn text(&mut self, text: &str) {
        self.rows += 1;
        let text = unquoted(text.trim());
        if !text.is_empty() {
            self.take(text);
        }
    }

    /// Reads a whole number.
    pub fn integer(&mut self, number: i64) {
        self.rows += 1;
        self.numbers += 1;
        let mut digits = [0_u8; 20];
        self.take(written(number, &mut digits));
    }

    /// Reads a fraction.
    pub fn fraction(&mut self, number: f64) {
        self.rows += 1;
        if number.is_finite() {
            self.numbers += 1;
            self.take(&number.to_string());
        }
    }

    /// Reads a date, as days from 1970-01-01.
    pub fn date(&mut self, day: i32) {
        self.rows += 1;
        self.take(&iso(i64::from(day)));
    }

    /// Reads a cell of bytes: as text where they are one, as hexadecimal digits where they are not.
    pub fn bytes(&mut self, bytes: &[u8]) {
        let readable = |text: &&str| !text.chars().any(char::is_control);
        if let Some(text) = std::str::from_utf8(bytes).ok().filter(readable) {
            return self.text(text);
        }
        self.rows += 1;
        if !bytes.len().is_multiple_of(16) || bytes.len() > 1_024 {
            self.opaque += 1;
        }
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
        let hex: String =
            bytes.iter().take(LONGEST / 2).flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect();
        self.take(&hex);
    }

    fn take(&mut self, text: &str) {
        self.filled += 1;
        let hash = hash(text);
        self.sampled(hash, text);
        self.weighed(hash);
        let slot = &mut self.lately[hash as usize % LATELY];
        if slot.0 != hash {
            *slot = (hash, certain(text).map_or(u8::MAX, |kind| kind as u8));
        }
        if let Some(alarm) = self.alarms.get_mut(usize::from(slot.1)) {
            if alarm.count == 0 {
                alarm.first_row = self.rows;
            }
            alarm.count += 1;
        }
    }

    fn sampled(&mut self, hash: u64, text: &str) {
        let full = self.sample.len() >= SAMPLE;
        if full && self.sample.last_key_value().is_some_and(|(largest, _)| hash > *largest) {
            self.dropped = true;
            return;
        }
        if let Some(value) = self.sample.get_mut(&hash) {
            value.count += 1;
            return;
        }
        let end = text.char_indices().nth(LONGEST).map_or(text.len(), |(at, _)| at);
        self.sample.insert(hash, Value { text: text[..end].into(), count: 1 });
        if self.sample.len() > SAMPLE {
            self.sample.pop_last();
            self.dropped = true;
        }
    }

    /// Counts the most frequent values, none too high.
    ///
    /// # Source
    /// Misra and Gries 1982, "Finding repeated elements".
    fn weighed(&mut self, hash: u64) {
        if let Some(heavy) = self.heavy.iter_mut().find(|(value, _)| *value == hash) {
            heavy.1 += 1;
        } else if self.heavy.len() < HEAVY {
            self.heavy.push((hash, 1));
        } else {
            self.heavy.iter_mut().for_each(|(_, count)| *count -= 1);
            self.heavy.retain(|(_, count)| *count > 0);
        }
    }

    /// Cells read, empty ones too.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Cells that hold something.
    pub fn filled(&self) -> u64 {
        self.filled
    }

    /// Whether all that the column holds are a few codes: numbers of one or two digits, yes and no.
    pub fn is_coded(&self) -> bool {
        let word = |text: &str| {
            ["yes", "no", "y", "n", "true", "false", "unknown"].contains(&text.to_ascii_lowercase().as_str())
        };
        let code = |text: &str| (text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit())) || word(text);
        self.filled > 0
            && !self.dropped
            && self.sample.len() <= 20
            && self.sample.values().all(|v| code(&v.text))
    }

    pub(crate) fn alarms(&self) -> &[Alarm; KINDS] {
        &self.alarms
    }

    /// Whether the cells came as numbers, which have no leading zeros.
    pub(crate) fn typed(&self) -> bool {
        self.numbers * 2 > self.filled
    }

    /// Whether most cells were bytes of no form that the contract has.
    pub(crate) fn is_opaque(&self) -> bool {
        self.opaque * 50 > self.filled
    }

    pub(crate) fn values(&self) -> Values {
        let sample: Vec<Value> = self.sample.values().cloned().collect();
        let distinct = match self.sample.last_key_value() {
            // The k-th smallest of D uniform hashes lies at k / D of their range.
            Some((largest, _)) if self.dropped => (SAMPLE - 1) as f64 / (*largest as f64 / u64::MAX as f64),
            _ => sample.len() as f64,
        };
        let counted = sample.iter().map(|value| value.count).max().unwrap_or(0);
        let heavy = self.heavy.iter().map(|(_, count)| *count).max().unwrap_or(0);
        Values { filled: self.filled, distinct, sample, top: counted.max(heavy) }
    }
}

impl std::fmt::Debug for Sketch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sketch({} rows)", self.rows)
    }
}

/// Without the quotes that a program left about a cell, and the apostrophe or equals sign by which a spreadsheet was
/// told that it is text: `"Doe"`, `'01234`, `="01234"`.
fn unquoted(text: &str) -> &str {
    let Some(first) = text.bytes().next().filter(|b| b"\"'=".contains(b)) else { return text };
    let inner = text.strip_prefix('=').filter(|rest| rest.starts_with('"')).unwrap_or(text);
    let quoted = inner.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match (first, quoted) {
        (_, Some(inner)) => inner.trim(),
        (b'\'', None) => text.trim_matches('\'').trim(),
        _ => text,
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A number's digits, without an allocation for each.
fn written(number: i64, digits: &mut [u8; 20]) -> &str {
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        at -= 1;
        digits[at] = b'-';
    }
    std::str::from_utf8(&digits[at..]).expect("digits and a sign are ASCII")
}
