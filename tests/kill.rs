//! Killed at any instant, or out of disk at any size: what is spent covers what is published, nothing is
//! measured twice, no half release is ever seen, and a run that is left alone ends in the same bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use domain::{CityId, Objective, Period, Service, Word, Workload, standard_workload};
use release::{
    Caps, EntryKind, Exact, Ledger, LedgerKey, PersonTable, Plan, ReleaseContext, ReleaseKey, Reserved,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::scratch::{Scratch, collect, pathways_command};

const CITY: &str = "us-ga-atlanta";

/// Names the folder that a child works in.
const FOLDER: &str = "PATHWAYS_KILL_TEST_FOLDER";

/// Tells a child to leave publishing alone: a night publishes under its city's lock, so no two do at once.
const LEDGER_ALONE: &str = "PATHWAYS_KILL_TEST_LEDGER_ALONE";

const CAPS: Caps = Caps { year: 0.3, lifetime: Some(0.6) };

/// Every measurement of the path: four quarters and a revision of the first.
fn measurements() -> Vec<(ReleaseKey, f64)> {
    let quarter = |q, revision| ReleaseKey { year: 2025, period: Period::Quarter(2025, q), revision };
    vec![
        (quarter(1, 0), 0.05),
        (quarter(2, 0), 0.06),
        (quarter(3, 0), 0.07),
        (quarter(4, 0), 0.05),
        (quarter(1, 1), 0.06),
    ]
}

fn city() -> CityId {
    CityId::new(CITY).expect("a slug")
}

fn workload() -> Workload {
    standard_workload(&Service::ALL[..1], &[]).expect("valid")
}

fn open(folder: &Path) -> Ledger {
    let key = LedgerKey::read(&folder.join("ledger.key"), &city()).expect("the key");
    Ledger::open(&folder.join("ledger.sqlite"), key, &city()).expect("a sound ledger")
}

/// One of so many categories. Attributes are independent, so that no time goes into what ties them together.
fn drawn(number: usize, categories: usize) -> u8 {
    let mut state = number as u64;
    (fraction(&mut state) * categories as f64) as u8
}

/// The release path as a night goes it: reserve or adopt, measure, store, publish what is stored.
fn release_path(folder: &Path) {
    let mut ledger = open(folder);
    let workload = workload();
    let context = ReleaseContext::new("Atlanta", "2026-06-30".parse().expect("a day"), false, 1e-6);
    for (key, rho) in measurements() {
        let plan = Plan::new(&workload, Objective::TotalVariance, rho).expect("a plan");
        let columns = workload
            .attributes()
            .iter()
            .enumerate()
            .map(|(at, a)| (0..400).map(|person| drawn(at * 400 + person, a.categories.len())).collect());
        let persons = PersonTable::new(&workload, columns.collect()).expect("people");
        match ledger.reserve(key, &plan, CAPS).expect("the year has it") {
            Reserved::Finished(_) => {}
            Reserved::Fresh(receipt) | Reserved::Adopted(receipt) => {
                let exact = Exact::tabulate(&plan, persons).expect("counted");
                ledger.measure_and_store(receipt, exact, &plan, &context).expect("stored");
            }
        }
        if std::env::var_os(LEDGER_ALONE).is_some() {
            continue;
        }
        // As a night does: the revision where there is one, else the first release.
        let revised = ledger.stored(ReleaseKey { revision: 1, ..key }).expect("read");
        let stored = match revised {
            Some(stored) => stored,
            None => ledger.stored(ReleaseKey { revision: 0, ..key }).expect("read").expect("stored"),
        };
        publish::publish(&stored.render(), &folder.join("out")).expect("published");
    }
}

#[test]
#[ignore = "not for itself: the kill tests start it as their child"]
fn the_release_path() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        release_path(Path::new(&folder));
    }
}

/// What makes this test binary play the child.
const CHILD: [&str; 5] =
    ["--exact", "kill::the_release_path", "--ignored", "--nocapture", "--test-threads=1"];

