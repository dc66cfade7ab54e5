//! Every kind of bad input ends in one clear message with place, rule and remedy, in its own exit
//! code; the other agencies and cities carry on, and nothing is lost.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::scratch::{Said, Scratch, pathways, repository};

const CITY: &str = "us-ga-atlanta";
const OTHER: &str = "us-il-chicago";

/// A city whose extracts are made, seen from a hub that has released nothing yet.
fn hub_before_its_night(cities: &[&str]) -> Scratch {
    let scratch = Scratch::new(cities, 500);
    // Make keys, extracts and ledgers without a release: the report date has not come.
    scratch.edit_config("report_date = \"2026-06-30\"", "report_date = \"2199-06-30\"");
    let said = scratch.run("run");
    assert!(matches!(said.code, 0 | 3), "{said:?}");
    assert!(said.err.contains("report date"), "{}", said.err);
    scratch.edit_config("report_date = \"2199-06-30\"", "report_date = \"2026-06-30\"");
    scratch.as_a_real_hub();
    scratch
}

fn refused(said: &Said, code: i32, words: &[&str]) {
    assert_eq!(said.code, code, "{said:?}");
    for word in words {
        assert!(said.err.contains(word), "{word:?} is missing from: {}", said.err);
    }
}

/// The report of a city's night.
fn report(scratch: &Scratch, city: &str) -> serde_json::Value {
    let text = fs::read_to_string(scratch.path(&format!("work/{city}/report.json"))).expect("a report");
    serde_json::from_str(&text).expect("JSON")
}

#[test]
fn a_missing_manifest_holds_back_one_city_and_no_other() {
    let scratch = hub_before_its_night(&[CITY, OTHER]);
    fs::remove_file(scratch.path(&format!("extracts/{CITY}/public_health/manifest.json"))).expect("removed");
    let said = scratch.run("run");
    refused(&said, 4, &["public_health", "manifest.json"]);
    assert!(!scratch.release(CITY).exists());
    assert!(scratch.release(OTHER).join("release.json").is_file(), "the other city carried on");
    let sources = report(&scratch, CITY);
    assert!(sources.to_string().contains("law_enforcement"), "the other agencies carried on: {sources}");
}

#[test]
fn a_source_that_is_not_required_holds_back_nothing() {
    let scratch = hub_before_its_night(&[CITY]);
    fs::remove_file(scratch.path(&format!("extracts/{CITY}/public_health/manifest.json"))).expect("removed");
    scratch.edit_config("name = \"public_health\"", "name = \"public_health\"\nrequired = false");
    let said = scratch.run("run");
    assert!(said.err.contains("public_health") && scratch.release(CITY).exists(), "{said:?}");
}

#[test]
fn a_truncated_or_altered_file_is_refused_whole() {
    let scratch = hub_before_its_night(&[CITY]);
    let path = scratch.path(&format!("extracts/{CITY}/law_enforcement/people.parquet"));
    let bytes = fs::read(&path).expect("an extract");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
    refused(&scratch.run("run"), 4, &["law_enforcement", "people.parquet"]);
}

#[test]
fn a_key_of_another_city_or_epoch_is_told_by_fingerprint() {
    let scratch = hub_before_its_night(&[CITY, OTHER]);
    // Another city's extract in this city's place.
    let (ours, theirs) =
        (format!("extracts/{CITY}/legal_services"), format!("extracts/{OTHER}/legal_services"));
    copy_folder(&scratch.path(&theirs), &scratch.path(&ours));
    refused(&scratch.run("run"), 4, &["legal_services", "manifest.json"]);

    let scratch = hub_before_its_night(&[CITY]);
    let path = scratch.path(&format!("keys/{CITY}/hub/linkage.fingerprint"));
    let text =
        fs::read_to_string(&path).expect("a fingerprint").replace("epoch = \"demo\"", "epoch = \"2031\"");
    fs::write(&path, text).expect("written");
    refused(&scratch.run("run"), 4, &["epoch"]);
}

#[test]
fn a_missing_or_exposed_key_has_its_own_exit_code() {
    let scratch = hub_before_its_night(&[CITY]);
    let key = scratch.path(&format!("keys/{CITY}/hub/hub.key"));
    fs::rename(&key, key.with_extension("away")).expect("moved");
    refused(&scratch.run("run"), 12, &["hub.key", "there is no hub key"]);
    fs::rename(key.with_extension("away"), &key).expect("moved");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("chmod");
        refused(&scratch.run("run"), 12, &["hub.key", "chmod 600"]);
    }
}

#[test]
fn a_missing_ledger_is_a_refusal_and_never_a_fresh_budget() {
    let scratch = hub_before_its_night(&[CITY]);
    fs::remove_file(scratch.path(&format!("work/{CITY}/ledger.sqlite"))).expect("removed");
    refused(&scratch.run("run"), 10, &["ledger.sqlite", "init"]);
    assert!(!scratch.release(CITY).exists());
    assert_eq!(scratch.run("init").code, 0);
    assert!(matches!(scratch.run("run").code, 0 | 3));
}

