//! What a configuration must say before anything is made or released, and what a change of it does not undo.

use std::fs;

use crate::scratch::{Said, Scratch, pathways};

const CITY: &str = "us-mn-minneapolis";

fn refused(said: &Said, code: i32, words: &[&str]) {
    assert_eq!(said.code, code, "{said:?}");
    for word in words {
        assert!(said.err.contains(word) || said.out.contains(word), "{word:?} is missing from: {said:?}");
    }
}

/// Of the folder of releases the scaffold says that everything may be published; ledger and exact counts used to lie in it.
#[test]
fn ledgers_and_keys_never_lie_in_the_folder_of_releases() {
    for (from, to, field) in [
        ("work = \"work\"", "work = \"out\"", "work: "),
        ("work = \"work\"", "work = \"x/../out/w\"", "work: "),
        ("keys = \"keys\"", "keys = \"out/keys\"", "keys: "),
        ("out = \"out\"", "out = \"work/out\"", "work: "),
    ] {
        let scratch = Scratch::new(&[CITY], 500);
        scratch.edit_config(from, to);
        let out = scratch.path("out").display().to_string();
        for subcommand in ["plan", "check", "init", "run"] {
            let said = scratch.run(subcommand);
            refused(&said, 2, &["city.toml", field]);
            assert!(said.err.contains(&out) || said.err.contains("work/out"), "{said:?}");
        }
        assert_eq!(fs::read_dir(scratch.path("")).expect("a folder").count(), 1, "something was made");
    }
}

#[test]
fn nothing_is_released_until_the_city_says_why() {
    for reason in ["", "reason = \"\"", "reason = \" \""] {
        let scratch = Scratch::new(&[CITY], 500);
        scratch.edit_config("reason = \"A test.\"", reason);
        refused(&scratch.run("run"), 4, &["budget.reason"]);
        refused(&scratch.run("check"), 4, &["budget.reason"]);
        assert!(!scratch.path("out").exists() && !scratch.path("work").exists());
    }
}

#[test]
fn what_is_there_in_a_ledgers_place_must_be_one() {
    let scratch = Scratch::new(&[CITY], 500);
    scratch.as_a_real_hub();
    let config = scratch.config();
    let config = config.to_str().expect("UTF-8");
    assert_eq!(pathways(&["keys", "make", "--config", config, "--for", "hub", "--epoch", "2026"]).code, 0);
    assert_eq!(scratch.run("init").code, 0);
    refused(&scratch.run("init"), 0, &["is there already"]);
    let ledger = scratch.path(&format!("work/{CITY}/ledger.sqlite"));
    for bytes in [&b""[..], b"no ledger at all"] {
        fs::write(&ledger, bytes).expect("written");
        let said = scratch.run("init");
        refused(&said, 13, &["ledger.sqlite"]);
        assert!(!said.out.contains("is there already"), "{said:?}");
    }
}

#[test]
fn a_configuration_changed_after_its_release_says_that_it_changes_nothing() {
    let scratch = Scratch::new(&[CITY], 500);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let said = scratch.run("run");
    assert!(!said.err.contains("before the configuration changed"), "{}", said.err);
    let (first, calm) = (scratch.files("out"), scratch.run("check"));
    assert!(!calm.out.contains("configuration changed"), "{}", calm.out);
    scratch.edit_config("name = \"Testville\"", "name = \"Otherville\"");
    scratch.edit_config("\"total_variance\"", "\"best_estimate\"");
    scratch.edit_config("report_date = \"2026-06-30\"", "report_date = \"2026-07-15\"");
    scratch.edit_config("[simulate]", "[tables]\nmeasures = [\"people\"]\n\n[simulate]");
    let said = scratch.run("run");
    assert!(matches!(said.code, 0 | 3), "{said:?}");
    let told =
        "before the configuration changed (city.name, release.report_date, release.objective, the tables)";
    assert!(said.err.contains(told), "{}", said.err);
    assert_eq!(first, scratch.files("out"));
    let said = scratch.run("check");
    assert!(said.out.contains("WARN") && said.out.contains(told), "{}", said.out);
}
