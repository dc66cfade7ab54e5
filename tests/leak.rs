//! Sentinel identifiers, seeded into raw exports, are nowhere past `encode`: neither plain nor hashed
//! without a key, in base64, in hexadecimal or as a sound-alike code; Parquet decoded.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use parquet::file::reader::{FileReader, SerializedFileReader};
use sha2::{Digest, Sha256, Sha512};

use crate::scratch::{Said, Scratch};

const CITY: &str = "us-il-chicago";

/// First name, last name, SSN, telephone, e-mail and street that no list, generator or code holds.
const FIRST: &str = "Wyxquandra";
const LAST: &str = "Zvorkblatt";
const SSN: &str = "527839146";
const PHONE: &str = "6125550173";
const EMAIL: &str = "wyxquandra.z@qvexmail.org";
const STREET: &str = "Xylomarque";
/// SOUNDEX of both names, worked by hand.
const SOUNDEX: [&str; 2] = ["W253", "Z161"];

#[test]
fn sentinels_appear_nowhere_past_encode() {
    let scratch = Scratch::new(&[CITY], 500);
    assert!(matches!(scratch.run("run").code, 0 | 3));
    seed(&scratch);
    // The release is finished; a second city's worth of outputs from the seeded exports is wanted.
    for folder in ["out", "work", "extracts"] {
        fs::remove_dir_all(scratch.path(folder)).expect("removed");
    }
    let night = scratch.run("run");
    assert!(matches!(night.code, 0 | 3), "{night:?}");
    let others = [scratch.run("plan"), scratch.run("budget"), scratch.run("check"), broken_encode(&scratch)];

    let needles = needles();
    let mut said = night.out + &night.err;
    for other in &others {
        said.push_str(&other.out);
        said.push_str(&other.err);
    }
    refuse("what the program said", said.as_bytes(), &needles.all());

    let mut parquet_files = 0;
    for folder in ["out", "work", "extracts"] {
        let files = scratch.files(folder);
        assert!(!files.is_empty(), "{folder} is empty");
        for (path, bytes) in files {
            refuse(&path.display().to_string(), &bytes, &needles.long);
            match path.extension().and_then(|e| e.to_str()) {
                Some("parquet") => {
                    parquet_files += 1;
                    refuse(
                        &format!("{}, decoded", path.display()),
                        decoded(&path).as_bytes(),
                        &needles.all(),
                    );
                }
                Some("json" | "ndjson" | "csv" | "html" | "md" | "toml") => {
                    refuse(&path.display().to_string(), &bytes, &needles.all());
                }
                _ => {}
            }
        }
    }
    assert!(parquet_files > 20, "only {parquet_files} Parquet files were decoded");
    // The search finds what is there: the raw exports do hold the sentinels.
    let raw = fs::read(scratch.path(&format!("raw/{CITY}/public_health/patients.csv"))).expect("raw");
    assert!(found(&raw, &needles.long).is_some());
}

/// Adds the sentinel person to five sources, among clean rows and in rows that are set aside.
fn seed(scratch: &Scratch) {
    let raw = |file: &str| scratch.path(&format!("raw/{CITY}/{file}"));
    append(
        &raw("public_health/patients.csv"),
        &[
            ("MRN", "SENT1"),
            ("PAT_LAST", LAST),
            ("PAT_FIRST", FIRST),
            ("BIRTH_DT", "04/17/1991"),
            ("SEX", "F"),
            ("SSN", SSN),
            ("PHONE", PHONE),
            ("ADDR", &format!("41 {STREET} St")),
            ("ZIP", "60601"),
        ],
    );
    append(
        &raw("public_health/encounters.csv"),
        &[
            ("ENC_ID", "SENTE1"),
            ("MRN", "SENT1"),
            ("ENC_DT", "03/04/2025"),
            ("ENC_TYPE", "ED"),
            ("DX1", "T74.51XA"),
        ],
    );
    append(
        &raw("law_enforcement/victims.csv"),
        &[
            ("IncidentNo", "SENTI1"),
            ("VictimSeq", "1"),
            ("IncidentDate", "20250612"),
            ("OffenseCode", "64A"),
            ("LastName", LAST),
            ("FirstName", FIRST),
            ("DOB", "19910417"),
            ("Sex", "F"),
            ("SSN", SSN),
            ("Address", &format!("41 {STREET} Street")),
            ("Phone", PHONE),
        ],
    );
    // A row that is set aside: the date is a name, and the whole row holds the person.
    append(
        &raw("law_enforcement/victims.csv"),
        &[
            ("IncidentNo", "SENTI2"),
            ("VictimSeq", "1"),
            ("IncidentDate", LAST),
            ("OffenseCode", "64A"),
            ("LastName", LAST),
            ("FirstName", FIRST),
            ("DOB", SSN),
            ("Sex", FIRST),
            ("SSN", PHONE),
        ],
    );
    append(
        &raw("labor_enforcement/complaints.csv"),
        &[
            ("ComplaintID", "SENTC1"),
            ("ComplainantName", &format!("{FIRST} {LAST}")),
            ("BirthYear", "1991"),
            ("Phone", PHONE),
            ("Email", EMAIL),
            ("StreetAddress", &format!("41 {STREET} St")),
            ("Filed", "2025-02-03"),
            ("Threats", "Y"),
            ("UnpaidWages", "Y"),
        ],
    );
    append(
        &raw("homeless_services/Client.csv"),
        &[
            ("PersonalID", "SENTP1"),
            ("FirstName", FIRST),
            ("LastName", LAST),
            ("SSN", SSN),
            ("DOB", "1991-04-17"),
            ("Sex", "0"),
            ("White", "1"),
        ],
    );
}

