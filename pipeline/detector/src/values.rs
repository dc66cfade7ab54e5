//! What is known of a column once it was read: how many cells, and a sample of its different values.

/// One value, and how often it stood there.
#[derive(Debug, Clone)]
pub(crate) struct Value {
    pub(crate) text: Box<str>,
    pub(crate) count: u64,
}

/// A column's cells, counted, and a uniform sample of its different values.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Cells that held something.
    pub(crate) filled: u64,
    /// Different values, estimated where there are more than the sample holds.
    pub(crate) distinct: f64,
    /// The sample.
    pub(crate) sample: Vec<Value>,
    /// Cells of the most frequent value, at least.
    pub(crate) top: u64,
}

impl Values {
    /// The sampled values that mean something: no "unknown", no dash, no placeholder.
    pub(crate) fn meant(&self) -> impl Iterator<Item = &Value> {
        self.sample.iter().filter(|value| !is_placeholder(&value.text))
    }

    /// Share of the cells whose value stands there once: the chance that the next cell is a new one.
    ///
    /// # Source
    /// Good 1953, "The population frequencies of species".
    pub(crate) fn news(&self) -> f64 {
        let once = self.meant().filter(|value| value.count == 1).count() as f64;
        once / self.sample.len().max(1) as f64 * self.distinct / self.meant_cells()
    }

    /// How many different values there are at least, seen or not yet seen.
    ///
    /// # Source
    /// Chao 1984, "Nonparametric estimation of the number of classes in a population", the estimate without bias.
    pub(crate) fn entries(&self) -> f64 {
        let times = |n: u64| self.meant().filter(|value| value.count == n).count() as f64;
        let scale = self.distinct / self.sample.len().max(1) as f64;
        let (once, twice) = (times(1) * scale, times(2) * scale);
        self.meant().count() as f64 * scale + once * (once - 1.0).max(0.0) / (2.0 * (twice + 1.0))
    }

    /// The same column in small letters: `OPEN` and `Open` are one word of a list.
    pub(crate) fn in_one_case(&self) -> Self {
        let mut counts = std::collections::BTreeMap::new();
        for value in &self.sample {
            let spaced: Vec<&str> = value.text.split_whitespace().collect();
            let entry = counts.entry(spaced.join(" ").to_lowercase()).or_insert((value.text.clone(), 0));
            entry.1 += value.count;
        }
        let shrunk = counts.len() as f64 / self.sample.len().max(1) as f64;
        let sample = counts.into_values().map(|(text, count)| Value { text, count }).collect();
        Self { sample, distinct: self.distinct * shrunk, ..*self }
    }

    /// Different values for each cell.
    pub(crate) fn variety(&self) -> f64 {
        self.distinct / self.meant_cells()
    }

    /// Cells whose value means something.
    fn meant_cells(&self) -> f64 {
        let empty: u64 = self.sample.iter().filter(|v| is_placeholder(&v.text)).map(|v| v.count).sum();
        (self.filled.saturating_sub(empty)).max(1) as f64
    }

    /// The members of lists, where a third of the values are lists: `SHEL;MED`. A list is as varied as its
    /// combinations, its members are not.
    pub(crate) fn members(&self) -> Option<Self> {
        let mark = |text: &str| text.contains(';') || (text.contains('|') && !text.contains(' '));
        let lists = self.meant().filter(|value| mark(&value.text)).count();
        if lists * 3 < self.meant().count() || lists < 3 {
            return None;
        }
        // What follows a semicolon in a sentence is in small letters, and more than a word.
        let later = || self.meant().flat_map(|value| value.text.split([';', '|']).skip(1).map(str::trim));
        let said = later().filter(|m| m.starts_with(char::is_lowercase) && m.contains(' ')).count();
        if said * 2 > later().count() {
            return None;
        }
        let mut counts = std::collections::BTreeMap::new();
        for value in &self.sample {
            for member in value.text.split([';', '|']).map(str::trim).filter(|m| !m.is_empty()) {
                *counts.entry(member.to_owned()).or_insert(0) += value.count;
            }
        }
        Some(Self::counted(counts))
    }

