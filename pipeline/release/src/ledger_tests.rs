use std::collections::BTreeMap;
use std::fs;

use domain::Objective;
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::exact::Exact;
use crate::fixture::{persons, workload};
use crate::stored::ReleaseContext;

const CAP: f64 = 0.3;

/// The year's cap, and none over years.
const CAPS: Caps = Caps { year: CAP, lifetime: None };

struct Desk {
    folder: TempDir,
    city: CityId,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: tempfile::tempdir().expect("a folder"), city: city("us-ga-atlanta") };
        let key = LedgerKey::create(&desk.key_path(), &desk.city, "2026").expect("a key");
        Ledger::create(&desk.path(), key, &desk.city).expect("a ledger");
        desk
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("ledger/us-ga-atlanta.sqlite")
    }

    fn key_path(&self) -> PathBuf {
        self.folder.path().join("ledger.key")
    }

    fn key(&self) -> LedgerKey {
        LedgerKey::read(&self.key_path(), &self.city).expect("the key")
    }

    fn open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.path(), self.key(), &self.city)
    }

    /// Changes the file behind the program's back, with its triggers out of the way.
    fn tamper(&self, sql: &str) {
        let db = Connection::open(self.path()).expect("opens");
        db.execute_batch("DROP TRIGGER entry_stays; DROP TRIGGER entry_remains; DROP TRIGGER release_stays; DROP TRIGGER release_remains; PRAGMA foreign_keys = OFF;")
            .and_then(|()| db.execute_batch(sql))
            .expect(sql);
    }
}

fn city(slug: &str) -> CityId {
    CityId::new(slug).expect("a slug")
}

fn quarter(q: u32) -> ReleaseKey {
    ReleaseKey { year: 2025, period: Period::Quarter(2025, q), revision: 0 }
}

fn plan(rho: f64) -> Plan {
    Plan::new(&workload(&[3, 4], &[&[1, 0]]), Objective::TotalVariance, rho).expect("fits")
}

fn context() -> ReleaseContext {
    ReleaseContext::new("Atlanta", "2026-06-30".parse().expect("a date"), true, 1e-6)
}

fn store(ledger: &mut Ledger, receipt: Receipt, plan: &Plan) -> Result<StoredRelease, LedgerError> {
    let exact = Exact::tabulate(plan, persons(plan.workload(), 200, 1)).expect("fits");
    ledger.measure_and_store(receipt, exact, plan, &context())
}

fn receipt(reserved: Reserved) -> Receipt {
    match reserved {
        Reserved::Fresh(receipt) | Reserved::Adopted(receipt) => receipt,
        Reserved::Finished(_) => panic!("finished already"),
    }
}

fn release(ledger: &mut Ledger, key: ReleaseKey, rho: f64) -> StoredRelease {
    let receipt = receipt(ledger.reserve(key, &plan(rho), CAPS).expect("reserved"));
    store(ledger, receipt, &plan(rho)).expect("stored")
}

fn altered_at(result: Result<Ledger, LedgerError>) -> u64 {
    match result.err() {
        Some(LedgerError::Altered { entry, .. }) => entry,
        Some(other) => panic!("{other}"),
        None => panic!("accepted"),
    }
}

#[test]
fn a_release_is_measured_once_and_rendered_the_same_ever_after() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let stored = release(&mut ledger, quarter(1), 0.1);
    let first = stored.render();
    drop(ledger);
    let mut ledger = desk.open().expect("opens");
    // A changed configuration changes nothing about a finished period, and spends nothing.
    let Reserved::Finished(again) = ledger.reserve(quarter(1), &plan(0.05), CAPS).expect("found") else {
        panic!("measured again")
    };
    assert_eq!(again.noisy, stored.noisy);
    let again = again.render();
    assert_eq!(again.statement(), first.statement());
    assert_eq!(again.measurements(), first.measurements());
    assert_eq!(format!("{:?}", again.tables()), format!("{:?}", first.tables()));
    assert_eq!(ledger.entries().expect("read").len(), 3);
    let spent = ledger.spent(2025).expect("read");
    assert!((spent.rho_spent - 0.1).abs() < 1e-6 && spent.rho_reserved == 0.0);
    assert_eq!(ledger.spent(2026).expect("read").rho_cap, None);

    let statement = first.statement();
    assert_eq!(statement.release_id, "us-ga-atlanta/2025-q1/r0");
    assert_eq!(statement.ledger_head, ledger.head().expect("read"));
    assert!(ledger.holds(&statement.ledger_head).expect("read"));
    assert!(!ledger.holds("00").expect("read"));
    assert_eq!(statement.queries.len(), 4);
    let sum: f64 = statement.queries.iter().map(|q| q.rho).sum();
    assert!((sum - statement.rho).abs() < 1e-12 && statement.rho <= 0.1);
    assert!(statement.epsilon < statement.year.epsilon_cap);
    assert!(statement.caveats[0].contains("fictitious"));
    // The gates read exact data, and the promise must not say otherwise.
    for words in [&statement.terms.not_protected, &statement.caveats.join(" ")] {
        assert!(words.contains("Whether and on which night"), "{words}");
    }
    assert!(
        !statement.terms.side_channels.contains("and never by data"),
        "{}",
        statement.terms.side_channels
    );
}

