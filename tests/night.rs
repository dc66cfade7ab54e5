//! A night from raw exports to a page, a finished night again, and a lost output folder.

use std::fs;

use crate::scratch::Scratch;

const CITY: &str = "us-mn-minneapolis";

#[test]
fn a_fresh_demonstration_sets_itself_up_and_publishes() {
    let scratch = Scratch::new(&[CITY], 800);
    let said = scratch.run("run");
    // The simulator plants bad rows, so the night ends with rows set aside.
    assert!(matches!(said.code, 0 | 3), "{said:?}");
    assert!(said.out.contains("dashboard:") && said.out.contains("4.000"), "{}", said.out);
    let release = scratch.release(CITY);
    for file in [
        "tables/unmet_need.parquet",
        "tables/unmet_need.csv",
        "tables/identification_gap_by_race_ethnicity.csv",
        "tables/cycling_without_help.parquet",
        "measurements.parquet",
        "release.json",
        "datapackage.json",
        "dashboard.html",
        "README.md",
        "SHA256SUMS",
    ] {
        assert!(release.join(file).is_file(), "{file}");
    }
    assert!(scratch.path("out/dashboard.html").is_file());
    let page = fs::read_to_string(scratch.path("out/dashboard.html")).expect("a page");
    assert!(page.contains("fictitious"));
}

#[test]
fn a_finished_night_again_spends_nothing_and_writes_the_same_bytes() {
    let scratch = Scratch::new(&[CITY], 600);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let (first, spent) = (scratch.files("out"), scratch.run("budget").out);
    assert!(spent.contains("100 % of the year"), "{spent}");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    assert_eq!(first, scratch.files("out"));
    assert_eq!(spent, scratch.run("budget").out);
}

#[test]
fn a_lost_output_folder_is_rendered_from_the_ledger_even_without_extracts() {
    let scratch = Scratch::new(&[CITY], 600);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let (first, spent) = (scratch.files("out"), scratch.run("budget").out);
    fs::remove_dir_all(scratch.path("out")).expect("removed");
    fs::remove_dir_all(scratch.path("extracts")).expect("removed");
    scratch.as_a_real_hub();
    // The sources are gone, so tonight's gate fails; the finished release is rendered all the same.
    let said = scratch.run("run");
    assert_eq!(said.code, 4, "{said:?}");
    let second = scratch.files("out");
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    assert_eq!(first, second);
    assert_eq!(spent, scratch.run("budget").out);
}

#[test]
fn changed_data_do_not_change_a_finished_release() {
    let scratch = Scratch::new(&[CITY], 600);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let first = scratch.files("out");
    scratch.edit_config("seed = 11", "seed = 12");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    assert_eq!(first, scratch.files("out"));
}

#[test]
fn plan_reads_no_data_and_tells_error_and_cost() {
    let scratch = Scratch::new(&[CITY], 600);
    let said = scratch.run("plan");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("209 tables") && said.out.contains("epsilon 4.000"), "{}", said.out);
    for line in ["Unmet need by race and ethnicity", "Re-entry", "Systems overlap, pairs"] {
        assert!(said.out.contains(line), "{line}: {}", said.out);
    }
    assert!(!scratch.path("work").exists() && !scratch.path("raw").exists(), "plan wrote something");
}

#[test]
fn check_tells_a_fresh_city_and_a_ready_one() {
    let scratch = Scratch::new(&[CITY], 600);
    assert_eq!(scratch.run("check").code, 0);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    scratch.as_a_real_hub();
    let said = scratch.run("check");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("ready") && said.out.contains("the chain is whole"), "{}", said.out);
    fs::remove_dir_all(scratch.path(&format!("extracts/{CITY}/public_health"))).expect("removed");
    let said = scratch.run("check");
    assert_eq!(said.code, 4, "{said:?}");
    assert!(said.out.contains("FAIL") && said.out.contains("public_health"), "{}", said.out);
}

#[test]
fn two_runs_at_once_do_not_meet_in_one_city() {
    let scratch = Scratch::new(&[CITY], 600);
    let folder = scratch.path(&format!("work/{CITY}"));
    fs::create_dir_all(&folder).expect("made");
    let file = fs::File::create(folder.join("lock")).expect("made");
    file.lock().expect("locked");
    let said = scratch.run("run");
    assert_eq!(said.code, 11, "{said:?}");
    assert!(said.err.contains("another run has this city"), "{}", said.err);
}

/// What is published is not taken back by a run that was started by mistake beside another.
#[test]
fn a_city_that_stops_stays_on_the_page_over_all_cities() {
    const OTHER: &str = "us-il-chicago";
    let scratch = Scratch::new(&[CITY, OTHER], 400);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let page = || fs::read_to_string(scratch.path("out/dashboard.html")).expect("a page");
    let before = page();
    assert!(before.contains(&format!("#{CITY}")) && before.contains(&format!("#{OTHER}")));
    let lock = fs::File::create(scratch.path(&format!("work/{CITY}/lock"))).expect("made");
    lock.lock().expect("locked");
    let said = scratch.run("run");
    assert_eq!(said.code, 11, "{said:?}");
    assert!(said.out.contains("stays as it was, for it would lose Testville"), "{}", said.out);
    assert_eq!(before, page());
    drop(lock);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    assert_eq!(before, page());
    // A city that was never published is no loss.
    fs::remove_dir_all(scratch.path(&format!("out/city={CITY}"))).expect("removed");
    let lock = fs::File::create(scratch.path(&format!("work/{CITY}/lock"))).expect("made");
    lock.lock().expect("locked");
    assert_eq!(scratch.run("run").code, 11);
    assert!(!page().contains(CITY) && page().contains(OTHER));
}