    /// The members of lists with commas between them, `Housing, Legal aid`, where they are few and come again and again;
    /// what follows a comma in a sentence, a name or an address does not.
    pub(crate) fn listed_members(&self) -> Option<Self> {
        let mut counts = std::collections::BTreeMap::new();
        let (mut lists, mut all) = (0_usize, 0);
        for value in self.meant() {
            let members = || value.text.split([',', ';']).map(str::trim).filter(|m| !m.is_empty());
            lists += usize::from(members().count() >= 2);
            for member in members() {
                all += 1;
                *counts.entry(member.to_lowercase()).or_insert(0_u64) += value.count;
                if member.split(' ').count() > 5 {
                    return None;
                }
            }
        }
        let closed = counts.len() * 4 <= all && counts.len() <= 40;
        if lists * 3 < self.meant().count() || all < 16 || !closed {
            return None;
        }
        Some(Self::counted(counts))
    }

    /// The same column without its digits, where that leaves few texts of many.
    pub(crate) fn without_numbers(&self) -> Option<Self> {
        let mut counts = std::collections::BTreeMap::new();
        for value in self.meant() {
            let text: String = value.text.chars().filter(|c| !c.is_ascii_digit()).collect();
            *counts.entry(text.trim().to_owned()).or_insert(0) += value.count;
        }
        if counts.len() * 2 > self.meant().count() || self.meant().count() < 4 {
            return None;
        }
        let distinct = counts.len() as f64;
        let sample = counts.into_iter().map(|(text, count)| Value { text: text.into(), count }).collect();
        Some(Self { distinct, sample, ..*self })
    }

    /// The same column with no more than so many of its different values, which are drawn evenly as all of the sample are.
    pub(crate) fn some(&self, most: usize) -> Self {
        if self.sample.len() <= most {
            return Self { sample: self.sample.clone(), ..*self };
        }
        let sample: Vec<Value> = self.sample[..most].to_vec();
        let filled = sample.iter().map(|value| value.count).sum();
        Self { filled, distinct: most as f64, sample, top: self.top }
    }

    /// A column of texts that were counted.
    pub(crate) fn counted(counts: std::collections::BTreeMap<String, u64>) -> Self {
        let sample: Vec<Value> =
            counts.into_iter().map(|(text, count)| Value { text: text.into(), count }).collect();
        let filled: u64 = sample.iter().map(|value| value.count).sum();
        let top = sample.iter().map(|value| value.count).max().unwrap_or(0);
        Self { filled, distinct: sample.len() as f64, sample, top }
    }

    /// The same column with each value turned into another.
    pub(crate) fn map(&self, turn: impl Fn(&str) -> Option<String>) -> Self {
        let sample: Vec<Value> = self
            .sample
            .iter()
            .filter_map(|value| Some(Value { text: turn(&value.text)?.into(), count: value.count }))
            .collect();
        Self { sample, ..*self }
    }
}

/// Words for "nothing is known", and numbers that stand for it.
fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 58] = [
        "client refused",
        "client doesn't know",
        "client does not know",
        "client prefers not to answer",
        "data not collected",
        "not applicable",
        "not available",
        "not known",
        "not asked",
        "not stated",
        "not reported",
        "unavailable",
        "undisclosed",
        "withheld",
        "pending",
        "no data",
        "prefer not to say",
        "nil",
        "unknown",
        "unk",
        "none",
        "null",
        "n/a",
        "na",
        "nan",
        "-",
        "--",
        ".",
        "?",
        "missing",
        "refused",
        "declined",
        "not collected",
        "not provided",
        "tbd",
        "no",
        "blank",
        "anonymous",
        "(blank)",
        "xxx",
        "#n/a",
        "n.a.",
        "nr",
        "dk",
        "desconocido",
        "desconocida",
        "ninguno",
        "ninguna",
        "no sabe",
        "no aplica",
        "sin datos",
        "none reported",
        "none given",
        "not given",
        "not entered",
        "not on file",
        "no response",
        "unspecified",
    ];
    let trimmed = text.trim();
    let one_digit = || {
        let mut digits = trimmed.bytes().filter(u8::is_ascii_digit);
        digits.next().is_some_and(|first| trimmed.len() >= 6 && digits.all(|digit| digit == first))
            && !trimmed.bytes().any(|b| b.is_ascii_alphabetic())
    };
    (trimmed.len() <= 28 && WORDS.iter().any(|word| word.eq_ignore_ascii_case(trimmed))) || one_digit()
}