/// Appends a row with these cells, in the order of the file's own header.
fn append(path: &Path, cells: &[(&str, &str)]) {
    let mut text = fs::read_to_string(path).expect("a raw export");
    let header = text.lines().next().expect("a header").to_owned();
    let row: Vec<&str> = header
        .split(',')
        .map(|name| {
            let name = name.trim_matches('"');
            cells.iter().find(|(column, _)| *column == name).map_or("", |(_, value)| value)
        })
        .collect();
    assert!(
        row.iter().filter(|cell| !cell.is_empty()).count() == cells.len(),
        "{}: {header}",
        path.display()
    );
    text.push_str(&row.join(","));
    text.push('\n');
    fs::write(path, text).expect("written");
}

/// An encoding that fails on a file full of sentinels.
fn broken_encode(scratch: &Scratch) -> Said {
    let folder = scratch.path("broken");
    fs::create_dir_all(&folder).expect("made");
    fs::write(folder.join("victims.csv"), format!("{FIRST},{LAST},{SSN}\n{PHONE},\"{EMAIL}\n"))
        .expect("written");
    let said = scratch.encode("law_enforcement", &folder, CITY, CITY, "broken-extract");
    assert_ne!(said.code, 0);
    said
}

struct Needles {
    /// Long enough not to occur by chance in binary files.
    long: Vec<String>,
    /// Four characters: looked for in text and in decoded tables only.
    short: Vec<String>,
}

impl Needles {
    fn all(&self) -> Vec<String> {
        self.long.iter().chain(&self.short).cloned().collect()
    }
}

fn needles() -> Needles {
    let full = [format!("{FIRST} {LAST}"), format!("{LAST}, {FIRST}")];
    let plain = [FIRST, LAST, SSN, PHONE, EMAIL, STREET, &full[0], &full[1], "527-83-9146", "612-555-0173"];
    let mut long = Vec::new();
    for word in plain.iter().map(|w| (*w).to_owned()).chain(SOUNDEX.map(str::to_owned)) {
        let forms = [word.clone(), word.to_lowercase(), word.to_uppercase()];
        for form in forms {
            for digest in [Sha256::digest(&form).to_vec(), Sha512::digest(&form).to_vec()] {
                long.push(hex::encode(&digest)[..24].to_owned());
                long.push(STANDARD.encode(&digest)[..20].to_owned());
            }
            if form.len() > 4 {
                long.push(hex::encode(&form));
                let encoded = STANDARD_NO_PAD.encode(&form);
                long.push(encoded[..encoded.len() - 1].to_owned());
                long.push(form);
            }
        }
    }
    Needles { long, short: SOUNDEX.map(str::to_owned).to_vec() }
}

fn refuse(place: &str, bytes: &[u8], needles: &[String]) {
    if let Some(needle) = found(bytes, needles) {
        panic!("{place} holds {needle:?}");
    }
}

/// Looks without regard to case.
fn found<'a>(bytes: &[u8], needles: &'a [String]) -> Option<&'a str> {
    let lower = bytes.to_ascii_lowercase();
    needles
        .iter()
        .find(|needle| memchr::memmem::find(&lower, needle.to_ascii_lowercase().as_bytes()).is_some())
        .map(String::as_str)
}

/// A Parquet file's rows and metadata as text.
fn decoded(path: &Path) -> String {
    let file = fs::File::open(path).expect("readable");
    let reader = SerializedFileReader::new(file).expect("Parquet");
    let mut text = format!("{:?}", reader.metadata().file_metadata().key_value_metadata());
    for row in reader.get_row_iter(None).expect("rows") {
        text.push_str(&row.expect("a row").to_string());
        text.push('\n');
    }
    text
}
