//! Columns of digits: what their length, range and structure say.

use crate::kind::{Finding, Kind};
use crate::telephones::in_tens;
use crate::values::Values;

/// Three-digit prefixes that no postal area of the United States has.
///
/// # Source
/// Gaps in the assignment of ZIP prefixes to sectional centers, by general knowledge.
const NO_POSTAL_AREA: [u32; 62] = [
    0, 1, 2, 3, 4, 99, 213, 269, 343, 345, 348, 353, 419, 428, 429, 517, 518, 519, 529, 533, 536, 552, 568,
    578, 579, 589, 621, 632, 642, 643, 659, 663, 682, 694, 695, 696, 697, 698, 699, 702, 709, 715, 732, 742,
    771, 817, 818, 819, 839, 848, 849, 854, 858, 861, 862, 866, 867, 868, 869, 876, 886, 887,
];

/// Looks at a column's values as whole numbers; `typed` numbers have lost their leading zeros.
pub(crate) fn numbers(values: &Values, typed: bool) -> Option<Finding> {
    let meant = values.meant().count();
    let texts: Vec<&str> = values.meant().filter_map(|v| digits_of(&v.text)).collect();
    if texts.is_empty() || (texts.len() as f64) < 0.8 * meant as f64 {
        return None;
    }
    // Fractions of a table program have lost their zeros too.
    let fractions = values.meant().filter(|v| v.text.trim().ends_with(".0")).count();
    let digits = Digits::new(values, &texts, typed || fractions * 2 > meant || lost_zeros(&texts));
    let share = texts.len() as f64 / meant as f64;
    let kind = telephone(&digits)
        .or_else(|| nine(&digits))
        .or_else(|| document(&digits))
        .or_else(|| postcode(&digits))
        .or_else(|| last_four(&digits))?;
    Some(Finding::column(kind, share))
}

/// Whether a table program took the leading zeros of texts: none has one, and one in ten is a digit shorter than the others,
/// one in a hundred two.
fn lost_zeros(texts: &[&str]) -> bool {
    let longest = texts.iter().map(|text| text.len()).max().unwrap_or(0);
    let of = |length: usize| texts.iter().filter(|text| text.len() == length).count();
    let n = texts.len() as f64;
    let slack = 3.0 * (0.09 * n).sqrt();
    let (whole, short) = (of(longest) as f64, of(longest.saturating_sub(1)) as f64);
    texts.len() >= 40
        && longest >= 4
        && !texts.iter().any(|text| text.len() > 1 && text.starts_with('0'))
        && short >= 1.0
        && (short - 0.09 * n).abs() <= slack
        && (n - whole - short) <= 0.01 * n + 3.0 * (0.01 * n).sqrt()
}

/// The digits of a whole number, also where a table program made a fraction of it.
fn digits_of(text: &str) -> Option<&str> {
    let text = text.trim();
    let text = text.strip_suffix(".0").unwrap_or(text).trim_start_matches('+');
    (!text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit())).then_some(text)
}

/// Different numbers of a column, in order, with what their texts show.
struct Digits<'a> {
    values: &'a Values,
    texts: &'a [&'a str],
    numbers: Vec<u64>,
    typed: bool,
}