#[test]
fn a_crash_before_storing_is_adopted_at_no_cost() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let lost = ledger.reserve(quarter(1), &plan(0.2), CAPS).expect("reserved");
    assert!(matches!(lost, Reserved::Fresh(_)));
    drop((lost, ledger));
    let mut ledger = desk.open().expect("opens");
    let other = ledger.reserve(quarter(1), &plan(0.1), CAPS).err().expect("another plan");
    assert!(
        matches!(&other, LedgerError::OtherPlan { release } if release == "us-ga-atlanta/2025-q1/r0"),
        "{other}"
    );
    let reserved = ledger.reserve(quarter(1), &plan(0.2), CAPS).expect("found");
    assert!(matches!(reserved, Reserved::Adopted(_)));
    // Two runs that both adopt: the slower one must not measure a second time.
    let second = receipt(ledger.reserve(quarter(1), &plan(0.2), CAPS).expect("found"));
    store(&mut ledger, receipt(reserved), &plan(0.2)).expect("stored");
    let slower = store(&mut ledger, second, &plan(0.2)).err().expect("too late");
    assert!(matches!(slower, LedgerError::AlreadyStored { .. }), "{slower}");
    assert!((ledger.spent(2025).expect("read").rho_spent - 0.2).abs() < 1e-6);
}

#[test]
fn an_exhausted_year_refuses_and_the_next_one_pays() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    release(&mut ledger, quarter(1), 0.2);
    let refused = ledger.reserve(quarter(2), &plan(0.2), CAPS).err().expect("exhausted");
    assert!(matches!(refused, LedgerError::Exhausted { year: 2025, .. }), "{refused}");
    assert!(refused.to_string().contains("0.2"), "{refused}");
    // A reservation that is not spent yet counts too.
    let open = ledger.reserve(quarter(2), &plan(0.08), CAPS).expect("fits");
    assert!(matches!(ledger.reserve(quarter(3), &plan(0.08), CAPS), Err(LedgerError::Exhausted { .. })));
    let raised =
        ledger.reserve(quarter(3), &plan(0.08), Caps { year: 2.0 * CAP, ..CAPS }).err().expect("raised");
    assert!(matches!(raised, LedgerError::CapRaised { year: 2025, .. }), "{raised}");
    let next = ReleaseKey { year: 2026, period: Period::Quarter(2026, 1), revision: 0 };
    assert!(matches!(ledger.reserve(next, &plan(0.2), CAPS), Ok(Reserved::Fresh(_))));
    assert!(matches!(
        ledger.reserve(next, &plan(0.2), Caps { year: f64::NAN, ..CAPS }),
        Err(LedgerError::Cap)
    ));
    drop(open);
    // Another program with the same ledger open sees what this one reserved.
    let mut beside = desk.open().expect("opens");
    assert!(matches!(beside.reserve(quarter(3), &plan(0.08), CAPS), Err(LedgerError::Exhausted { .. })));
}

#[test]
fn a_year_can_be_spent_to_the_last_quarter() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    for q in 1..=4 {
        release(&mut ledger, quarter(q), CAP / 4.0);
    }
    let revision = ReleaseKey { revision: 1, ..quarter(4) };
    assert!(matches!(ledger.reserve(revision, &plan(1e-4), CAPS), Err(LedgerError::Exhausted { .. })));
}

