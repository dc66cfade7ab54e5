//! Columns of fractions: coordinates, and telephones with a point among their digits.

use crate::kind::{Finding, Kind};
use crate::values::Values;

/// Looks at a column's values as fractions: coordinates of places.
pub(crate) fn fractions(values: &Values) -> Option<Finding> {
    let fraction = |text: &str| -> Option<(f64, usize)> {
        let number: f64 = text.trim().parse().ok()?;
        Some((number, text.trim().split_once('.')?.1.len()))
    };
    let all: Vec<(f64, usize)> = values.meant().filter_map(|v| fraction(&v.text)).collect();
    let meant = values.meant().count();
    // Of three or four each must be finer than a score is.
    let finer = all.iter().all(|(_, places)| *places >= 5);
    if all.len() < if finer { 3 } else { 5 } || (all.len() as f64) < 0.7 * meant as f64 {
        return None;
    }
    let share = |pass: &dyn Fn(&(f64, usize)) -> bool| {
        all.iter().filter(|n| pass(n)).count() as f64 / all.len() as f64
    };
    if local_with_point(values) {
        return Some(Finding::column(Kind::Phone, share(&|_| true)));
    }
    let fine = share(&|(_, places)| *places >= 4) >= 0.7;
    let latitude = share(&|(n, _)| (17.0..72.0).contains(n)) >= 0.98;
    let longitude = share(&|(n, _)| (-180.0..-60.0).contains(n)) >= 0.98;
    let mut sorted: Vec<f64> = all.iter().map(|(n, _)| *n).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    // A score may have as many places; it is not crowded into a few degrees.
    let middle = sorted[sorted.len() * 3 / 4] - sorted[sorted.len() / 4];
    let half = sorted[sorted.len() / 2].abs();
    // A whole country's to a metre, or one city's anywhere.
    let country = latitude && all.len() >= 12 && share(&|(_, places)| *places >= 6) >= 0.8;
    let finer = share(&|(_, places)| *places >= 5) >= 0.8;
    let city = finer && middle < 1.5 && (3.0..180.0).contains(&half);
    (fine && (longitude || (latitude && middle < 2.5) || country || city))
        .then(|| Finding::column(Kind::Location, share(&|_| true)))
}

/// `224.0142`: three digits and four, zeros at the end among them as no measure has them, begun by any from 2.
fn local_with_point(values: &Values) -> bool {
    let form = |text: &str| {
        let b = text.trim().as_bytes();
        b.len() == 8
            && b[3] == b'.'
            && b[0] >= b'2'
            && b.iter().enumerate().all(|(at, b)| at == 3 || b.is_ascii_digit())
    };
    let texts: Vec<&str> = values.meant().map(|v| &*v.text).filter(|text| form(text)).collect();
    let firsts: std::collections::BTreeSet<&str> = texts.iter().map(|text| &text.trim()[..1]).collect();
    texts.len() >= 5 && texts.len() * 50 >= values.meant().count() * 49 && firsts.len() >= 4
}
