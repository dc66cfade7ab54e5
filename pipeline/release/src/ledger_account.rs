//! What a person of a city has cost: by privacy year, and over all years.

use crate::ledger_chain::{EntryKind, Sealed};
use crate::ledger_error::LedgerError;
use crate::mechanism::add_up;
use crate::plan::Plan;

/// What may be spent on one person, in ρ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Caps {
    /// Of one privacy year.
    pub year: f64,
    /// Of all years together; `None` where the city caps none.
    pub lifetime: Option<f64>,
}

impl Caps {
    /// Refuses caps that are no caps.
    ///
    /// # Errors
    /// [`LedgerError::Cap`] on one that is not positive and finite.
    pub(crate) fn check(self) -> Result<(), LedgerError> {
        let positive = |cap: f64| cap.is_finite() && cap > 0.0;
        if positive(self.year) && self.lifetime.is_none_or(positive) { Ok(()) } else { Err(LedgerError::Cap) }
    }
}

/// What a privacy year has cost so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct YearSpending {
    /// Privacy year.
    pub year: i32,
    /// ρ of all stored releases.
    pub rho_spent: f64,
    /// ρ of reservations for which nothing is stored yet.
    pub rho_reserved: f64,
    /// The year's cap, the lowest that any of its reservations was made under; `None` before the first.
    pub rho_cap: Option<f64>,
}

/// What all privacy years together have cost so far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LifetimeSpending {
    /// ρ of all stored releases.
    pub rho_spent: f64,
    /// ρ of reservations for which nothing is stored yet.
    pub rho_reserved: f64,
    /// The cap over all years, the lowest that any reservation was made under; `None` when none was.
    pub rho_cap: Option<f64>,
}

/// Adds up a year, with upward rounding.
pub(crate) fn spending(chain: &[Sealed], year: i32) -> Result<YearSpending, LedgerError> {
    let (rho_spent, rho_reserved) = costs(chain, |of| of == year)?;
    // Each release publishes the cap that it was charged under, so a lowered one binds all that follow.
    let reserved = chain.iter().map(|s| &s.entry).filter(|e| e.kind == EntryKind::Reserved && e.year == year);
    Ok(YearSpending { year, rho_spent, rho_reserved, rho_cap: reserved.map(|e| e.rho_cap).reduce(f64::min) })
}

/// Adds up all years, with upward rounding.
pub(crate) fn lifetime(chain: &[Sealed]) -> Result<LifetimeSpending, LedgerError> {
    let (rho_spent, rho_reserved) = costs(chain, |_| true)?;
    let rho_cap = chain.iter().filter_map(|s| s.entry.lifetime_cap).reduce(f64::min);
    Ok(LifetimeSpending { rho_spent, rho_reserved, rho_cap })
}

/// Whether a plan fits what is left; reservations that are not spent yet count like spends, and so does what is to
/// be reserved `before` it, as a year and a ρ.
///
/// # Errors
/// [`LedgerError::CapRaised`] and
/// [`LedgerError::LifetimeRaised`] on one above what the ledger has, [`LedgerError::Exhausted`] and
/// [`LedgerError::LifetimeExhausted`] when the plan does not fit.
pub(crate) fn check_fits(
    chain: &[Sealed],
    year: i32,
    plan: &Plan,
    caps: Caps,
    before: &[(i32, f64)],
) -> Result<(), LedgerError> {
    let mut account = spending(chain, year)?;
    let of_year = before.iter().filter(|(of, _)| *of == year).map(|(_, rho)| *rho);
    account.rho_reserved = add_up(of_year.chain([account.rho_reserved]))?;
    if let Some(cap) = account.rho_cap.filter(|cap| caps.year > *cap) {
        return Err(LedgerError::CapRaised { year, cap });
    }
    let cost = plan.rho();
    if add_up([account.rho_spent, account.rho_reserved, cost])? > caps.year {
        return Err(LedgerError::Exhausted {
            year,
            cap: caps.year,
            spent: account.rho_spent,
            reserved: account.rho_reserved,
            cost,
        });
    }
    let mut all = lifetime(chain)?;
    all.rho_reserved = add_up(before.iter().map(|(_, rho)| *rho).chain([all.rho_reserved]))?;
    if let Some(cap) = all.rho_cap.filter(|cap| caps.lifetime.is_none_or(|wanted| wanted > *cap)) {
        return Err(LedgerError::LifetimeRaised { cap });
    }
    match caps.lifetime {
        Some(cap) if add_up([all.rho_spent, all.rho_reserved, cost])? > cap => {
            Err(LedgerError::LifetimeExhausted {
                cap,
                spent: all.rho_spent,
                reserved: all.rho_reserved,
                cost,
            })
        }
        _ => Ok(()),
    }
}

/// ρ of stored releases, and ρ of open reservations, of the years that are wanted.
fn costs(chain: &[Sealed], wanted: impl Fn(i32) -> bool) -> Result<(f64, f64), LedgerError> {
    let of = |kind| chain.iter().map(|s| &s.entry).filter(move |e| e.kind == kind).filter(|e| wanted(e.year));
    let stored: Vec<_> = of(EntryKind::Stored).map(|e| (e.year, &e.period, e.revision)).collect();
    let open = of(EntryKind::Reserved).filter(|e| !stored.contains(&(e.year, &e.period, e.revision)));
    Ok((add_up(of(EntryKind::Stored).map(|e| e.rho))?, add_up(open.map(|e| e.rho))?))
}