impl<'a> Digits<'a> {
    fn new(values: &'a Values, texts: &'a [&'a str], typed: bool) -> Self {
        let mut numbers: Vec<u64> = texts.iter().filter_map(|text| text.parse().ok()).collect();
        numbers.sort_unstable();
        Self { values, texts, numbers, typed }
    }

    fn len(&self) -> usize {
        self.texts.len()
    }

    /// Share of the values that pass.
    fn share(&self, pass: impl Fn(&str) -> bool) -> f64 {
        self.texts.iter().filter(|text| pass(text)).count() as f64 / self.len() as f64
    }

    /// Whether nearly all have this length; numbers may have lost a leading zero or two.
    fn long(&self, length: usize) -> bool {
        if self.typed {
            let lost = self.share(|t| t.len() < length && t.len() + 2 >= length);
            lost <= 0.16
                && self.share(|t| t.len() <= length && t.len() + 2 >= length) >= 0.97
                && self.share(|t| t.len() == length) >= 0.8
        } else {
            self.share(|t| t.len() == length) >= 0.97
        }
    }

    /// The same of a few: one in ten has lost a zero, so of seven hardly more than three.
    fn lost_of_few(&self, length: usize) -> bool {
        let lost = self.texts.iter().filter(|t| t.len() < length).count() as f64;
        let n = self.len() as f64;
        let within = self.texts.iter().all(|t| t.len() <= length && t.len() + 2 >= length);
        self.typed && self.len() < 30 && within && lost <= 0.1 * n + 3.0 * (0.09 * n).sqrt() && lost < 0.5 * n
    }

    /// Mean distance between neighbours, outliers left out: ids given out in a row lie close.
    fn gap(&self) -> f64 {
        let at = |share: f64| self.numbers[((self.numbers.len() - 1) as f64 * share) as usize] as f64;
        (at(0.98) - at(0.02)) / (0.96 * self.numbers.len() as f64).max(1.0) * self.sampled()
    }

    /// How far the numbers reach, outliers left out.
    fn reach(&self) -> u64 {
        let at = |share: f64| self.numbers[((self.numbers.len() - 1) as f64 * share) as usize];
        at(0.98) - at(0.02)
    }

    /// Part of the different values that the sample holds.
    fn sampled(&self) -> f64 {
        (self.values.sample.len() as f64 / self.values.distinct.max(1.0)).min(1.0)
    }

    /// Whether all begin with 6 to 9, as the mobile telephones of India do; of drawn digits four in ten. Ids begin with one.
    fn begin_high(&self, length: usize) -> bool {
        self.len() >= 10
            && self.leading(length) >= 2
            && self.share(|t| t.len() == length && t.as_bytes()[0] >= b'6') >= 0.97
            && self.values.variety() > 0.2
    }

    /// How many leading digits, of numbers of this length, begin a thirtieth of the values or more.
    fn leading(&self, length: usize) -> usize {
        let mut counts = [0_usize; 10];
        for text in self.texts {
            let first = if text.len() < length { 0 } else { usize::from(text.as_bytes()[0] - b'0') };
            counts[first] += 1;
        }
        counts.iter().filter(|n| **n * 30 >= self.len()).count()
    }
}

/// Ten digits, or seven, that a telephone in North America may have: neither area code nor exchange
/// begins with 0 or 1. Of ten digits drawn at random 64 % pass.
fn telephone(digits: &Digits) -> Option<Kind> {
    if digits.len() < 3 || digits.gap() < 20.0 || in_tens(digits.values) {
        return None;
    }
    let eleven = digits.share(|t| t.len() == 11 && t.starts_with('1')) >= 0.9;
    if digits.long(10) || eleven {
        // No area ends in two zeros but those of services.
        let area = |t: &str| ten_digits(t) && !(t.as_bytes()[0] <= b'4' && &t[1..3] == "00");
        let plan = digits.share(|t| area(t.strip_prefix('1').filter(|_| t.len() == 11).unwrap_or(t)));
        let enough = if digits.len() < 12 { 1.0 } else { 0.95 };
        return (plan >= enough || digits.begin_high(10)).then_some(Kind::Phone);
    }
    let local = digits.len() >= 20
        && digits.long(7)
        && digits.leading(7) >= 6
        && digits.share(|t| t.as_bytes()[0] >= b'2') >= 0.98;
    local.then_some(Kind::Phone)
}

/// Ten digits under the North American numbering plan.
pub(crate) fn ten_digits(text: &str) -> bool {
    let d = text.as_bytes();
    d.len() == 10 && d[0] >= b'2' && d[3] >= b'2' && &d[1..3] != b"11"
}

/// A year of two digits, a day of it, and a number of that day: calls of a night.
pub(crate) fn of_a_day(text: &str) -> bool {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|d| d.parse::<u32>().ok()).unwrap_or(0);
    (10..=39).contains(&number(0, 2)) && (1..=366).contains(&number(2, 5))
}

