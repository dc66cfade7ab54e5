//! Exports as zip archives: read as folders are, and refused where they could do harm.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use agency::EncodeError;
use rawzip::path::EntryPath;
use rawzip::{CompressionMethod, ZipArchiveWriter};

use crate::fixture::{Agency, profile};

const PROFILE: &str = r#"
    source = "s"
    format = "csv"
    system = "hotline"
    people = "Client.csv"
    [identity]
    record_id = "id"
    first_name = "first"
    last_name = "last"
    [sharing]
    birth_year = false
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    [[file]]
    name = "Client.csv"
    [[file]]
    name = "Event.csv"
    record = "id"
    [[file.event]]
    kind = "contact"
    date = "on"
"#;
const CLIENTS: &[u8] = b"id,first,last\n1,Ana,Ruiz\n2,Mia,Luna\n";
const EVENTS: &[u8] = b"id,on\n1,2025-01-02\n2,2025-01-03\n";

/// Packs files; the names go in as they are.
pub(crate) fn pack(path: &Path, files: &[(&str, &[u8])], method: CompressionMethod) {
    let mut archive = ZipArchiveWriter::new(fs::File::create(path).unwrap());
    for (name, bytes) in files {
        let file = archive.new_file(EntryPath::verbatim(name.as_bytes())).compression_method(method);
        let (mut entry, config) = file.start().unwrap();
        let descriptor = if method == CompressionMethod::DEFLATE {
            let deflate = flate2::write::DeflateEncoder::new(&mut entry, flate2::Compression::default());
            let mut writer = config.wrap(deflate);
            writer.write_all(bytes).unwrap();
            let (deflate, descriptor) = writer.finish().unwrap();
            deflate.finish().unwrap();
            descriptor
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(bytes).unwrap();
            writer.finish().unwrap().1
        };
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap();
}

fn packed(agency: &Agency, files: &[(&str, &[u8])]) -> PathBuf {
    let path = agency.folder.path().join("export.zip");
    pack(&path, files, CompressionMethod::DEFLATE);
    path
}

fn refusal(files: &[(&str, &[u8])]) -> String {
    let agency = Agency::new();
    let error = agency.encode(&profile(PROFILE), &packed(&agency, files)).expect_err("refused");
    assert!(matches!(error, EncodeError::Input { .. }), "{error}");
    assert!(!agency.out().exists());
    error.to_string()
}

#[test]
fn an_archive_gives_what_its_folder_gives() {
    let folder = Agency::new();
    for (name, bytes) in [("Client.csv", CLIENTS), ("Event.csv", EVENTS)] {
        folder.file(name, str::from_utf8(bytes).unwrap());
    }
    let plain = folder.encode(&profile(PROFILE), &folder.raw()).unwrap();
    for (method, prefix) in [
        (CompressionMethod::DEFLATE, ""),
        (CompressionMethod::STORE, "export/"),
        (CompressionMethod::DEFLATE, "export\\"),
    ] {
        let agency = Agency::new();
        let path = agency.folder.path().join("export.zip");
        let (client, event) = (format!("{prefix}CLIENT.csv"), format!("{prefix}Event.csv"));
        let mac = "__MACOSX/._Client.csv".to_owned();
        pack(&path, &[(&client, CLIENTS), (&event, EVENTS), (&mac, b"x")], method);
        let summary = agency.encode(&profile(PROFILE), &path).unwrap();
        assert_eq!((summary.records, summary.events), (plain.records, plain.events), "{prefix}");
        for name in ["people.parquet", "events.parquet"] {
            let bytes = |of: &Agency| fs::read(of.out().join(name)).unwrap();
            assert_eq!(bytes(&agency), bytes(&folder), "{prefix}{name}");
        }
    }
}

#[test]
fn names_that_lead_out_and_two_files_of_one_name_are_refused() {
    for name in ["../Client.csv", "a/../../Client.csv", "/Client.csv", "C:\\Client.csv", "..\\Client.csv"] {
        let error = refusal(&[(name, CLIENTS), ("Event.csv", EVENTS)]);
        assert!(error.contains("export.zip") && error.contains("leads out of its folder"), "{name}: {error}");
    }
    for twin in ["client.csv", "Client.csv", "other/Client.csv"] {
        let error = refusal(&[("Client.csv", CLIENTS), (twin, CLIENTS), ("Event.csv", EVENTS)]);
        assert!(error.contains("Client.csv") && error.contains("two files"), "{twin}: {error}");
    }
    // Files that no profile reads may be called as they like.
    let unread: [(&str, &[u8]); 4] =
        [("Client.csv", CLIENTS), ("Zqxv Ana.pdf", b"x"), ("zqxv ana.pdf", b"x"), ("Event.csv", EVENTS)];
    let agency = Agency::new();
    assert!(agency.encode(&profile(PROFILE), &packed(&agency, &unread)).unwrap().records > 0);
    let error = refusal(&[("a/b/Client.csv", CLIENTS), ("a/b/Event.csv", EVENTS)]);
    assert!(error.contains("deeper than one"), "{error}");
    let error = refusal(&[("a/Client.csv", CLIENTS), ("b/Event.csv", EVENTS)]);
    assert!(error.contains("several folders"), "{error}");
    assert!(refusal(&[("Client.csv", CLIENTS)]).contains("Event.csv"));
    let error = refusal(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]);
    assert!(error.contains("export.zip") && error.contains("workbook") && error.contains("CSV"), "{error}");
    let error = refusal(&[("Client.csv", CLIENTS), ("events.ZIP", b"PK")]);
    assert!(error.contains("Event.csv") && error.contains("holds an archive"), "{error}");
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap()
}