#[test]
fn a_missing_ledger_is_no_fresh_budget() {
    let desk = Desk::new();
    assert!(matches!(Ledger::create(&desk.path(), desk.key(), &desk.city), Err(LedgerError::Exists { .. })));
    fs::remove_file(desk.path()).expect("removed");
    let error = desk.open().err().expect("refused");
    assert!(matches!(error, LedgerError::Missing { .. }) && error.to_string().contains("pathways init"));
    assert!(!desk.path().exists(), "opening makes nothing");
    let left: Vec<_> = fs::read_dir(desk.path().parent().expect("a folder")).expect("read").collect();
    assert!(left.is_empty(), "no draft stays behind");
}

#[test]
fn another_city_or_key_is_refused() {
    let desk = Desk::new();
    let chicago = city("us-il-chicago");
    let chicago_key = || {
        let path = desk.folder.path().join("chicago.key");
        LedgerKey::create(&path, &chicago, "2026")
            .or_else(|_| LedgerKey::read(&path, &chicago))
            .expect("a key")
    };
    let foreign = |result: Result<Ledger, LedgerError>| match result.err() {
        Some(LedgerError::Foreign { rule, .. }) => rule,
        Some(other) => panic!("{other}"),
        None => panic!("accepted"),
    };
    assert!(foreign(Ledger::open(&desk.path(), desk.key(), &chicago)).contains("key is another city's"));
    assert!(
        foreign(Ledger::open(&desk.path(), chicago_key(), &chicago)).contains("ledger is another city's")
    );
    let other = LedgerKey::create(&desk.folder.path().join("other.key"), &desk.city, "2026").expect("a key");
    assert!(foreign(Ledger::open(&desk.path(), other, &desk.city)).contains("another key"));
    // Whoever changes the fingerprint too still can't seal.
    let other = LedgerKey::read(&desk.folder.path().join("other.key"), &desk.city).expect("the key");
    desk.tamper(&format!("UPDATE about SET key_fingerprint = '{}'", other.fingerprint()));
    assert_eq!(altered_at(Ledger::open(&desk.path(), other, &desk.city)), 0);
}

/// Every way to change the file is found, and the city stops.
#[test]
fn what_was_altered_is_refused() {
    for (sql, entry) in [
        ("UPDATE entry SET rho = 0.001 WHERE sequence = 2", 2),
        ("UPDATE entry SET rho_cap = 100 WHERE sequence = 1", 1),
        ("UPDATE entry SET year = 2024 WHERE sequence = 2", 2),
        ("UPDATE entry SET lifetime_cap = 9 WHERE sequence = 1", 1),
        // A row that somebody else wrote at the end, with the head moved to it.
        (
            "INSERT INTO entry SELECT 5, 'reserved', year, '2025-q4', revision, rho, rho_cap, lifetime_cap, plan, payload, seal FROM entry WHERE sequence = 3; UPDATE head SET sequence = 5",
            5,
        ),
        ("UPDATE entry SET plan = x'00' WHERE sequence = 3", 3),
        ("DELETE FROM entry WHERE sequence = 2", 2),
        ("DELETE FROM entry WHERE sequence = 0", 0),
        ("DELETE FROM entry", 0),
        // A cut tail: chain and seals are sound, the head is not theirs.
        ("DELETE FROM release WHERE sequence = 4; DELETE FROM entry WHERE sequence = 4", 4),
        ("DELETE FROM head", 5),
        // Two entries exchanged.
        (
            "UPDATE entry SET sequence = 99 WHERE sequence = 1; UPDATE entry SET sequence = 1 WHERE sequence = 3; UPDATE entry SET sequence = 3 WHERE sequence = 99",
            1,
        ),
        ("UPDATE release SET noisy = zeroblob(length(noisy)) WHERE sequence = 4", 4),
        (
            "UPDATE release SET statement = replace(statement, '\"demo\":true', '\"demo\":false') WHERE sequence = 2",
            2,
        ),
        ("UPDATE release SET inputs = zeroblob(32) WHERE sequence = 2", 2),
        ("DELETE FROM release WHERE sequence = 2", 2),
        ("DROP TABLE entry", 0),
        ("DROP TABLE head", 5),
    ] {
        let desk = Desk::new();
        let mut ledger = desk.open().expect("opens");
        release(&mut ledger, quarter(1), 0.1);
        release(&mut ledger, quarter(2), 0.1);
        drop(ledger);
        desk.tamper(sql);
        assert_eq!(altered_at(desk.open()), entry, "{sql}");
    }
}