/// A folder with a fresh ledger, and what was seen in it.
struct Desk {
    folder: TempDir,
    /// The noisy answers of every measurement, by its id, as they were first seen stored.
    seen: BTreeMap<String, String>,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let key = LedgerKey::create(&folder.path().join("ledger.key"), &city(), "2026").expect("a key");
        Ledger::create(&folder.path().join("ledger.sqlite"), key, &city()).expect("a ledger");
        Self { folder, seen: BTreeMap::new() }
    }

    fn out(&self) -> PathBuf {
        self.folder.path().join("out")
    }

    /// A process of its own that goes the release path; `limit` is the largest file it may write, in KiB.
    fn child(&self, limit: Option<u32>) -> Child {
        let program = std::env::current_exe().expect("this test");
        let mut command = match limit {
            None => Command::new(program),
            Some(blocks) => {
                let mut shell = Command::new("bash");
                shell
                    .arg("-c")
                    .arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\""))
                    .arg(program);
                shell
            }
        };
        let quiet = command.args(CHILD).env(FOLDER, self.folder.path()).stdout(Stdio::null());
        quiet.stderr(Stdio::null()).spawn().expect("started")
    }

    /// A process of its own that goes the path without publishing.
    fn child_at_the_ledger(&self) -> Child {
        let mut command = Command::new(std::env::current_exe().expect("this test"));
        command.args(CHILD).env(FOLDER, self.folder.path()).env(LEDGER_ALONE, "1");
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("started")
    }

    /// What must hold whenever nobody is writing.
    fn check(&mut self) {
        let ledger = open(self.folder.path());
        let entries = ledger.entries().expect("sound");
        let count = |kind, key: ReleaseKey| {
            let period = key.period.to_string();
            entries
                .iter()
                .filter(|e| e.kind == kind && (&e.period, e.revision) == (&period, key.revision))
                .count()
        };
        for (key, _) in measurements() {
            let (reserved, stored) = (count(EntryKind::Reserved, key), count(EntryKind::Stored, key));
            assert!(
                stored <= reserved && reserved <= 1,
                "{key:?}: {reserved} reservations, {stored} measurements"
            );
            let Some(stored) = ledger.stored(key).expect("read") else { continue };
            let mut digest = Sha256::new();
            for answer in stored.render().measurements().iter().filter(|a| a.revision == key.revision) {
                digest.update(answer.value.to_le_bytes());
            }
            let digest = hex::encode(digest.finalize());
            let first = self.seen.entry(key.release_id(&city())).or_insert_with(|| digest.clone());
            assert_eq!(*first, digest, "{key:?} was measured again");
        }
        let year = ledger.spent(2025).expect("read");
        assert!(year.rho_spent + year.rho_reserved <= CAPS.year);
        let released: f64 = published(&self.out())
            .iter()
            .map(|release| {
                let statement = &release["statement"];
                let head = statement["ledger_head"].as_str().expect("a head");
                assert!(ledger.holds(head).expect("read"), "published and not on the ledger");
                // Of a revised release that is what both measurements cost.
                statement["rho"].as_f64().expect("a cost")
            })
            .sum();
        assert!(year.rho_spent >= released - 1e-12, "spent {} and released {released}", year.rho_spent);
    }

    /// Left alone, it ends; and again, with the same bytes and no further entry.
    fn converges(&mut self) {
        assert!(self.child(None).wait().expect("ended").success(), "left alone, it ends");
        self.check();
        let (files, head) = (files(&self.out()), open(self.folder.path()).head().expect("read"));
        assert_eq!(published(&self.out()).len(), 4);
        assert!(self.child(None).wait().expect("ended").success());
        self.check();
        assert_eq!(files, self::files(&self.out()), "the same bytes");
        assert_eq!(head, open(self.folder.path()).head().expect("read"), "and nothing spent");
        assert_eq!(open(self.folder.path()).entries().expect("read").len(), 1 + 2 * measurements().len());
        assert_eq!(self.seen.len(), measurements().len());
    }
}

/// Every release that a reader sees, each whole: all files are there as its checksums say.
fn published(out: &Path) -> Vec<serde_json::Value> {
    let mut releases = Vec::new();
    for (path, bytes) in files(out) {
        if path.file_name().is_some_and(|name| name == "SHA256SUMS") && !hidden(&path) {
            let folder = path.parent().expect("a folder");
            for line in std::str::from_utf8(&bytes).expect("text").lines() {
                let (sum, file) = line.split_once("  ").expect("a checksum and a file");
                let found = fs::read(folder.join(file)).map(|bytes| hex::encode(Sha256::digest(bytes)));
                assert_eq!(found.ok().as_deref(), Some(sum), "{file}: half a release");
            }
        }
        if path.file_name().is_some_and(|name| name == "release.json") && !hidden(&path) {
            assert!(path.with_file_name("SHA256SUMS").is_file(), "half a release");
            releases.push(serde_json::from_slice(&bytes).expect("JSON"));
        }
    }
    releases
}

/// What is still being written stands under a name that starts with a dot.
fn hidden(path: &Path) -> bool {
    path.components().any(|part| {
        part.as_os_str().to_string_lossy().starts_with('.')
            && part.as_os_str().to_string_lossy().contains("period=")
    })
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    collect(folder, &mut found);
    found
}

