//! Weights of evidence, in bits, fixed for now: log2 of how much likelier the agreement is between
//! two records of one person than between records of two.
//!
//! # Source
//! Fellegi and Sunter (1969), with one weight a field and level. The magnitudes are reasoned from
//! the sizes of the domains (a birth date has about 2^14.6 values) and from usual error rates,
//! and fitted to no data set.

use domain::{Evidence, Level};

use crate::evidence::{Agreement, EvidenceVector};
use Agreement::{Absent, Agrees, AgreesInPartOnly, Differs};
use Level::{Close, Exact, Partial};

/// The score of a pair in bits among `records` records, or `None` when a rule forbids linking it
/// whatever the score.
pub(crate) fn score(vector: &EvidenceVector, records: usize) -> Option<f64> {
    if forbidden(vector) {
        return None;
    }
    let own: f64 = [Evidence::First, Evidence::BirthDate, Evidence::Ssn, Evidence::Email, Evidence::Other]
        .into_iter()
        .chain([Evidence::Sex, Evidence::BirthPlace])
        .map(|evidence| bits(evidence, vector.of(evidence), records))
        .sum();
    // Names that differ in both parts are one event, an alias or a wrong column, not two slips.
    let both = vector.of(Evidence::First) == Differs && vector.of(Evidence::Last) == Differs;
    Some(own + household_bits(vector, records) + if both { 6.0 } else { 0.0 })
}

/// Last name, address and telephone are shared within a household, so their agreements are no
/// independent news: the strongest counts in full, the rest by half.
fn household_bits(vector: &EvidenceVector, records: usize) -> f64 {
    let each = [Evidence::Last, Evidence::Address, Evidence::Phone].map(|e| bits(e, vector.of(e), records));
    let strongest = each.iter().copied().fold(0.0, f64::max);
    let agreeing: f64 = each.iter().filter(|b| **b > 0.0).sum();
    let against: f64 = each.iter().filter(|b| **b < 0.0).sum();
    strongest + (agreeing - strongest) / 2.0 + against
}

/// What one home is worth: a city of more records has more addresses and telephones, each of a
/// household's few, so agreement brings a pair to about one in three whatever the city's size.
fn home_bits(records: usize) -> f64 {
    ((records.max(2) as f64).log2() - 1.5).clamp(8.0, 17.0)
}

/// What never links, however much else agrees: these patterns are what families, twins and
/// borrowed numbers look like.
fn forbidden(vector: &EvidenceVector) -> bool {
    let first = vector.of(Evidence::First);
    let last = vector.of(Evidence::Last);
    let birth = vector.of(Evidence::BirthDate);
    let home = [Evidence::Phone, Evidence::Address].iter().any(|e| vector.of(*e) == Agrees(Exact));
    let own_number = [Evidence::Ssn, Evidence::Other, Evidence::Email]
        .iter()
        .any(|e| matches!(vector.of(*e), Agrees(Exact | Close)));
    let known_birth = matches!(birth, Agrees(_) | AgreesInPartOnly);
    let beyond_name = known_birth
        || own_number
        || home
        || vector.of(Evidence::BirthPlace) == Agrees(Exact)
        || vector.of(Evidence::Address) == Agrees(Close);
    let reasons = [
        // Siblings and twins share all but the first name. With another last name too, a birth date and a
        // home in common are no twins': the name is an alias.
        first == Differs && !own_number && !(last == Differs && birth == Agrees(Exact) && home),
        // A borrowed number shares itself and not the birth date.
        first == Differs && birth != Agrees(Exact),
        // Parent and child with one name share name and home, not the birth date.
        birth == Differs && !own_number,
        // Twins of two sexes with one initial.
        vector.of(Evidence::Sex) == Differs && first == AgreesInPartOnly,
        // A name alone is nobody.
        !beyond_name,
    ];
    reasons.contains(&true)
}

#[expect(clippy::match_same_arms, reason = "a table of weights, one row a field and level")]
fn bits(evidence: Evidence, agreement: Agreement, records: usize) -> f64 {
    match (evidence, agreement) {
        (_, Absent) => 0.0,
        (Evidence::First, Agrees(Exact)) => 7.5,
        (Evidence::First, Agrees(Close)) => 5.0,
        (Evidence::First, Agrees(Partial)) => 3.0,
        // An initial that agrees where no sound-alike, nickname or near spelling does.
        (Evidence::First, AgreesInPartOnly) => -3.0,
        (Evidence::First, Differs) => -7.0,
        (Evidence::Last, Agrees(Exact)) => 9.0,
        (Evidence::Last, Agrees(Close | Partial)) => 7.0,
        (Evidence::Last, AgreesInPartOnly) => -2.0,
        (Evidence::Last, Differs) => -4.0,
        (Evidence::BirthDate, Agrees(Exact)) => 14.0,
        (Evidence::BirthDate, Agrees(Close)) => 8.5,
        (Evidence::BirthDate, Agrees(Partial)) => 5.0,
        // One year in fifty or so agrees by chance, and few true dates go wrong in day and month.
        (Evidence::BirthDate, AgreesInPartOnly) => -2.0,
        (Evidence::BirthDate, Differs) => -7.0,
        (Evidence::Ssn, Agrees(Exact)) => 17.0,
        (Evidence::Ssn, Agrees(Close)) => 11.0,
        (Evidence::Ssn, Agrees(Partial)) => 8.0,
        (Evidence::Ssn, AgreesInPartOnly) => 1.0,
        (Evidence::Ssn, Differs) => -4.0,
        (Evidence::Phone, Agrees(_) | AgreesInPartOnly) => home_bits(records),
        (Evidence::Phone, Differs) => -0.5,
        (Evidence::Email, Agrees(_) | AgreesInPartOnly) => 15.0,
        (Evidence::Email, Differs) => -0.5,
        (Evidence::Address, Agrees(Exact)) => home_bits(records),
        (Evidence::Address, Agrees(Close)) => 5.0,
        // Within a city nearly everybody shares the first three digits of a ZIP code.
        (Evidence::Address, Agrees(Partial) | AgreesInPartOnly) => 1.0,
        (Evidence::Address, Differs) => -1.0,
        (Evidence::Other, Agrees(_) | AgreesInPartOnly) => 18.0,
        (Evidence::Other, Differs) => -3.0,
        (Evidence::Sex, Agrees(_) | AgreesInPartOnly) => 0.9,
        (Evidence::Sex, Differs) => -4.0,
        (Evidence::BirthPlace, Agrees(_) | AgreesInPartOnly) => 5.0,
        (Evidence::BirthPlace, Differs) => -2.0,
    }
}

/// Bits a pair needs among `records` records: the prior odds of a random pair, about one in the
/// number of records, and ten to one beyond them.
pub(crate) fn threshold_bits(records: usize) -> f64 {
    (records.max(2) as f64).log2() + 3.3
}

/// The probability that a pair of this score is one person.
pub(crate) fn posterior(score_bits: f64, records: usize) -> f64 {
    let odds_bits = score_bits - (records.max(2) as f64).log2();
    1.0 / (1.0 + (-odds_bits).exp2())
}
