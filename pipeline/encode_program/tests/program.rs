//! The program as a clerk meets it: what it says, what it leaves, how it ends.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const PROFILE: &str = r#"
source = "hotline"
format = "csv"
system = "hotline"
people = "callers.csv"
[identity]
record_id = "id"
first_name = "first"
last_name = "last"
birth_date = "dob"
[sharing]
birth_year = false
date_precision = "day"
purposes = ["link", "measure"]
consent_scope = "link"
[[file]]
name = "callers.csv"
[[file.event]]
kind = "contact"
date = "called"
"#;
const CALLERS: &str = "id,first,last,dob,called\n\
    k1,Wyxquandra,Zvorkblatt,1990-05-01,2025-01-02\n\
    k2,Quilla,Ottokar,1991-06-02,2025-02-31\n\
    k3,Brennan,Uvalde,1991-06-02,2025-02-03\n";

struct Desk(TempDir);

/// How it ended, and what stood on stdout and stderr.
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Desk {
    fn new(callers: &str) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(desk.at("keys")).unwrap();
        for (name, kind) in [("linkage.key", "linkage"), ("hotline.key", "record")] {
            let secret = "5a".repeat(32);
            let text = format!(
                "kind = \"{kind}\"\ncity = \"us-ga-atlanta\"\nepoch = \"2026\"\nsecret = \"{secret}\"\n"
            );
            let path = desk.at("keys").join(name);
            fs::write(&path, text).unwrap();
            #[cfg(unix)]
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
        }
        fs::write(desk.at("hotline.toml"), PROFILE).unwrap();
        fs::write(desk.at("callers.csv"), callers).unwrap();
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn encode(&self, changed: &[(&str, &Path)]) -> Said {
        let mut arguments = [
            ("--profile", self.at("hotline.toml")),
            ("--input", self.at("callers.csv")),
            ("--city", PathBuf::from("us-ga-atlanta")),
            ("--keys", self.at("keys")),
            ("--out", self.at("extract")),
        ];
        for (name, value) in changed {
            arguments
                .iter_mut()
                .filter(|argument| argument.0 == *name)
                .for_each(|a| a.1 = value.to_path_buf());
        }
        said(
            Command::new(program())
                .args(arguments.iter().flat_map(|(name, value)| [Path::new(name), value.as_path()])),
        )
    }
}

fn program() -> PathBuf {
    assert_cmd::cargo::cargo_bin("pathways-encode")
}

fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn rows_set_aside_end_in_three_and_a_summary_that_may_be_sent() {
    let desk = Desk::new(CALLERS);
    let said = desk.encode(&[]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    let text = fs::read_to_string(desk.at("extract.summary.txt")).unwrap();
    let json = fs::read_to_string(desk.at("extract.summary.json")).unwrap();
    assert_eq!(said.out, text);
    let counts: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(counts["rows"][0]["read"], 3);
    assert_eq!((&counts["records"], &counts["quarantined"]), (&2.into(), &1.into()));
    assert_eq!(counts["by_rule"]["date.impossible"], 1);
    assert!(text.contains("callers.csv") && text.contains("date.impossible"), "{text}");
    // No cell, no key, no place on this computer.
    let place = desk.0.path().file_name().unwrap().to_str().unwrap().to_owned();
    let cells = CALLERS.lines().skip(1).flat_map(|line| line.split(',')).filter(|cell| cell.len() > 2);
    for secret in cells.chain(["5a5a5a", place.as_str()]) {
        assert!(!text.contains(secret) && !json.contains(secret), "{secret}");
    }
    assert!(desk.at("extract/manifest.json").is_file() && desk.at("extract.quarantine.json").is_file());
    assert!(!said.err.contains('\u{1b}'), "a bar is for a terminal");
}

#[test]
fn a_clean_export_ends_in_zero_and_gives_the_same_bytes_again() {
    let desk = Desk::new(&CALLERS.replace("02-31", "02-28"));
    let noted = |said: &Said| said.out.contains("no `linkage.fingerprint` lies beside");
    let extract = |desk: &Desk| fs::read(desk.at("extract/people.parquet")).unwrap();
    let said = desk.encode(&[]);
    assert_eq!(said.code, Some(0));
    assert!(noted(&said), "{}", said.out);
    let first = extract(&desk);
    assert_eq!(desk.encode(&[]).code, Some(0));
    assert!(extract(&desk) == first);
}

/// The system's own user reads whatever lies there; ssh, too, lets it.
#[cfg(unix)]
#[test]
fn a_key_of_another_user_is_told() {
    let desk = Desk::new(CALLERS);
    let told = |said: &Said, name: &str| said.out.contains(&format!("`{name}` belongs to another user"));
    let said = desk.encode(&[]);
    assert!(!told(&said, "linkage.key") && !told(&said, "hotline.key"), "{}", said.out);
    // Only the system's own user can give a file away.
    if std::os::unix::fs::chown(desk.at("keys/linkage.key"), Some(12_345), None).is_ok() {
        let said = desk.encode(&[]);
        assert_eq!(said.code, Some(3), "{}", said.err);
        assert!(told(&said, "linkage.key") && !told(&said, "hotline.key"), "{}", said.out);
    }
}

#[test]
fn refusals_have_their_own_exit_codes_and_leave_nothing() {
    let desk = Desk::new(CALLERS);
    let elsewhere = Path::new("us-il-chicago");
    let mistaken = desk.encode(&[("--city", elsewhere)]);
    assert_eq!(mistaken.code, Some(12), "{}", mistaken.err);
    assert_eq!(desk.encode(&[("--keys", &desk.at("nowhere"))]).code, Some(12));

    fs::write(desk.at("callers.csv"), CALLERS.replacen("last", "surname", 1)).unwrap();
    let refused = desk.encode(&[]);
    assert_eq!(refused.code, Some(4), "{}", refused.err);
    assert!(refused.err.contains("callers.csv") && refused.err.contains("`last`"), "{}", refused.err);

    fs::write(desk.at("hotline.toml"), PROFILE.replace("format", "fromat")).unwrap();
    assert_eq!(desk.encode(&[]).code, Some(2));
    assert_eq!(said(Command::new(program()).arg("--profile")).code, Some(2));
    assert!(!desk.at("extract").exists() && !desk.at("extract.summary.txt").exists());
}

#[test]
fn help_has_an_example_and_the_exit_codes() {
    let help = said(Command::new(program()).arg("--help"));
    assert_eq!(help.code, Some(0));
    for word in ["Example:", "--input hmis_export.zip", "Exit codes:", "12 ", "zip archive"] {
        assert!(help.out.contains(word), "{word}: {}", help.out);
    }
}

#[test]
fn what_was_typed_wrong_ends_in_two() {
    let desk = Desk::new(CALLERS);
    fs::create_dir(desk.at("full")).unwrap();
    fs::write(desk.at("full/letter.txt"), "no extract").unwrap();
    for (name, value) in [
        ("--input", desk.at("nowhere.csv")),
        ("--input", PathBuf::from("/dev/null")),
        ("--out", desk.at("full")),
        ("--out", desk.at("callers.csv")),
        ("--profile", desk.at("nowhere.toml")),
    ] {
        let said = desk.encode(&[(name, &value)]);
        assert_eq!(said.code, Some(2), "{name} {}: {}", value.display(), said.err);
        assert!(said.err.contains(value.to_str().unwrap()), "{}", said.err);
    }
    assert!(!desk.at("extract").exists());
}

/// A summary of another night beside an extract would be sent for it.
#[test]
fn extract_and_summary_are_replaced_together_or_not_at_all() {
    let desk = Desk::new(CALLERS);
    assert_eq!(desk.encode(&[]).code, Some(3));
    let places =
        ["extract/people.parquet", "extract.quarantine.json", "extract.summary.txt", "extract.summary.json"];
    let all = |desk: &Desk| places.map(|place| fs::read(desk.at(place)).ok());
    let further = format!("{CALLERS}k4,Dorrit,Ulverston,1992-07-03,2025-02-04\n");
    fs::write(desk.at("callers.csv"), further).unwrap();
    for paper in &places[1..] {
        let mut before = all(&desk);
        fs::rename(desk.at(paper), desk.at("aside")).unwrap();
        fs::create_dir(desk.at(paper)).unwrap();
        let said = desk.encode(&[]);
        assert_eq!(said.code, Some(2), "{paper}: {}", said.err);
        assert!(said.err.contains(paper) && said.err.contains("nothing was written"), "{}", said.err);
        let at = places.iter().position(|place| place == paper).unwrap();
        before[at] = None;
        assert!(all(&desk) == before, "{paper}");
        fs::remove_dir(desk.at(paper)).unwrap();
        fs::rename(desk.at("aside"), desk.at(paper)).unwrap();
    }
    // One that may only be read is replaced like the rest.
    let mut read_only = fs::metadata(desk.at(places[2])).unwrap().permissions();
    read_only.set_readonly(true);
    fs::set_permissions(desk.at(places[2]), read_only).unwrap();
    let before = all(&desk);
    let said = desk.encode(&[]);
    assert_eq!(said.code, Some(3), "{}", said.err);
    assert!(all(&desk).iter().zip(&before).skip(2).all(|(new, old)| new != old));
    assert_eq!(fs::read_to_string(desk.at(places[2])).unwrap(), said.out);
    let left = fs::read_dir(desk.0.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(left.into_iter().all(|name| !name.to_string_lossy().starts_with('.')));
}

/// Its signal used to kill the program without a word.
#[cfg(unix)]
#[test]
fn a_limit_on_the_size_of_files_is_an_error_with_a_place() {
    use std::fmt::Write;

    let mut callers = CALLERS.to_owned();
    for i in 0..2_000 {
        writeln!(callers, "n{i},Wyxquandra{i},Zvorkblatt{i},1990-05-01,2025-01-02").unwrap();
    }
    let desk = Desk::new(&callers);
    let encode = |blocks: u32| {
        said(
            Command::new("sh")
                .arg("-c")
                .arg(format!("ulimit -f {blocks}; exec \"$0\" \"$@\""))
                .arg(program())
                .args(["--city", "us-ga-atlanta", "--profile"])
                .arg(desk.at("hotline.toml"))
                .arg("--input")
                .arg(desk.at("callers.csv"))
                .arg("--keys")
                .arg(desk.at("keys"))
                .arg("--out")
                .arg(desk.at("extract")),
        )
    };
    for blocks in [0, 1, 2, 8, 64] {
        let said = encode(blocks);
        assert_eq!(said.code, Some(1), "{blocks}: {}", said.err);
        assert!(said.err.contains("may not write so much"), "{blocks}: {}", said.err);
        assert!(!said.err.contains("Zvorkblatt") && !desk.at("extract").exists(), "{blocks}");
    }
    assert_eq!(encode(1 << 20).code, Some(3), "and under a limit that is wide enough it is encoded");
}
