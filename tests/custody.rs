//! Keys as their holders handle them: made, told apart, rotated, destroyed.

use std::fs;

use crate::scratch::{Said, Scratch, pathways};

const CITY: &str = "us-ga-atlanta";

fn keys(scratch: &Scratch, action: &str, more: &[&str]) -> Said {
    let config = scratch.config();
    pathways(&[&["keys", action, "--config", config.to_str().expect("UTF-8")], more].concat())
}

/// The fingerprint in the line of a key.
fn fingerprint(scratch: &Scratch, kind: &str) -> String {
    let said = keys(scratch, "show", &[]);
    let is_one = |word: &&str| word.len() == 16 && word.bytes().all(|b| b.is_ascii_hexdigit());
    let mut lines = said.out.lines().filter(|line| line.split_whitespace().any(|word| word == kind));
    let line = lines.next().unwrap_or_else(|| panic!("no {kind} key: {}", said.out));
    line.split_whitespace().find(is_one).unwrap_or_else(|| panic!("no fingerprint: {line}")).to_owned()
}

/// `../x` used to end in a panic, and others blamed a key file that was not there.
#[test]
fn an_epoch_that_is_none_is_refused_by_the_name_of_its_option() {
    let scratch = Scratch::new(&[CITY], 600);
    scratch.as_a_real_hub();
    assert_eq!(keys(&scratch, "make", &["--for", "agency", "--epoch", "2026"]).code, 0);
    let before = scratch.files("keys");
    for epoch in ["../x", "a b", "2026/1", ""] {
        for (action, more) in [
            ("make", &["--for", "hub"][..]),
            ("rotate", &["--key", "linkage"]),
            ("destroy", &["--key", "linkage", "--fingerprint", "0"]),
        ] {
            let said = keys(&scratch, action, &[more, &["--epoch", epoch]].concat());
            assert_eq!(said.code, 2, "{action} {epoch:?}: {said:?}");
            assert!(said.err.contains("--epoch") && !said.err.contains("panicked"), "{said:?}");
        }
    }
    assert_eq!(before, scratch.files("keys"));
}

#[test]
fn each_side_makes_its_own_keys_and_no_other() {
    let scratch = Scratch::new(&[CITY], 600);
    scratch.as_a_real_hub();
    assert_eq!(keys(&scratch, "make", &["--for", "hub", "--epoch", "2026"]).code, 0);
    assert!(!scratch.path(&format!("keys/{CITY}/agency")).exists());
    let made = keys(&scratch, "make", &["--for", "agency", "--source", "legal_services", "--epoch", "2026"]);
    assert!(made.code == 0 && made.out.contains("3 keys made"), "{made:?}");
    let folder = scratch.path(&format!("keys/{CITY}/agency"));
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("made")
        .map(|e| e.expect("there").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "keys.log",
            "legal_services.key",
            "legal_services.signing.key",
            "linkage.fingerprint",
            "linkage.key"
        ]
    );
    let shown = keys(&scratch, "show", &[]);
    assert!(shown.out.contains("age1") && shown.out.contains("RW"), "{}", shown.out);
    for (path, _) in scratch.files("keys") {
        if path.extension().is_some_and(|e| e == "key") {
            let text = fs::read_to_string(&path).expect("read");
            let secret =
                text.lines().find(|line| line.starts_with("secret")).expect("a secret")[10..74].to_owned();
            assert!(!shown.out.contains(&secret), "a secret is shown");
            assert!(
                scratch
                    .files("keys")
                    .iter()
                    .filter(|(_, b)| String::from_utf8_lossy(b).contains(&secret))
                    .count()
                    == 1
            );
        }
    }
    // Another agency waits for the city's linkage key; it does not make one of its own.
    fs::rename(folder.join("linkage.key"), scratch.path("linkage.key")).expect("moved");
    let said = keys(&scratch, "make", &["--for", "agency", "--epoch", "2026"]);
    assert!(said.code == 12 && said.err.contains("bring it from the agency that made it"), "{said:?}");
    // If nobody has it any more, the city begins again with another epoch.
    assert!(said.err.contains("begin again"), "{said:?}");
    fs::remove_file(folder.join("linkage.fingerprint")).expect("removed");
    assert_eq!(keys(&scratch, "make", &["--for", "agency", "--epoch", "2026"]).code, 12, "used before");
    fs::remove_file(folder.join("linkage.key")).expect("removed");
    assert_eq!(keys(&scratch, "make", &["--for", "agency", "--epoch", "2027"]).code, 0);
}