#[test]
fn a_folder_may_hold_one_folder_and_what_is_no_file_is_told() {
    let agency = Agency::new();
    let encode = || agency.encode(&profile(PROFILE), &agency.raw()).map(|summary| summary.records);
    let refused = || encode().unwrap_err().to_string();
    agency.file("Client.csv", text(CLIENTS));
    agency.file("Event.csv", text(EVENTS));
    let records = encode().unwrap();
    assert!(records > 0);
    fs::rename(agency.raw().join("Event.csv"), agency.raw().join("set_by")).unwrap();
    agency.file("in/Event.csv", text(EVENTS));
    assert!(refused().contains("holds folders"), "{}", refused());
    agency.file("Zqxv Ana.pdf", "x");
    agency.file("zqxv ana.PDF", "x");
    assert!(refused().contains("holds folders") && !refused().contains("Zqxv"), "{}", refused());
    agency.file("CLIENT.csv", text(CLIENTS));
    if fs::read_dir(agency.raw()).unwrap().count() == 6 {
        assert!(refused().contains("two files of the export"), "{}", refused());
    }
    fs::remove_dir_all(agency.raw()).unwrap();
    agency.file("hmis_export/Client.csv", text(CLIENTS));
    agency.file("hmis_export/Event.csv", text(EVENTS));
    agency.file(".DS_Store", "x");
    assert_eq!(encode().unwrap(), records, "one folder, as in an archive");
    agency.file("second/Event.csv", text(EVENTS));
    assert!(refused().contains("Client.csv") && refused().contains("holds folders"), "{}", refused());
    fs::remove_dir_all(agency.raw()).unwrap();
    agency.file("Client.csv", text(CLIENTS));
    fs::create_dir(agency.raw().join("Event.csv")).unwrap();
    assert!(refused().contains("Event.csv: this is a folder"), "{}", refused());
}

/// Windows hides how names end, browsers number what is saved twice, and mail programs compress.
#[test]
fn a_file_that_is_there_under_another_name_is_told() {
    let optional = PROFILE.replace("name = \"Event.csv\"", "name = \"Event.csv\"\noptional = true");
    for rules in [PROFILE, &optional] {
        let refused = |name: &str| {
            let agency = Agency::new();
            agency.file("Client.csv", text(CLIENTS));
            agency.file(name, text(EVENTS));
            agency.encode(&profile(rules), &agency.raw()).map_err(|error| error.to_string())
        };
        for (name, remedy) in [
            ("Event.csv.txt", "call it"),
            ("event.CSV.csv", "call it"),
            ("Event (1).csv", "call it"),
            ("Event - Copy.csv", "call it"),
            ("Event - Copy (2).csv", "call it"),
            ("Event_2.csv", "call it"),
            ("Event copy.csv", "call it"),
            ("Event copy 2.csv", "call it"),
            ("Event 2.csv", "call it"),
            ("Event[1].csv", "call it"),
            ("Event .csv", "call it"),
            ("Copy of Event.csv", "call it"),
            ("Event - Kopie.csv", "call it"),
            ("Event.csv.part", "call it"),
            ("Event.csv~", "call it"),
            ("Event", "call it"),
            ("Events.csv", "call it"),
            ("Event.tsv", "call it"),
            ("Event.csv.gz", "unpack it"),
            ("Event.csv.zip", "unpack it"),
            ("Event.XLSX", "save it as CSV"),
        ] {
            let error = refused(name).expect_err(name);
            assert!(
                error.contains("/Event.csv: ") && error.contains(&format!("there is `{name}`")),
                "{error}"
            );
            assert!(error.contains(remedy), "{error}");
        }
        for name in [
            "Zqxv.csv",
            "Event Zqxv.csv",
            "Event2.csv",
            "Event (Zqxv).csv",
            "Event.csv.zqxv",
            "PreEvent.csv",
            "Copy of.csv",
        ] {
            match refused(name) {
                Ok(summary) => {
                    let told =
                        summary.notes.iter().any(|note| note.contains("has no `Event.csv` (`optional`"));
                    assert!(rules != PROFILE && told, "{name}: {:?}", summary.notes);
                }
                Err(error) => assert!(rules == PROFILE && !error.contains("there is"), "{error}"),
            }
        }
    }
}