/// The signal that a limit on the size of files sends would kill the program without a word.
#[test]
fn a_limit_on_the_size_of_files_is_met_like_a_full_disk() {
    let scratch = hub_before_its_night(&[CITY]);
    let program = assert_cmd::cargo::cargo_bin("pathways");
    for kibibytes in ["0", "16", "160"] {
        let said = std::process::Command::new("bash")
            .args(["-c", "ulimit -f $1; exec \"$0\" run --config \"$2\""])
            .arg(&program)
            .arg(kibibytes)
            .arg(scratch.config())
            .current_dir(repository())
            .output()
            .expect("it ran");
        let err = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(1), "{kibibytes} KiB, {:?}: {err}", said.status);
        assert!(err.contains("File too large") && err.contains("run again"), "{err}");
        assert!(!scratch.release(CITY).exists());
    }
    assert!(matches!(scratch.run("run").code, 0 | 3));
    assert!(scratch.release(CITY).join("release.json").is_file(), "left alone, it ends");
}

#[test]
fn an_exhausted_budget_is_a_refusal() {
    let scratch = hub_before_its_night(&[CITY]);
    scratch.edit_config("share = 1.0", "share = 0.7");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    // Another period of the same privacy year: seven tenths are gone, seven tenths are wanted.
    scratch.edit_config("period = \"2025\"", "period = \"2025-q3\"");
    refused(&scratch.run("run"), 5, &["privacy year 2025", "of the cap"]);
    assert!(!scratch.path(&format!("out/city={CITY}/period=2025-q3")).exists());
}

#[test]
fn an_altered_ledger_stops_the_city_closed() {
    let scratch = hub_before_its_night(&[CITY]);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let path = scratch.path(&format!("work/{CITY}/ledger.sqlite"));
    let mut bytes = fs::read(&path).expect("a ledger");
    // Every byte of the recorded period's text: the row says another quarter now.
    let place = bytes.windows(4).rposition(|w| w == b"2025").expect("the period stands in the file");
    bytes[place + 3] = b'4';
    fs::write(&path, bytes).expect("written");
    let said = scratch.run("run");
    assert_eq!(said.code, 13, "{said:?}");
    assert!(said.err.contains("ledger"), "{}", said.err);
}

#[test]
fn a_ledger_that_does_not_know_a_published_release_stops_the_city() {
    let scratch = hub_before_its_night(&[CITY]);
    let ledger = scratch.path(&format!("work/{CITY}/ledger.sqlite"));
    let old = fs::read(&ledger).expect("a ledger");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    // An old copy put back whole: its chain is sound, and what was spent since is not in it.
    fs::write(&ledger, old).expect("written");
    refused(&scratch.run("run"), 13, &["put back from an old copy", "ledger.witness"]);
    assert_eq!(scratch.run("check").code, 13);
    // Its releases moved elsewhere, it still refuses: its witness lies with the keys.
    fs::rename(scratch.path("out"), scratch.path("elsewhere")).expect("moved");
    refused(&scratch.run("run"), 13, &["put back from an old copy"]);
    refused(&scratch.run("budget"), 13, &["put back from an old copy"]);
    refused(&scratch.run("init"), 13, &["put back from an old copy"]);
    assert!(!scratch.release(CITY).exists());
    fs::rename(scratch.path("elsewhere"), scratch.path("out")).expect("moved");
    // Without its witness too, what was published tells.
    fs::remove_file(scratch.path(&format!("keys/{CITY}/hub/ledger.witness"))).expect("removed");
    refused(&scratch.run("init"), 13, &["does not know this published release"]);
    refused(&scratch.run("run"), 13, &["does not know this published release"]);
    // Nor does `init` make a fresh budget beside what was published.
    fs::remove_file(&ledger).expect("removed");
    let said = scratch.run("init");
    refused(&said, 10, &["has published before"]);
    assert!(!ledger.exists());
}

#[test]
fn an_agencys_broken_export_is_refused_with_place_rule_and_remedy() {
    let scratch = hub_before_its_night(&[CITY]);
    let raw = scratch.path(&format!("raw/{CITY}/law_enforcement/victims.csv"));
    let text = fs::read_to_string(&raw).expect("an export");
    let folder = raw.parent().expect("a folder");
    let encode = || scratch.encode("law_enforcement", folder, CITY, CITY, "extract");
    // A header that lacks a mapped column.
    fs::write(&raw, text.replacen("OffenseCode", "Offence", 1)).expect("written");
    refused(&encode(), 4, &["victims.csv", "OffenseCode"]);
    assert!(!scratch.path("extract").exists());

    // An impossible date and a repeated id: rows set aside, the others go on, nothing is lost.
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let cells: Vec<&str> = lines[1].split(',').collect();
    let impossible = lines[1].replacen(cells[2], "20251399", 1);
    lines[1] = impossible;
    let repeated = lines[2].clone();
    lines.push(repeated);
    fs::write(&raw, lines.join("\n") + "\n").expect("written");
    let said = encode();
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.err.contains("set aside"), "{said:?}");
    assert!(!said.err.contains("20251399") && !said.out.contains("20251399"), "a value was quoted: {said:?}");

    // A key of another city.
    let said = scratch.encode("law_enforcement", folder, OTHER, CITY, "extract2");
    refused(&said, 12, &["cities never share keys"]);
}

