//! Sealed extracts through the whole program: sealed at an agency, pulled by a night, refused when anything is wrong.

use std::fs;

use crate::scratch::{Said, Scratch, pathways};

const CITY: &str = "us-ga-atlanta";
const SOURCE: &str = "public_health";

fn text(path: &std::path::Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn word<'a>(text: &'a str, start: &str) -> &'a str {
    let is_it = |word: &&str| word.starts_with(start);
    text.split_whitespace().find(is_it).unwrap_or_else(|| panic!("no {start}: {text}"))
}

fn seal(scratch: &Scratch, out: &str) -> Said {
    let config = scratch.config();
    let shown = pathways(&["keys", "show", "--config", text(&config)]);
    let (extract, keys) =
        (scratch.path(&format!("extracts/{CITY}/{SOURCE}")), scratch.path(&format!("keys/{CITY}/agency")));
    pathways(&[
        "seal",
        "--extract",
        text(&extract),
        "--keys",
        text(&keys),
        "--to",
        word(&shown.out, "age1"),
        "--out",
        text(&scratch.path(out)),
    ])
}

/// A hub that pulls one source, sealed, and reads the others from folders as before.
fn hub_that_pulls() -> Scratch {
    let scratch = Scratch::new(&[CITY], 600);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    scratch.as_a_real_hub();
    let sealed = seal(&scratch, "sent.sealed");
    assert_eq!(sealed.code, 0, "{sealed:?}");
    scratch.edit_config(
        &format!("extract = \"extracts/{CITY}/{SOURCE}\"\n"),
        &format!(
            "[city.source.pull]\nsigned_by = [\"{}\"]\n[city.source.pull.folder]\nfile = \"sent.sealed\"\n",
            word(&sealed.err, "RW")
        ),
    );
    fs::rename(scratch.path(&format!("extracts/{CITY}/{SOURCE}")), scratch.path("elsewhere")).expect("moved");
    scratch
}

/// No plain extract is left where the hub works.
fn nothing_lies_open(scratch: &Scratch) {
    for (path, _) in scratch.files(&format!("work/{CITY}/pulled")) {
        let name = path.file_name().expect("a file").to_string_lossy().into_owned();
        assert!(["manifest.json", "taken.json"].contains(&&*name), "{} was left", path.display());
    }
}

#[test]
fn a_sealed_extract_is_pulled_once_and_nothing_of_it_stays_open() {
    let scratch = hub_that_pulls();
    let before = scratch.files("out");
    let checked = scratch.run("check");
    assert!(checked.code == 0 && checked.out.contains("a sealed extract of"), "{checked:?}");
    assert!(
        checked.out.contains("WARN") && checked.out.contains("linkage key lies on this machine"),
        "{}",
        checked.out
    );
    assert!(!scratch.path(&format!("work/{CITY}/pulled")).exists(), "check pulled something");
    let first = scratch.run("run");
    assert!(matches!(first.code, 0 | 3) && first.err.contains("bytes, sealed"), "{first:?}");
    nothing_lies_open(&scratch);
    let second = scratch.run("run");
    assert!(matches!(second.code, 0 | 3) && second.err.contains("not pulled again"), "{second:?}");
    nothing_lies_open(&scratch);
    assert!(before == scratch.files("out"), "a finished period reads the same, however its extracts came");
}

#[test]
fn what_comes_wrong_is_refused_and_leaves_what_was_taken() {
    let scratch = hub_that_pulls();
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let sent = scratch.path("sent.sealed");
    let good = fs::read(&sent).expect("sealed");
    let rows_of = |said: &Said| {
        said.err
            .lines()
            .find(|line| line.contains("rows in ="))
            .map(|l| l.split_once("refused:").expect("counts").1.to_owned())
    };
    let whole = rows_of(&scratch.run("run"));
    let mut altered = good.clone();
    *altered.last_mut().expect("bytes") ^= 1;
    for (bytes, rule) in
        [(&altered[..], "seal.signature"), (&good[..good.len() / 2], "seal.signature"), (b"PK", "seal.form")]
    {
        fs::write(&sent, bytes).expect("written");
        let said = scratch.run("run");
        assert!(said.code == 4 && said.err.contains(rule), "{rule}: {said:?}");
        assert_eq!(rows_of(&said), whole, "what an earlier night took stands");
        nothing_lies_open(&scratch);
    }
    fs::remove_file(&sent).expect("removed");
    let said = scratch.run("run");
    assert!(said.code == 4 && said.err.contains("pull.missing"), "{said:?}");
    assert_eq!(scratch.run("check").code, 4);

    // A newer one is taken, and the older one is not taken back.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    fs::rename(scratch.path("elsewhere"), scratch.path(&format!("extracts/{CITY}/{SOURCE}"))).expect("moved");
    assert_eq!(seal(&scratch, "sent.sealed").code, 0);
    let newer = fs::read(&sent).expect("sealed");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    fs::write(&sent, &good).expect("written");
    let said = scratch.run("run");
    assert!(said.code == 4 && said.err.contains("seal.older"), "{said:?}");

    // After a rotation of the linkage key, what was made with the old one is refused with its remedy.
    fs::write(&sent, &newer).expect("written");
    assert!(matches!(scratch.run("run").code, 0 | 3));
    let config = scratch.config();
    let rotated =
        pathways(&["keys", "rotate", "--config", text(&config), "--key", "linkage", "--epoch", "2027"]);
    assert_eq!(rotated.code, 0, "{rotated:?}");
    let said = scratch.run("run");
    assert!(
        said.code == 4 && said.err.contains("seal.key_epoch") && said.err.contains("encode again"),
        "{said:?}"
    );
    nothing_lies_open(&scratch);
}
