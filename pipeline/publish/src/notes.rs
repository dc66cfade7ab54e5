//! What a row says about itself: status, reason, note. Decided on published numbers only.

use release::{Cell, RATE_TOLD_FROM_ZERO, RateInterval, Reliability, Statement};

use crate::revised;

/// A rate whose interval is wider than this (half of the whole scale) tells a reader nothing: the
/// page does not show it, the files keep it with its interval.
pub(crate) const WIDEST_SHOWN: f64 = 0.5;

/// The normal distribution's 97.5 % point.
pub(crate) const Z95: f64 = 1.959_963_984_540_054;

/// Whether a rate is too uncertain for the page.
pub(crate) fn too_uncertain(rate: RateInterval) -> bool {
    rate.high - rate.low > WIDEST_SHOWN
}

/// Whether the row's figures are all there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    /// Every figure that the row can have is there.
    Published,
    /// The rate is withheld; the estimate stands.
    Withheld,
}

impl Status {
    /// The written form.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Withheld => "withheld",
        }
    }
}

/// The row's status and, unless it is published, the reason.
pub(crate) fn status(cell: &Cell) -> (Status, Option<&'static str>) {
    match &cell.rate {
        Some(rate) if rate.value.is_none() => {
            let told_from_zero = rate.denominator > RATE_TOLD_FROM_ZERO * rate.denominator_standard_error;
            let reason = if told_from_zero {
                "rate withheld: the noise puts it outside 0 to 1"
            } else {
                "rate withheld: the number of people it would be out of is not told from zero"
            };
            (Status::Withheld, Some(reason))
        }
        _ => (Status::Published, None),
    }
}

/// What a reader of this row alone must know.
pub(crate) fn note(cell: &Cell, statement: &Statement) -> Option<String> {
    let mut notes = Vec::new();
    if statement.demo {
        notes.push("fictitious demonstration data");
    }
    if statement.earlier.is_some() {
        notes.push(revised::ROW);
    }
    if cell.estimate < 0.0 {
        notes.push("below zero by noise alone: read it as few or none");
    } else if cell.reliability == Reliability::Low {
        notes.push("mostly noise: do not read this cell by itself");
    }
    if cell.rate.as_ref().and_then(|r| r.value).is_some_and(too_uncertain) {
        notes.push("rate too uncertain to act on: its interval is wider than 50 points");
    }
    if notes.is_empty() { None } else { Some(notes.join("; ")) }
}

/// The written form of a reliability.
pub(crate) fn reliability_word(reliability: Reliability) -> &'static str {
    match reliability {
        Reliability::High => "high",
        Reliability::Moderate => "moderate",
        Reliability::Low => "low",
    }
}