/// The number of a bank, by the digit that checks it; of nine drawn digits one in ten passes.
///
/// # Source
/// American Bankers Association, routing numbers, by general knowledge of their check digit.
fn bank(text: &str) -> bool {
    let weighed = text.bytes().zip([3, 7, 1].into_iter().cycle());
    text.len() == 9 && weighed.map(|(b, weight)| u32::from(b - b'0') * weight).sum::<u32>() % 10 == 0
}

/// Nine digits that are not ids in a row. Areas 000 and 666, group 00 and serial 0000 are given to
/// nobody, but test data and people who make numbers up care little, so length and spread decide.
fn nine(digits: &Digits) -> Option<Kind> {
    // Codes of a budget have their last places free; of social security numbers one in a hundred ends so.
    let round = digits.share(|t| t.ends_with("00"));
    if digits.len() >= 5 && round >= 0.5 {
        return None;
    }
    if digits.len() >= 8 && digits.share(of_a_day) >= 0.98 || digits.len() >= 5 && digits.share(bank) >= 0.98
    {
        return None;
    }
    // An area has a million numbers, a small state a few areas; ids of one program lie closer.
    let areas = digits.len() < 12 || digits.reach() >= 1_000_000;
    let spread = digits.gap() >= 1_000.0 && areas;
    (digits.len() >= 3 && (digits.long(9) || digits.lost_of_few(9)) && spread).then_some(Kind::Ssn)
}

/// Seven or eight digits spread over all that there are: nobody numbers cases so.
fn document(digits: &Digits) -> Option<Kind> {
    let spread = |length: usize| digits.long(length) && digits.leading(length) >= 7;
    let unlike_codes = digits.len() >= 20 && digits.gap() >= 100.0 && digits.values.variety() > 0.2;
    (unlike_codes && (spread(7) || spread(8))).then_some(Kind::Document)
}

/// Five digits: a city's few postcodes, lying close and repeated, or a country's, none where no
/// postal area is.
fn postcode(digits: &Digits) -> Option<Kind> {
    if digits.len() < 6 || !digits.long(5) || counties(digits.texts) || procedures(digits.texts) {
        return None;
    }
    let area = |t: &str| t.parse::<u32>().map_or(0, |n| n / 100);
    let assigned = digits.share(|t| !NO_POSTAL_AREA.contains(&area(t)));
    let mut areas: Vec<u32> = digits.texts.iter().map(|t| area(t)).collect();
    areas.sort_unstable();
    let mut runs: Vec<usize> = areas.chunk_by(|a, b| a == b).map(<[u32]>::len).collect();
    runs.sort_unstable_by(|a, b| b.cmp(a));
    let close = runs.iter().take(4).sum::<usize>() as f64 / digits.len() as f64;
    // Invented ones lie where no postal area is; a few of them, repeated, still mark a neighborhood.
    let one_area = runs[0] as f64 >= 0.9 * digits.len() as f64;
    let local = close >= 0.7 && digits.values.variety() <= if one_area { 0.95 } else { 0.6 };
    // Half the country lives where codes begin with 5 and more; wages seldom do.
    let high = digits.share(|t| t.len() == 5 && t.as_bytes()[0] >= b'5') >= 0.15;
    let country =
        digits.len() >= 100 && assigned >= 0.985 && digits.leading(5) >= 5 && digits.gap() >= 1.25 && high;
    (local || country).then_some(Kind::Address)
}

