use domain::{CityId, Objective, Period};
use tempfile::TempDir;

use super::*;
use crate::exact::Exact;
use crate::fixture::{persons, workload};
use crate::{Caps, LedgerKey, Plan, ReleaseContext, ReleaseKey, Reserved};

const CAPS: Caps = Caps { year: 0.3, lifetime: None };

struct Desk {
    folder: TempDir,
    city: CityId,
}

impl Desk {
    fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().expect("a folder"),
            city: CityId::new("us-ga-atlanta").expect("a slug"),
        };
        fs::create_dir(desk.folder.path().join("keys")).expect("made");
        LedgerKey::create(&desk.key_path(), &desk.city, "2026").expect("a key");
        desk.create().expect("a ledger");
        desk
    }

    fn key_path(&self) -> PathBuf {
        self.folder.path().join("keys/ledger.key")
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("work/ledger.sqlite")
    }

    fn witness(&self) -> PathBuf {
        self.folder.path().join("keys/ledger.witness")
    }

    fn key(&self) -> LedgerKey {
        LedgerKey::read(&self.key_path(), &self.city).expect("the key")
    }

    fn create(&self) -> Result<Ledger, LedgerError> {
        Ledger::create(&self.path(), self.key(), &self.city)
    }

    fn open(&self) -> Result<Ledger, LedgerError> {
        Ledger::open(&self.path(), self.key(), &self.city)
    }

    fn open_and_witness_anew(&self) -> Result<Ledger, LedgerError> {
        let ledger = Ledger::open_even_unwitnessed(&self.path(), self.key(), &self.city)?;
        ledger.witness_anew().map(|()| ledger)
    }

    fn ledger(&self) -> Vec<u8> {
        fs::read(self.path()).expect("read")
    }

    fn seen(&self) -> String {
        fs::read_to_string(self.witness()).expect("a witness")
    }

    /// Reserves, and measures too where that is wanted.
    fn spend(&self, quarter: u32, measured: bool) {
        let mut ledger = self.open().expect("opens");
        let plan = Plan::new(&workload(&[3, 4], &[&[1, 0]]), Objective::TotalVariance, 0.05).expect("fits");
        let key = ReleaseKey { year: 2025, period: Period::Quarter(2025, quarter), revision: 0 };
        let reserved = ledger.reserve(key, &plan, CAPS).expect("fits");
        let (Reserved::Fresh(receipt) | Reserved::Adopted(receipt)) = reserved else { panic!("finished") };
        if measured {
            let context = ReleaseContext::new("Atlanta", "2026-06-30".parse().expect("a day"), true, 1e-6);
            let exact = Exact::tabulate(&plan, persons(plan.workload(), 50, 1)).expect("fits");
            ledger.measure_and_store(receipt, exact, &plan, &context).expect("stored");
        }
    }
}

fn forgotten(result: Result<Ledger, LedgerError>) -> u64 {
    match result.err() {
        Some(LedgerError::Forgotten { entry, .. }) => entry,
        Some(other) => panic!("{other}"),
        None => panic!("accepted"),
    }
}