#[test]
fn what_is_no_ledger_is_refused() {
    for content in [&b""[..], b"not a database at all, but long enough to have a header of one hundred bytes, which is what SQLite reads first"] {
        let desk = Desk::new();
        fs::write(desk.path(), content).expect("written");
        altered_at(desk.open());
    }
}

#[test]
fn the_programs_own_connection_cannot_change_entries() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    release(&mut ledger, quarter(1), 0.1);
    for sql in [
        "UPDATE entry SET rho = 0.1",
        "DELETE FROM entry",
        "UPDATE release SET noisy = x''",
        "DELETE FROM release",
    ] {
        assert!(ledger.db.execute(sql, []).is_err(), "{sql}");
    }
    let level: i64 = ledger.db.query_row("PRAGMA synchronous", [], |row| row.get(0)).expect("read");
    assert_eq!(level, 3, "commits are on the disk when they return");
}

#[test]
fn receipt_counts_and_plan_belong_together() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let receipt_of =
        |ledger: &mut Ledger| receipt(ledger.reserve(quarter(1), &plan(0.1), CAPS).expect("reserved"));
    let fresh = receipt_of(&mut ledger);
    assert!(matches!(store(&mut ledger, fresh, &plan(0.2)), Err(LedgerError::Mismatch { .. })));
    let adopted = receipt_of(&mut ledger);
    let other = Exact::tabulate(&plan(0.2), persons(plan(0.2).workload(), 10, 1)).expect("fits");
    let error = ledger.measure_and_store(adopted, other, &plan(0.1), &context()).err();
    assert!(matches!(error, Some(LedgerError::Mismatch { .. })));
    // A receipt of one ledger is worth nothing at another.
    let elsewhere = Desk::new();
    let mut stranger = elsewhere.open().expect("opens");
    let adopted = receipt_of(&mut ledger);
    assert!(matches!(store(&mut stranger, adopted, &plan(0.1)), Err(LedgerError::Mismatch { .. })));
    assert_eq!(stranger.entries().expect("read").len(), 1);
}

#[derive(Debug, Clone)]
enum Step {
    Reserve { quarter: u32, rho: usize },
    Measure,
    Crash,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// Whatever is reserved, measured, dropped and adopted in whatever order: the year never costs
    /// more than its cap, and a stored release never changes.
    #[test]
    fn the_ledger_never_overspends(steps in prop::collection::vec(
        prop_oneof![
            4 => (1..=4_u32, 0..3_usize).prop_map(|(quarter, rho)| Step::Reserve { quarter, rho }),
            3 => Just(Step::Measure),
            2 => Just(Step::Crash),
        ], 1..14))
    {
        let desk = Desk::new();
        let plans = [0.05, 0.12, 0.2].map(plan);
        let mut ledger = desk.open().expect("opens");
        let mut held: Option<(u32, usize, Receipt)> = None;
        let mut stored: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Reserve { quarter: q, rho } => match ledger.reserve(quarter(q), &plans[rho], CAPS) {
                    Ok(Reserved::Finished(release)) => prop_assert_eq!(Some(&release.noisy), stored.get(&q)),
                    Ok(Reserved::Fresh(receipt) | Reserved::Adopted(receipt)) => {
                        prop_assert!(!stored.contains_key(&q));
                        held = Some((q, rho, receipt));
                    }
                    Err(LedgerError::Exhausted { .. } | LedgerError::OtherPlan { .. }) => {}
                    Err(other) => panic!("{other}"),
                },
                Step::Measure => if let Some((q, rho, receipt)) = held.take() {
                    let release = store(&mut ledger, receipt, &plans[rho]).expect("stored");
                    prop_assert!(stored.insert(q, release.noisy.clone()).is_none());
                },
                Step::Crash => {
                    held = None;
                    drop(ledger);
                    ledger = desk.open().expect("sound after a crash");
                }
            }
            let year = ledger.spent(2025).expect("read");
            prop_assert!(year.rho_spent + year.rho_reserved <= CAP);
        }
        for (q, noisy) in &stored {
            prop_assert_eq!(&ledger.stored(quarter(*q)).expect("read").expect("stored").noisy, noisy);
        }
    }
}

#[path = "ledger_account_tests.rs"]
mod account;

#[path = "ledger_disk_tests.rs"]
mod disk;