/// Codes of what a clinic does: visits of an office or an emergency room, beside tests or talks. Spokane's postcodes are as
/// the first, but no one's are as both.
///
/// # Source
/// Current Procedural Terminology, by general knowledge of its ranges.
fn procedures(texts: &[&str]) -> bool {
    let within = |ranges: &[std::ops::RangeInclusive<u32>]| {
        let code = |t: &&&str| t.parse::<u32>().is_ok_and(|n| ranges.iter().any(|range| range.contains(&n)));
        texts.iter().filter(code).count()
    };
    let visits = within(&[99_202..=99_205, 99_211..=99_215, 99_281..=99_285, 99_381..=99_397]);
    let others = within(&[
        80_047..=80_081,
        81_000..=81_025,
        85_025..=85_027,
        86_580..=86_804,
        87_070..=87_806,
        90_785..=90_853,
    ]);
    visits >= 2 && others >= 2 && (visits + others) * 3 >= texts.len()
}

/// Codes of counties: a state's number up to 56, and an odd one that no state but a few has above 205. Of postcodes one in
/// twenty looks so.
///
/// # Source
/// FIPS 6-4, by general knowledge of its form.
pub(crate) fn counties(texts: &[&str]) -> bool {
    let county = |t: &str| {
        let (state, county) = (t[..2].parse::<u32>().unwrap_or(0), t[2..].parse::<u32>().unwrap_or(0));
        let most = match state {
            13 => 321,
            21 => 239,
            29 => 229,
            48 => 507,
            51 => 840,
            _ => 205,
        };
        (1..=56).contains(&state) && county % 2 == 1 && county <= most
    };
    let five = |t: &&&str| t.len() == 5 && t.bytes().all(|b| b.is_ascii_digit());
    let different: std::collections::BTreeSet<&str> = texts.iter().copied().collect();
    let five: Vec<&&str> = different.iter().filter(five).collect();
    five.len() >= 3 && five.iter().all(|t| county(t))
}

/// Four digits, every one of the ten thousand as likely as the next: the end of a social security
/// number. House numbers, ids and times of day are not spread so.
fn last_four(digits: &Digits) -> Option<Kind> {
    let four = if digits.typed {
        digits.share(|t| t.len() <= 4) >= 0.99
    } else {
        digits.share(|t| t.len() == 4) >= 0.97
    };
    let clock = |t: &str| t.parse::<u32>().is_ok_and(|n| n / 100 < 24 && n % 100 < 60);
    // Industries and offences have four digits too; one of them comes again and again.
    let most = digits.values.meant().map(|v| v.count).max().unwrap_or(0);
    let listed = most as f64 > (0.04 * digits.values.filled as f64).max(4.0);
    if !four || listed || digits.share(clock) >= 0.98 {
        return None;
    }
    if digits.len() < 15 {
        return few_last_fours(digits).then_some(Kind::Ssn);
    }
    // A leading zero must tell them from years, extensions and ids; numbers have lost it and are shorter.
    let padded = digits.share(|t| if digits.typed { t.len() < 4 } else { t.starts_with('0') }) > 0.0;
    if !padded || (digits.len() < 40 && digits.typed) {
        return None;
    }
    let mut bins = [0_usize; 10];
    for number in &digits.numbers {
        bins[(*number as usize / 1_000).min(9)] += 1;
    }
    // Ten even bins: each within four standard errors of a tenth.
    let n = digits.len() as f64;
    let slack = 4.0 * (0.09 * n).sqrt() + 1.0;
    let even = bins.iter().all(|bin| (*bin as f64 - 0.1 * n).abs() <= slack);
    let in_a_row = digits.gap() < 1.05 && digits.values.variety() > 0.9;
    (even && !in_a_row).then_some(Kind::Ssn)
}

/// Of seven to fourteen: a leading zero among them, and five different digits at the first place and at the last.
fn few_last_fours(digits: &Digits) -> bool {
    let different = |at: usize| {
        let signs = digits.texts.iter().filter_map(|t| t.as_bytes().get(at));
        signs.collect::<std::collections::BTreeSet<_>>().len()
    };
    digits.len() >= 7
        && !digits.typed
        && digits.share(|t| t.starts_with('0')) > 0.0
        && different(0) >= 5
        && different(3) >= 5
        && digits.values.variety() > 0.5
}
