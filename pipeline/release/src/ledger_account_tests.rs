//! Years, all years together, and revisions.

use super::*;

fn year(year: i32) -> ReleaseKey {
    ReleaseKey { year, period: Period::Year(year), revision: 0 }
}

fn pay(ledger: &mut Ledger, key: ReleaseKey, rho: f64, caps: Caps) -> Result<(), LedgerError> {
    let plan = plan(rho);
    let receipt = receipt(ledger.reserve(key, &plan, caps)?);
    store(ledger, receipt, &plan).map(drop)
}

#[test]
fn all_years_together_stay_under_the_lifetime_cap() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let caps = Caps { lifetime: Some(0.5), ..CAPS };
    for paid in [2023, 2024] {
        pay(&mut ledger, year(paid), 0.2, caps).expect("fits");
    }
    // Every year has a budget of its own, and the three together would pass the cap.
    let refused = pay(&mut ledger, year(2025), 0.2, caps).expect_err("too much");
    assert!(matches!(refused, LedgerError::LifetimeExhausted { .. }), "{refused}");
    assert!(refused.to_string().contains("over all years"), "{refused}");
    // A reservation that is not spent yet counts too.
    let open = ledger.reserve(year(2025), &plan(0.09), caps).expect("fits");
    assert!(matches!(
        ledger.reserve(year(2026), &plan(0.09), caps),
        Err(LedgerError::LifetimeExhausted { .. })
    ));
    drop(open);
    let all = ledger.spent_over_all_years().expect("read");
    assert!((all.rho_spent - 0.4).abs() < 1e-6 && (all.rho_reserved - 0.09).abs() < 1e-6);
    assert_eq!(all.rho_cap, Some(0.5));
    assert_eq!(ledger.entries().expect("read").len(), 1 + 2 + 2 + 1, "refusals leave nothing");
}

#[test]
fn a_lifetime_cap_is_never_raised_or_left_out() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    pay(&mut ledger, year(2023), 0.1, CAPS).expect("a city may begin without one");
    pay(&mut ledger, year(2024), 0.1, Caps { lifetime: Some(0.5), ..CAPS }).expect("fits");
    for lifetime in [None, Some(0.6)] {
        let refused = pay(&mut ledger, year(2025), 0.1, Caps { lifetime, ..CAPS }).expect_err("raised");
        assert!(
            matches!(refused, LedgerError::LifetimeRaised { cap } if (cap - 0.5).abs() < 1e-12),
            "{refused}"
        );
    }
    pay(&mut ledger, year(2025), 0.1, Caps { lifetime: Some(0.4), ..CAPS }).expect("lowered");
    assert!(matches!(
        pay(&mut ledger, year(2026), 0.05, Caps { lifetime: Some(0.5), ..CAPS }),
        Err(LedgerError::LifetimeRaised { .. })
    ));
    for lifetime in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let caps = Caps { lifetime: Some(lifetime), ..CAPS };
        assert!(matches!(ledger.reserve(year(2027), &plan(0.05), caps), Err(LedgerError::Cap)));
    }
    let zero = Caps { year: 0.0, ..CAPS };
    assert!(matches!(ledger.reserve(year(2027), &plan(0.05), zero), Err(LedgerError::Cap)));
}

