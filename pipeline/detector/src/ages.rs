//! Ages that are exact to the day, and with the day of the export are birth dates: `34 y 5 m 12 d`, or years with so many places
//! that their days can be counted.

use crate::values::Values;

/// The share of the values that are such ages. Stays in a house are as exact, but not as long.
pub(crate) fn exact_ages(values: &Values) -> Option<f64> {
    let meant = values.meant().count();
    let all: Vec<f64> = values.meant().filter_map(|v| exact(&v.text)).collect();
    let old = all.iter().filter(|years| **years >= 8.0).count();
    let human = all.iter().all(|years| *years < 115.0);
    let enough = all.len() >= 5 && all.len() as f64 >= 0.9 * meant as f64;
    (enough && human && old * 2 >= all.len()).then_some(all.len() as f64 / meant as f64)
}

fn exact(text: &str) -> Option<f64> {
    let text = text.trim();
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') { counted_years(text) } else { worded(text) }
}

/// `34.4476`: a whole number of days over the days of a year. Of other fractions of four places one in thirty is.
fn counted_years(text: &str) -> Option<f64> {
    const YEARS: [f64; 3] = [365.25, 365.0, 365.2425];
    let (_, places) = text.split_once('.')?;
    let years: f64 = text.parse().ok()?;
    let slack = 0.5 * 0.1_f64.powi(i32::try_from(places.len()).ok()?);
    let days = |year: f64| (years * year - (years * year).round()).abs() <= slack * year + 1e-6;
    // Zeros at the end are not written.
    (years < 115.0
        && ((places.len() >= 4 && YEARS.into_iter().any(days)) || days(365.25) && places.len() == 3))
        .then_some(years)
}

/// `34 years, 5 months, 12 days`, `34a 5m 12d`.
fn worded(text: &str) -> Option<f64> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.len() > 40 {
        return None;
    }
    let mut seen = String::new();
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[at..].find(|c: char| !c.is_ascii_digit()).map_or(rest.len(), |end| at + end);
        numbers.push(rest[at..end].parse::<f64>().ok()?);
        rest = rest[end..].trim_start_matches([' ', '-', '.']);
        seen.push(rest.chars().next()?.to_ascii_lowercase());
    }
    let human = numbers.len() == 3 && numbers[0] < 115.0 && numbers[1] < 12.0 && numbers[2] < 32.0;
    (human && ["ymd", "amd"].contains(&seen.as_str())).then(|| numbers[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Value;

    fn found(texts: &[String]) -> bool {
        let sample = texts.iter().map(|text| Value { text: text.as_str().into(), count: 1 }).collect();
        exact_ages(&Values { filled: texts.len() as u64, distinct: texts.len() as f64, top: 1, sample })
            .is_some()
    }

    #[test]
    fn ages_to_the_day_are_birth_dates() {
        let of = |write: &dyn Fn(u32) -> String| found(&(1..40).map(write).collect::<Vec<_>>());
        assert!(of(&|n| format!("{}y {}m {}d", n + 3, n % 12, n % 30)));
        assert!(of(&|n| format!("{} años 2 meses {} días", n + 3, n % 30)));
        assert!(of(&|n| format!("{:.4}", f64::from(n * 397) / 365.25)));
        assert!(!of(&|n| format!("{}y {}m {}d", n % 3, n % 12, n % 30)), "stays");
        assert!(!of(&|n| format!("{:.4}", f64::from(n) * 1.234_567)), "scores");
        assert!(!of(&|n| format!("{:.4}", f64::from(n * 7) / 365.25)), "stays");
        assert!(!of(&|n| n.to_string()), "years");
    }
}