#[test]
fn a_file_that_the_profile_reads_is_no_other_ones() {
    let agency = Agency::new();
    let rules = PROFILE.replace("name = \"Event.csv\"", "name = \"Event.csv\"\noptional = true")
        + "[[file]]\nname = \"Event_1.csv\"\nrecord = \"id\"\n";
    agency.file("Client.csv", text(CLIENTS));
    agency.file("Event_1.csv", text(EVENTS));
    assert!(agency.encode(&profile(&rules), &agency.raw()).is_ok());
}

/// A link that led in a circle was a file that the export lacks, and of an optional file nobody heard.
#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_told() {
    let agency = Agency::new();
    agency.file("Client.csv", text(CLIENTS));
    std::os::unix::fs::symlink("Event.csv", agency.raw().join("Event.csv")).unwrap();
    for optional in [false, true] {
        let rules = if optional {
            PROFILE.replace("name = \"Event.csv\"", "name = \"Event.csv\"\noptional = true")
        } else {
            PROFILE.to_owned()
        };
        let error = agency.encode(&profile(&rules), &agency.raw()).unwrap_err().to_string();
        assert!(error.contains("Event.csv") && error.contains("in a circle"), "{error}");
    }
}

#[test]
fn a_bomb_is_refused_before_it_is_read() {
    let zeros = vec![b'0'; 40 << 20];
    let error = refusal(&[("Client.csv", CLIENTS), ("Event.csv", EVENTS), ("User.csv", &zeros)]);
    assert!(error.contains("export.zip") && error.contains("unpacks to so much more"), "{error}");
}

#[test]
fn an_entry_larger_than_it_says_or_damaged_is_refused() {
    let agency = Agency::new();
    let path = packed(&agency, &[("Client.csv", CLIENTS), ("Event.csv", EVENTS)]);
    let bytes = fs::read(&path).unwrap();
    // The size unpacked, in the central directory: smaller by one.
    let central = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut lying = bytes.clone();
    lying[central + 24] -= 1;
    fs::write(&path, &lying).unwrap();
    let error = agency.encode(&profile(PROFILE), &path).expect_err("larger").to_string();
    assert!(error.contains("Client.csv") && error.contains("larger than its archive says"), "{error}");

    pack(&path, &[("Client.csv", CLIENTS), ("Event.csv", EVENTS)], CompressionMethod::STORE);
    let mut damaged = fs::read(&path).unwrap();
    let at = damaged.windows(4).position(|window| window == b"Ruiz").unwrap();
    damaged[at] = b'L';
    fs::write(&path, &damaged).unwrap();
    let error = agency.encode(&profile(PROFILE), &path).expect_err("damaged").to_string();
    assert!(error.contains("Client.csv") && error.contains("checksum"), "{error}");

    fs::write(&path, &bytes[..bytes.len() - 30]).unwrap();
    let error = agency.encode(&profile(PROFILE), &path).expect_err("cut off").to_string();
    assert!(error.contains("export.zip") && error.contains("cut off"), "{error}");
}

/// What is damaged in a header looks like another header; only the end of the file tells.
#[test]
fn a_column_that_is_missing_in_a_damaged_file_is_told_as_damage() {
    let agency = Agency::new();
    let path = packed(&agency, &[("Client.csv", CLIENTS), ("Event.csv", EVENTS)]);
    pack(&path, &[("Client.csv", CLIENTS), ("Event.csv", EVENTS)], CompressionMethod::STORE);
    let mut damaged = fs::read(&path).unwrap();
    let at = damaged.windows(5).position(|window| window == b"first").unwrap();
    damaged[at] = b'g';
    fs::write(&path, &damaged).unwrap();
    let error = agency.encode(&profile(PROFILE), &path).expect_err("damaged").to_string();
    assert!(error.contains("Client.csv") && error.contains("checksum"), "{error}");
    // A whole one lacks what it lacks.
    let other = String::from_utf8_lossy(CLIENTS).replace("first", "given");
    let path = packed(&agency, &[("Client.csv", other.as_bytes()), ("Event.csv", EVENTS)]);
    let error = agency.encode(&profile(PROFILE), &path).expect_err("another header").to_string();
    assert!(error.contains("Client.csv") && error.contains("`first` is missing"), "{error}");
}

#[test]
fn an_archive_that_unpacks_itself_is_told_as_one() {
    let agency = Agency::new();
    let path = packed(&agency, &[("Client.csv", CLIENTS), ("Event.csv", EVENTS)]);
    let program = [b"MZ this program unpacks itself\0".to_vec(), fs::read(&path).unwrap()].concat();
    fs::write(&path, program).unwrap();
    let error = agency.encode(&profile(PROFILE), &path).expect_err("a program").to_string();
    assert!(error.contains("export.zip") && error.contains("unpacks itself; unpack it"), "{error}");
}