#[test]
fn a_statement_tells_what_the_year_and_the_years_paid() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let caps = Caps { lifetime: Some(0.6), ..CAPS };
    pay(&mut ledger, year(2024), 0.2, caps).expect("fits");
    pay(&mut ledger, quarter(1), 0.05, caps).expect("fits");
    pay(&mut ledger, quarter(2), 0.1, caps).expect("fits");
    let stored = ledger.stored(quarter(2)).expect("read").expect("stored");
    let statement = stored.statement();
    let paid: Vec<&str> = statement.year.releases.iter().map(|r| r.release_id.as_str()).collect();
    assert_eq!(paid, ["us-ga-atlanta/2025-q1/r0", "us-ga-atlanta/2025-q2/r0"]);
    let sum: f64 = statement.year.releases.iter().map(|r| r.rho).sum();
    assert!((sum - statement.year.rho_spent).abs() < 1e-12 && (sum - 0.15).abs() < 1e-6);
    assert!((statement.lifetime.rho_spent - 0.35).abs() < 1e-6);
    assert_eq!(statement.lifetime.rho_cap, Some(0.6));
    assert!(statement.lifetime.epsilon_cap > Some(statement.lifetime.epsilon_spent));
    assert!(statement.terms.composition.contains("at most ρ = 0.600000"), "{}", statement.terms.composition);
    let loss = |rows| statement.group_privacy.iter().find(|l| l.rows == rows).expect("listed");
    assert!(
        (loss(3).rho - 9.0 * statement.rho).abs() < 1e-12
            && (loss(1).epsilon - statement.epsilon).abs() < 1e-12
    );
}

#[test]
fn a_revision_costs_its_own_and_follows_one_finished_release_once() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let revision = ReleaseKey { revision: 1, ..quarter(1) };
    let refused = ledger.reserve(revision, &plan(0.1), CAPS).err().expect("nothing yet");
    assert!(matches!(refused, LedgerError::NothingToRevise { .. }), "{refused}");
    drop(ledger.reserve(quarter(1), &plan(0.1), CAPS).expect("reserved"));
    let refused = ledger.reserve(revision, &plan(0.1), CAPS).err().expect("not finished yet");
    assert!(matches!(refused, LedgerError::NothingToRevise { .. }), "{refused}");
    let first = release(&mut ledger, quarter(1), 0.1);

    let other = Plan::new(&workload(&[3, 4], &[&[0]]), Objective::TotalVariance, 0.1).expect("fits");
    let refused = ledger.reserve(revision, &other, CAPS).err().expect("other tables");
    assert!(matches!(refused, LedgerError::OtherTables { .. }), "{refused}");
    let revised = release(&mut ledger, revision, 0.15);
    assert!((ledger.spent(2025).expect("read").rho_spent - 0.25).abs() < 1e-6, "both are paid for");
    assert_eq!(revised.statement().earlier.as_ref().map(|e| e.rho), Some(first.statement().rho));
    assert!((revised.statement().rho_of_this_measurement() - 0.15).abs() < 1e-6, "its own cost");
    assert_eq!(revised.statement().year.releases.len(), 2);
    assert!(revised.statement().terms.corrections.contains("one revision"), "says so");

    let second = ReleaseKey { revision: 2, ..quarter(1) };
    let refused = ledger.reserve(second, &plan(0.01), CAPS).err().expect("once");
    assert!(matches!(refused, LedgerError::Revisions { .. }), "{refused}");
    // The first is as it was, and both read the same from the file.
    drop(ledger);
    let ledger = desk.open().expect("opens");
    assert_eq!(ledger.stored(quarter(1)).expect("read").expect("stored").noisy, first.noisy);
    let again = ledger.stored(revision).expect("read").expect("stored").render();
    assert_eq!(again.statement(), revised.render().statement());
    assert_eq!(again.measurements(), revised.render().measurements());
    assert_eq!(again.measurements().len(), 2 * first.render().measurements().len());
    assert_eq!(ledger.latest_reading().expect("read"), Some(context().report_date));
}