#[test]
fn a_key_is_rotated_once_and_destroyed_by_its_fingerprint_alone() {
    let scratch = Scratch::new(&[CITY], 600);
    scratch.as_a_real_hub();
    for side in ["hub", "agency"] {
        assert_eq!(keys(&scratch, "make", &["--for", side, "--epoch", "2026"]).code, 0);
    }
    let old = fingerprint(&scratch, "linkage");
    let rotate = ["--key", "linkage", "--epoch", "2027"];
    let said = keys(&scratch, "rotate", &rotate);
    assert!(said.code == 0 && said.err.contains("encodes its whole export again"), "{said:?}");
    let new = fingerprint(&scratch, "linkage");
    assert_ne!(old, new);
    let known = scratch.path(&format!("keys/{CITY}/hub/linkage.fingerprint"));
    assert!(fs::read_to_string(&known).expect("read").contains(&new));
    let again = keys(&scratch, "rotate", &rotate);
    assert!(again.code == 0 && again.out.contains("nothing was rotated"), "{again:?}");
    assert_eq!(keys(&scratch, "rotate", &["--key", "linkage", "--epoch", "2026"]).code, 12);
    assert_eq!(keys(&scratch, "rotate", &["--key", "record", "--epoch", "2027"]).code, 2, "whose?");

    // Nobody is at a terminal here, so a key goes only by its own fingerprint.
    let destroy = ["--key", "linkage", "--epoch", "2026"];
    let retired = scratch.path(&format!("keys/{CITY}/agency/retired/linkage.2026.key"));
    for (more, code) in [(&[][..], 2), (&["--fingerprint", &new][..], 12), (&["--fingerprint", &old][..], 0)]
    {
        assert!(retired.exists());
        assert_eq!(keys(&scratch, "destroy", &[&destroy[..], more].concat()).code, code);
    }
    assert!(!retired.exists());
    assert_eq!(fingerprint(&scratch, "linkage"), new);
    let log = fs::read_to_string(scratch.path(&format!("keys/{CITY}/agency/keys.log"))).expect("a log");
    let deeds: Vec<&str> =
        ["made", "rotated", "destroyed"].into_iter().filter(|deed| log.contains(deed)).collect();
    assert!(deeds.len() == 3 && log.contains(&old) && log.contains(&new), "{log}");
}

#[test]
fn a_mistaken_linkage_key_is_told_before_any_work() {
    let scratch = Scratch::new(&[CITY], 600);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let path = scratch.path(&format!("keys/{CITY}/agency/linkage.key"));
    let right = fs::read_to_string(&path).expect("read");
    let secret = &right.lines().find(|line| line.starts_with("secret")).expect("a secret")[10..74];
    fs::write(&path, right.replace(secret, &"5a".repeat(32))).expect("written");
    let raw = scratch.path(&format!("raw/{CITY}/legal_services"));
    let said = scratch.encode("legal_services", &raw, CITY, CITY, "mistaken");
    assert!(said.code == 12 && said.err.contains("not the city's linkage key"), "{said:?}");
    assert!(!scratch.path("mistaken").exists());
    // The others are shown all the same, for one needs them then most.
    let shown = keys(&scratch, "show", &[]);
    assert!(shown.code == 12 && shown.err.contains("not the city's linkage key"), "{shown:?}");
    assert!(shown.out.contains("refused, see below"), "{shown:?}");
    assert_eq!(fingerprint(&scratch, "hub").len(), 16);
}