/// A fraction in [0, 1) for the instant of a kill: SplitMix64, never for noise.
fn fraction(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Whether the child was killed (with SIGKILL) before it ended.
fn kill_after(mut child: Child, time: Duration) -> bool {
    sleep(time);
    let running = child.try_wait().expect("asked").is_none();
    if running {
        child.kill().expect("killed");
    }
    let status = child.wait().expect("ended");
    assert!(running || status.success(), "it failed by itself: {status}");
    running && !status.success()
}

/// Kills the release path until it was killed so many times, over as many ledgers as that takes.
fn kill_the_release_path(kills: u32) {
    let started = Instant::now();
    Desk::new().converges();
    let whole = started.elapsed() / 2;
    let mut state = u64::from(kills);
    let (mut killed, mut desks, mut unfinished) = (0, 0, 0);
    while killed < kills {
        let mut desk = Desk::new();
        desks += 1;
        // Kill until one is left to end; with half the time of a whole path a ledger meets several.
        while kill_after(desk.child(None), whole.mul_f64(fraction(&mut state) * 0.6)) {
            killed += 1;
            desk.check();
            let year = open(desk.folder.path()).spent(2025).expect("read");
            unfinished += u32::from(year.rho_reserved > 0.0);
        }
        desk.converges();
    }
    assert!(unfinished > 0, "of {killed} kills over {desks} ledgers none fell between reserving and storing");
}

#[test]
fn a_release_path_killed_at_random_spends_what_it_publishes_and_converges() {
    kill_the_release_path(120);
}

#[test]
#[ignore = "the same with 1,000 kills: some minutes"]
fn a_release_path_killed_a_thousand_times_converges() {
    kill_the_release_path(1_000);
}

/// Four programs at once at one ledger, two of them killed. Two may come to store one release, and the slower
/// is refused.
#[test]
fn release_paths_at_once_never_overspend_or_measure_twice() {
    let mut state = 7;
    for _ in 0..6 {
        let mut desk = Desk::new();
        let mut children: Vec<Child> = (0..4).map(|_| desk.child_at_the_ledger()).collect();
        for child in children.iter_mut().take(2) {
            sleep(Duration::from_millis((fraction(&mut state) * 100.0) as u64));
            child.kill().expect("killed");
        }
        for child in &mut children {
            child.wait().expect("ended");
        }
        desk.check();
        desk.converges();
    }
}

/// A limit on the size of files is what a full disk looks like to a writer: from no room at all to enough.
#[test]
fn a_disk_that_is_full_at_any_size_spends_nothing_for_nothing() {
    let mut desk = Desk::new();
    let mut failed = 0;
    for limit in (0..96).step_by(3).chain((96..400).step_by(16)) {
        failed += u32::from(!desk.child(Some(limit)).wait().expect("ended").success());
        desk.check();
    }
    assert!(failed > 20, "{failed}: the limits were no limits");
    desk.converges();
}

/// The whole program of a hub, killed anywhere between its first extract and its last page.
fn kill_the_program(kills: u32) {
    let scratch = Scratch::new(&[CITY], 400);
    let release = |q: u32| {
        format!(
            "[[release]]\nperiod = \"2025-q{q}\"\nreport_date = \"2026-06-30\"\nshare = 0.25\nobjective = \"total_variance\"\n"
        )
    };
    scratch.replace_release(&(1..=4).map(release).collect::<String>());
    let config = scratch.config();
    let arguments = ["run", "--config", config.to_str().expect("UTF-8")];
    let mut state = u64::from(kills);
    let mut longest = Duration::from_millis(1_500);
    // Keys and fictitious exports are made before; what is killed is the hub's night.
    scratch.edit_config("2026-06-30", "2199-06-30");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    scratch.edit_config("2199-06-30", "2026-06-30");
    scratch.as_a_real_hub();
    for _ in 0..kills {
        let child = pathways_command().args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut child = child.expect("started");
        sleep(longest.mul_f64(fraction(&mut state)));
        if child.try_wait().expect("asked").is_some() {
            // It got to its end: begin again with nothing published, and finish the rest from the ledger.
            fs::remove_dir_all(scratch.path("out")).expect("removed");
            longest = longest.mul_f64(0.9);
        }
        child.kill().expect("killed");
        child.wait().expect("ended");
        published(&scratch.path("out"));
        assert_eq!(scratch.run("budget").code, 0, "a sound ledger");
    }
    let said = scratch.run("run");
    assert!(matches!(said.code, 0 | 3), "{said:?}");
    let (first, spent) = (scratch.files("out"), scratch.run("budget").out);
    assert_eq!(published(&scratch.path("out")).len(), 4);
    assert_eq!(spent.matches("┆ spent ").count(), 4, "{spent}");
    assert!(spent.contains("100 % of the year") && !spent.contains("reserved"), "{spent}");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    assert_eq!(first, scratch.files("out"));
    assert_eq!(spent, scratch.run("budget").out);
}

#[test]
fn a_night_killed_at_random_ends_in_one_release_a_period() {
    kill_the_program(10);
}

#[test]
#[ignore = "the same with 200 kills: some minutes"]
fn a_night_killed_two_hundred_times_ends_in_one_release_a_period() {
    kill_the_program(200);
}