/// The figures rest on both vectors and both are published: whoever reads them learns what both cost.
#[test]
fn a_revised_release_claims_what_both_measurements_cost() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let first = release(&mut ledger, quarter(1), 0.1).statement().clone();
    release(&mut ledger, ReleaseKey { revision: 1, ..quarter(1) }, 0.15);
    let revised = ledger.stored(ReleaseKey { revision: 1, ..quarter(1) }).expect("read").expect("stored");
    let claimed = revised.statement();
    let all = |queries: &[crate::QueryStatement]| queries.iter().map(|q| q.rho).sum::<f64>();
    let earlier = claimed.earlier.as_ref().expect("a revision");
    assert!((claimed.rho - all(&claimed.queries) - all(&earlier.queries)).abs() < 1e-12, "{}", claimed.rho);
    assert!((claimed.rho - 0.25).abs() < 1e-6);
    let epsilon = |rho| crate::epsilon_for(rho, claimed.delta).expect("converts");
    assert!((claimed.epsilon - epsilon(claimed.rho)).abs() < 1e-9 && claimed.epsilon > first.epsilon);
    assert!((claimed.rho - claimed.year.rho_spent).abs() < 1e-12, "the year paid for nothing else");
    for loss in &claimed.group_privacy {
        let rho = f64::from(loss.rows).powi(2) * claimed.rho;
        assert!((loss.rho - rho).abs() < 1e-12 && (loss.epsilon - epsilon(rho)).abs() < 1e-9, "{loss:?}");
    }
    // The first release, looked at alone, is what it was.
    assert_eq!(ledger.stored(quarter(1)).expect("read").expect("stored").statement(), &first);
}

/// A release publishes the cap that it was charged under as one that is never raised.
#[test]
fn a_years_cap_once_lowered_is_never_raised_again() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    pay(&mut ledger, quarter(1), 0.05, CAPS).expect("fits");
    let lowered = Caps { year: 0.2, ..CAPS };
    pay(&mut ledger, quarter(2), 0.05, lowered).expect("a cap may be lowered");
    assert_eq!(ledger.spent(2025).expect("read").rho_cap, Some(0.2));
    for key in [quarter(3), ReleaseKey { revision: 1, ..quarter(1) }] {
        let refused = pay(&mut ledger, key, 0.05, CAPS).expect_err("raised");
        assert!(
            matches!(refused, LedgerError::CapRaised { year: 2025, cap } if (cap - 0.2).abs() < 1e-12),
            "{refused}"
        );
    }
    pay(&mut ledger, quarter(3), 0.05, lowered).expect("under the lowered one");
    let other = ReleaseKey { year: 2026, period: Period::Quarter(2026, 1), revision: 0 };
    pay(&mut ledger, other, 0.05, CAPS).expect("another year has a cap of its own");
}

#[test]
fn an_old_copy_put_back_does_not_know_what_was_published() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    release(&mut ledger, quarter(1), 0.1);
    drop(ledger);
    let old = fs::read(desk.path()).expect("read");
    let mut ledger = desk.open().expect("opens");
    let published = release(&mut ledger, quarter(2), 0.1).statement().ledger_head.clone();
    let standing = ledger.stored(quarter(1)).expect("read").expect("stored").statement().ledger_head.clone();
    drop(ledger);
    fs::write(desk.path(), old).expect("put back");
    assert!(matches!(desk.open(), Err(LedgerError::Forgotten { entry: 4, .. })), "its witness saw more");
    // With the key's folder put back as well, what was published still tells.
    fs::remove_file(desk.key().witness()).expect("removed");
    let restored =
        Ledger::open_even_unwitnessed(&desk.path(), desk.key(), &desk.city).expect("its chain is sound");
    assert!(restored.holds(&standing).expect("read"));
    assert!(!restored.holds(&published).expect("read"), "what was spent since shows");
}

#[test]
fn the_earliest_expiry_that_was_published_holds() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    assert_eq!(ledger.promised(2025).expect("read").expires_on, None);
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    for (q, expires) in [(1, Some("2026-09-01")), (2, Some("2026-07-20")), (3, Some("2031-01-01")), (4, None)]
    {
        let (plan, context) = (plan(0.05), ReleaseContext { year_expires: expires.map(day), ..context() });
        let receipt = receipt(ledger.reserve(quarter(q), &plan, CAPS).expect("fits"));
        let exact = Exact::tabulate(&plan, persons(plan.workload(), 50, 1)).expect("fits");
        ledger.measure_and_store(receipt, exact, &plan, &context).expect("stored");
    }
    assert_eq!(ledger.promised(2025).expect("read").expires_on, Some(day("2026-07-20")));
    assert_eq!(ledger.promised(2024).expect("read").expires_on, None, "another year's promise");
}