#[test]
fn the_witness_sees_every_entry() {
    let desk = Desk::new();
    assert!(desk.seen().starts_with("0 "));
    desk.spend(1, false);
    assert!(desk.seen().starts_with("1 "));
    desk.spend(1, true);
    let head = desk.open().expect("opens").head().expect("read");
    assert_eq!(desk.seen(), format!("2 {head}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(desk.witness()).expect("there").permissions().mode() & 0o777, 0o600);
    }
}

/// Nothing is published anywhere, and yet no old copy opens: not the one of before a reservation, nor
/// that of before a measurement, nor one that went another way since.
#[test]
fn an_old_copy_put_back_is_refused_wherever_the_releases_are() {
    let desk = Desk::new();
    let mut copies = vec![desk.ledger()];
    for (quarter, measured) in [(1, false), (1, true), (2, true)] {
        desk.spend(quarter, measured);
        copies.push(desk.ledger());
    }
    let (newest, older) = copies.split_last().expect("copies");
    for old in older {
        fs::write(desk.path(), old).expect("put back");
        assert_eq!(forgotten(desk.open()), 4);
        assert_eq!(forgotten(desk.open_and_witness_anew()), 4, "nor does `init` forget it");
    }
    fs::write(desk.path(), newest).expect("put back");
    desk.open().expect("the newest copy is as good as the ledger");

    // A ledger that grew from an old copy on another machine has as many entries, and they are others.
    let (seen, elsewhere) = (desk.seen(), &older[2]);
    fs::write(desk.path(), elsewhere).expect("put back");
    fs::remove_file(desk.witness()).expect("removed");
    desk.open_and_witness_anew().expect("forced");
    desk.spend(3, true);
    fs::write(desk.witness(), seen).expect("put back");
    assert_eq!(forgotten(desk.open()), 4);
}

/// Killed between commit and witness: the ledger is ahead, by one entry or, with an older copy of the
/// witness, by several. That is sound, and the witness sees the rest.
#[test]
fn a_ledger_that_is_ahead_of_its_witness_is_sound() {
    let desk = Desk::new();
    let mut seen = vec![desk.seen()];
    for (quarter, measured) in [(1, false), (1, true), (2, true)] {
        desk.spend(quarter, measured);
        seen.push(desk.seen());
    }
    let newest = desk.seen();
    for old in seen {
        fs::write(desk.witness(), old).expect("put back");
        desk.open().expect("ahead");
        assert_eq!(desk.seen(), newest);
    }
    // A draft that a kill left behind is in nobody's way.
    fs::write(desk.witness().with_extension("witness-draft"), "4 ab").expect("written");
    desk.spend(3, true);
    assert!(desk.seen().starts_with("6 "));
}

#[test]
fn a_missing_or_broken_witness_is_a_refusal_once_anything_is_spent() {
    let desk = Desk::new();
    fs::remove_file(desk.witness()).expect("removed");
    desk.open().expect("killed while it was made: nothing is spent");
    assert!(desk.seen().starts_with("0 "));
    desk.spend(1, true);
    let good = desk.seen();
    let others = [good.replacen('2', "two", 1), good[..20].to_owned(), String::new(), "-1 00".to_owned()];
    for broken in others {
        fs::write(desk.witness(), &broken).expect("written");
        let refused = desk.open().err().expect("refused");
        assert!(matches!(refused, LedgerError::Unwitnessed { .. }), "{broken:?}: {refused}");
        assert!(refused.to_string().contains("ledger.witness"), "{refused}");
        assert_eq!(fs::read_to_string(desk.witness()).expect("read"), broken, "left as it was");
    }
    fs::remove_file(desk.witness()).expect("removed");
    assert!(matches!(desk.open(), Err(LedgerError::Unwitnessed { .. })));
    desk.open_and_witness_anew().expect("made anew");
    assert_eq!(desk.seen(), good);
}

#[test]
fn no_ledger_begins_anew_where_one_has_spent() {
    let desk = Desk::new();
    fs::remove_file(desk.path()).expect("removed");
    assert!(matches!(desk.open(), Err(LedgerError::Missing { .. })));
    drop(desk.create().expect("nothing was spent"));
    desk.spend(1, false);
    fs::remove_file(desk.path()).expect("removed");
    assert!(matches!(desk.open(), Err(LedgerError::Missing { .. })));
    assert_eq!(forgotten(desk.create()), 1);
    assert!(!desk.path().exists());
}

/// What can't be witnessed is not measured: the reservation stays, and a later run adopts it.
#[test]
#[cfg(unix)]
fn a_witness_that_can_t_be_written_stops_before_the_noise() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let plan = Plan::new(&workload(&[3, 4], &[&[1, 0]]), Objective::TotalVariance, 0.05).expect("fits");
    let key = ReleaseKey { year: 2025, period: Period::Quarter(2025, 1), revision: 0 };
    // A folder in the draft's place refuses even root.
    let draft = desk.witness().with_extension("witness-draft");
    fs::create_dir(&draft).expect("made");
    assert!(matches!(ledger.reserve(key, &plan, CAPS), Err(LedgerError::Io { .. })));
    assert!(matches!(desk.open(), Err(LedgerError::Io { .. })), "nor is it opened");
    fs::remove_dir(draft).expect("removed");
    desk.open().expect("opens");
    assert!(desk.seen().starts_with("1 "));
    assert!(matches!(ledger.reserve(key, &plan, CAPS), Ok(Reserved::Adopted(_))));
}

/// A witness that can't be written would stop the night after the budget was set aside.
#[test]
fn nothing_is_reserved_that_the_witness_cannot_see() {
    let desk = Desk::new();
    let mut ledger = desk.open().expect("opens");
    let (keys, away) = (desk.folder.path().join("keys"), desk.folder.path().join("away"));
    fs::rename(&keys, &away).expect("moved");
    let plan = Plan::new(&workload(&[3, 4], &[&[1, 0]]), Objective::TotalVariance, 0.05).expect("fits");
    let key = ReleaseKey { year: 2025, period: Period::Quarter(2025, 1), revision: 0 };
    let refused = ledger.reserve(key, &plan, CAPS).err().expect("no witness");
    let said = refused.to_string();
    assert!(said.contains("ledger.witness") && said.contains("let this user write"), "{said}");
    assert_eq!(ledger.entries().expect("read").len(), 1, "nothing reserved");
    fs::rename(&away, &keys).expect("back");
    assert!(matches!(ledger.reserve(key, &plan, CAPS), Ok(Reserved::Fresh(_))));
}