#[test]
fn an_export_that_is_refused_stops_its_agency_and_no_other() {
    let scratch = Scratch::new(&[CITY, OTHER], 500);
    scratch.edit_config("report_date = \"2026-06-30\"", "report_date = \"2199-06-30\"");
    assert!(matches!(scratch.run("run").code, 0 | 3), "exports and keys are made, nothing is released");
    assert!(!scratch.path("out").exists());
    scratch.edit_config("report_date = \"2199-06-30\"", "report_date = \"2026-06-30\"");
    // The stamp says as of which day the exports were simulated; with today's they are not made anew.
    let raw = scratch.path(&format!("raw/{CITY}/law_enforcement/victims.csv"));
    let stamp = scratch.path(&format!("raw/{CITY}/simulated.toml"));
    let made = fs::read_to_string(&stamp).expect("a stamp").replace("2199-06-30", "2026-06-30");
    fs::write(&stamp, made).expect("written");
    let text = fs::read_to_string(&raw).expect("an export").replacen("OffenseCode", "Offence", 1);
    fs::write(&raw, text).expect("written");
    let said = scratch.run("run");
    refused(&said, 4, &["victims.csv", "OffenseCode", "law_enforcement is refused"]);
    assert!(!scratch.release(CITY).exists());
    assert!(scratch.release(OTHER).join("release.json").is_file(), "the other city carried on");
    assert!(report(&scratch, CITY).to_string().contains("public_health"), "the other agencies carried on");
}

#[test]
fn an_extract_that_holds_names_or_numbers_is_refused_unquoted() {
    let scratch = hub_before_its_night(&[CITY]);
    let folder = scratch.path(&format!("extracts/{CITY}/labor_enforcement"));
    // Somebody sends events with free text in the one column that takes words of a profile's own.
    for (value, rule) in [("Zvorkblatt, Wyxquandra", "name"), ("527-83-9146", "ssn")] {
        let csv = "event_id,record_id,date,date_precision,kind,age_band,screening_question,screening_answer,\
                   trafficking_type,service_category,referral_result,referral_result_date,outcome\n";
        let mut text = csv.to_owned();
        for i in 0..20 {
            writeln!(text, "{i:032x},{:032x},2025-03-04,day,exit,25_39,,,,,,,\"{value}\"", i % 3)
                .expect("a String");
        }
        fs::write(folder.join("events.csv"), &text).expect("written");
        let manifest = folder.join("manifest.json");
        let mut fields: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&manifest).expect("a manifest")).expect("JSON");
        fields["events"] = serde_json::json!({
            "name": "events.csv",
            "rows": 20,
            "sha256": hex::encode(Sha256::digest(&text)),
        });
        fs::write(&manifest, fields.to_string()).expect("written");
        let said = scratch.run("run");
        refused(&said, 4, &["labor_enforcement", "outcome"]);
        assert!(
            !said.err.contains(value) && !said.out.contains(value),
            "{rule}: a value was quoted: {said:?}"
        );
        assert!(said.err.contains("identified."), "{rule}: {}", said.err);
    }
}

#[test]
fn a_full_disk_ends_in_one_message_and_no_half_release() {
    let scratch = hub_before_its_night(&[CITY]);
    // A limit on file size is what a full disk looks like to a writer, and needs no second disk.
    let program = assert_cmd::cargo::cargo_bin("pathways");
    let output = std::process::Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" run --config \"$1\""])
        .arg(&program)
        .arg(scratch.config())
        .current_dir(repository())
        .output()
        .expect("it ran");
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(!scratch.release(CITY).exists(), "{err}");
    // With room again, the night goes through, and has been paid once at most.
    assert!(matches!(scratch.run("run").code, 0 | 3));
    assert!(scratch.run("budget").out.contains("100 % of the year"));
}

#[test]
fn usage_and_configuration_have_their_own_exit_code() {
    assert_eq!(pathways(&["run"]).code, 2);
    assert_eq!(pathways(&["run", "--config", "nowhere.toml"]).code, 2);
    let scratch = Scratch::new(&[CITY], 500);
    scratch.edit_config("epsilon = 4.0", "epsilonn = 4.0");
    refused(&scratch.run("run"), 2, &["epsilonn"]);
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder").filter_map(Result::ok) {
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
}
