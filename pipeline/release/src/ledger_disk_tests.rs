//! A disk that is full, and two programs at one ledger.

use std::thread;

use super::*;

fn pages(ledger: &Ledger) -> i64 {
    ledger.db.query_row("PRAGMA page_count", [], |row| row.get(0)).expect("read")
}

fn limit_pages(ledger: &Ledger, pages: i64) {
    let set: i64 =
        ledger.db.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get(0)).expect("set");
    assert_eq!(set, pages);
}

/// A plan whose noisy vector takes many pages of the file.
fn wide() -> Plan {
    Plan::new(&workload(&[40, 50], &[&[1, 0]]), Objective::TotalVariance, 0.1).expect("fits")
}

/// SQLite refuses to grow the file (its own error for a full disk) at every size between no growth and
/// all that is needed: at each the spend is whole or not there.
#[test]
fn a_disk_full_while_storing_spends_nothing() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let plan = wide();
    let mut held = Some(receipt(ledger.reserve(quarter(1), &plan, CAPS).expect("reserved")));
    let reserved = pages(&ledger);
    let mut refusals = 0;
    for room in 0.. {
        limit_pages(&ledger, reserved + room);
        let receipt = match held.take() {
            Some(receipt) => receipt,
            None => receipt(ledger.reserve(quarter(1), &plan, CAPS).expect("adopted")),
        };
        match store(&mut ledger, receipt, &plan) {
            Ok(_) => break,
            Err(LedgerError::Database { error, .. }) => {
                assert_eq!(error.sqlite_error_code(), Some(rusqlite::ErrorCode::DiskFull), "{error}");
                refusals += 1;
                let year = ledger.spent(2025).expect("read");
                assert!(year.rho_spent.abs() < 1e-12 && (year.rho_reserved - plan.rho()).abs() < 1e-12);
                assert!(!ledger.finished(quarter(1)).expect("read"), "nothing is spent unless it is stored");
                // The file is sound for whoever opens it now.
                assert_eq!(desk.open().expect("opens").entries().expect("read").len(), 2);
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refusals >= 4, "{refusals}: the vector takes several pages");
    let year = ledger.spent(2025).expect("read");
    assert!(year.rho_reserved.abs() < 1e-12 && (year.rho_spent - plan.rho()).abs() < 1e-12, "paid once");
}

#[test]
fn a_disk_full_while_reserving_reserves_nothing() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let full = pages(&ledger);
    limit_pages(&ledger, full);
    let mut refused = 0;
    for number in 1991..2100 {
        let key = ReleaseKey { year: number, period: Period::Year(number), revision: 0 };
        let before = ledger.entries().expect("read").len();
        match ledger.reserve(key, &plan(0.1), CAPS) {
            Ok(Reserved::Fresh(_)) => assert_eq!(ledger.entries().expect("read").len(), before + 1),
            Ok(_) => panic!("never reserved before"),
            Err(LedgerError::Database { .. }) => {
                refused += 1;
                assert_eq!(ledger.entries().expect("read").len(), before);
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert!(refused > 0, "the last page was never full");
    desk.open().expect("sound");
}

/// Eight programs want a third of the year each, all at once: three get it.
#[test]
fn programs_at_once_never_overspend() {
    let desk = Desk::new();
    let third = CAP / 3.0;
    let outcomes: Vec<Result<(), LedgerError>> = thread::scope(|scope| {
        let tasks: Vec<_> = (1..=4)
            .flat_map(|q| [(q, 0), (q, 1)])
            .map(|(q, twin)| {
                let desk = &desk;
                scope.spawn(move || {
                    // Two of them want the same release.
                    let key = if twin == 0 {
                        quarter(q)
                    } else {
                        ReleaseKey { period: Period::Year(2025), ..quarter(q) }
                    };
                    let mut ledger = desk.open()?;
                    match ledger.reserve(key, &plan(third), CAPS)? {
                        Reserved::Finished(_) => Ok(()),
                        Reserved::Fresh(receipt) | Reserved::Adopted(receipt) => {
                            store(&mut ledger, receipt, &plan(third)).map(drop)
                        }
                    }
                })
            })
            .collect();
        tasks.into_iter().map(|task| task.join().expect("no panic")).collect()
    });
    for outcome in &outcomes {
        let told = matches!(
            outcome,
            Ok(()) | Err(LedgerError::Exhausted { .. } | LedgerError::AlreadyStored { .. })
        );
        assert!(told, "{outcome:?}");
    }
    let ledger = desk.open().expect("sound");
    let year = ledger.spent(2025).expect("read");
    assert!(year.rho_spent + year.rho_reserved <= CAP, "{year:?}");
    assert!((year.rho_spent - CAP).abs() < 1e-6 && year.rho_reserved.abs() < 1e-12, "{year:?}");
}
