//! An export that is still being written is no export yet.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, SystemTime};

use agency::{EncodeError, Encoding, Progress, Summary};
use rawzip::CompressionMethod;

use crate::archives::pack;
use crate::fixture::{Agency, TODAY, base, city, profile};

const PROFILE: &str = base!(
    "[[file]]\nname = \"p.csv\"\n[[file]]\nname = \"e.csv\"\nrecord = \"id\"\n[[file.event]]\nkind = \"contact\"\ndate = \"on\""
);

/// People, and events of them, so many that the program tells how far it is while it reads them.
fn export() -> (String, String) {
    let (mut people, mut events) = ("id,first,last,dob\n".to_owned(), "id,on\n".to_owned());
    for id in 0..9_000 {
        writeln!(people, "{id},Ana,Paz{id},1990-05-01").unwrap();
        writeln!(events, "{id},2025-01-02").unwrap();
    }
    (people, events)
}

/// Encodes `input`, and does `change` when some rows are read and others are not.
fn encode(agency: &Agency, input: &Path, change: &dyn Fn()) -> Result<Summary, EncodeError> {
    encode_by(PROFILE, agency, input, change)
}

fn encode_by(rules: &str, agency: &Agency, input: &Path, change: &dyn Fn()) -> Result<Summary, EncodeError> {
    let (city, out, rules) = (city(), agency.out(), profile(rules));
    let day = chrono::NaiveDate::from_ymd_opt(TODAY.0, TODAY.1, TODAY.2);
    let mut done = false;
    let encoding = Encoding { profile: &rules, input, keys: &agency.keys, city: &city, out: &out, day };
    let summary = encoding.encode(&mut |progress| {
        if matches!(progress, Progress::Reading { .. }) && !done {
            change();
            done = true;
        }
    });
    assert!(done, "nothing was changed");
    summary
}

fn append(path: &Path, text: &str) {
    OpenOptions::new().append(true).open(path).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn a_file_that_changes_while_it_is_read_refuses_the_export() {
    let agency = Agency::new();
    let (people, events) = export();
    let write = || (agency.file("p.csv", &people), agency.file("e.csv", &events));
    let (p, e) = write();
    assert_eq!(encode(&agency, &agency.raw(), &|| ()).unwrap().records, 9_000);
    let later = SystemTime::now() + Duration::from_secs(5);
    let changes: [(&str, &dyn Fn()); 6] = [
        ("p.csv", &|| append(&p, "9001,Eva,Sosa,1991-05-01\n")),
        ("p.csv", &|| File::options().write(true).open(&p).unwrap().set_len(5_000).unwrap()),
        ("p.csv", &|| File::options().write(true).open(&p).unwrap().set_modified(later).unwrap()),
        ("p.csv", &|| fs::remove_file(&p).unwrap()),
        ("p.csv", &|| {
            fs::write(p.with_extension("new"), "id,first,last,dob\n").unwrap();
            fs::rename(p.with_extension("new"), &p).unwrap();
        }),
        ("e.csv", &|| {
            // It is opened later, as it is then.
            fs::write(&e, "id,on\n1,2025-01-02\n").unwrap();
            fs::remove_file(&p).unwrap();
        }),
    ];
    for (at, (file, change)) in changes.into_iter().enumerate() {
        write();
        let error = encode(&agency, &agency.raw(), change).unwrap_err();
        let said = error.to_string();
        let named = if at == 5 { "p.csv" } else { file };
        assert!(error.is_input() && said.contains(named), "{at}: {said}");
        assert!(said.contains("it changed while it was read; wait until the export is done"), "{at}: {said}");
        assert_eq!(agency.people().len, 9_000, "the extract before stands");
    }
}

/// An exporter that writes one file after the other had not come to this one yet.
#[test]
fn a_file_that_comes_while_others_are_read_refuses_the_export() {
    let agency = Agency::new();
    let (people, events) = export();
    agency.file("p.csv", &people);
    let rules = PROFILE.replace("name = \"e.csv\"", "name = \"e.csv\"\noptional = true");
    let (raw, come) = (agency.raw(), || drop(agency.file("E.csv", &events)));
    let error = encode_by(&rules, &agency, &raw, &come).unwrap_err();
    let said = error.to_string();
    assert!(
        error.is_input() && said.contains("E.csv") && said.contains("it came while the export was read"),
        "{said}"
    );
    // A file that no profile reads may come and go.
    fs::remove_file(raw.join("E.csv")).unwrap();
    let other = || drop(agency.file("log.txt", "x"));
    assert_eq!(encode_by(&rules, &agency, &raw, &other).unwrap().records, 9_000);
}

#[test]
fn an_archive_that_changes_while_it_is_read_is_refused() {
    let agency = Agency::new();
    let (people, events) = export();
    let archive = agency.folder.path().join("export.zip");
    let files = [("p.csv", people.as_bytes()), ("e.csv", events.as_bytes())];
    pack(&archive, &files, CompressionMethod::DEFLATE);
    let error = encode(&agency, &archive, &|| append(&archive, "x")).unwrap_err().to_string();
    assert!(error.contains("export.zip: it changed while it was read"), "{error}");
    pack(&archive, &files, CompressionMethod::DEFLATE);
    assert_eq!(encode(&agency, &archive, &|| ()).unwrap().events, 9_000);
}
