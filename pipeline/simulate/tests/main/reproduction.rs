//! The same options give the same bytes, and every file has its header.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use simulate::{Noise, Options, SimulateError, simulate, write_sample};

fn bytes(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        for entry in fs::read_dir(&path).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_dir() {
                open.push(entry);
            } else {
                all.insert(entry.strip_prefix(folder).unwrap().to_owned(), fs::read(&entry).unwrap());
            }
        }
    }
    all
}

fn run(threads: usize, options: Options, city: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let out = tempfile::tempdir().unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| simulate(&options, city, out.path())).unwrap();
    bytes(out.path())
}

#[test]
fn the_seed_alone_decides_the_bytes() {
    let options = Options { people: 4_000, seed: 5, ..Options::default() };
    let once = run(1, options, "us-ga-atlanta");
    assert_eq!(once, run(1, options, "us-ga-atlanta"), "a second run");
    assert_eq!(once, run(3, options, "us-ga-atlanta"), "three threads");
    assert_ne!(once, run(1, Options { seed: 6, ..options }, "us-ga-atlanta"));
    assert_ne!(once, run(1, Options { noise: Noise::Dirty, ..options }, "us-ga-atlanta"));
}

/// Headers of the five formats that are this crate's own, as the contract names them.
const HEADERS: [(&str, &str); 9] = [
    (
        "public_health/patients.csv",
        "MRN,PAT_LAST,PAT_FIRST,PAT_MI,BIRTH_DT,SEX,RACE_CD,ETHNICITY,LANG,SSN,PHONE,ADDR,ZIP,SUD_FLAG,DISAB_CD",
    ),
    (
        "public_health/encounters.csv",
        "ENC_ID,MRN,ENC_DT,ENC_TYPE,DX1,DX2,DX3,SCREEN_SEX,SCREEN_LABOR,NEED_CODES,SVC_CODES,REF_TO,REF_RESULT,REF_RESULT_DT",
    ),
    (
        "human_services/clients.txt",
        "client_no|client_name|dob|gender|race_eth|ssn|street_no|street|unit|city|zip|citizenship|primary_language|disability|lgbtq",
    ),
    (
        "human_services/cases.txt",
        "case_no|client_no|open_date|close_date|program|exploitation_flag|finding|finding_date",
    ),
    ("human_services/needs.txt", "need_no|case_no|client_no|need_date|need_type|provided_date|provided_by"),
    (
        "labor_enforcement/complaints.csv",
        "ComplaintID,ComplainantName,BirthYear,Phone,Email,StreetAddress,City,PostalCode,Sex,Ethnicity,Language,Filed,Closed,Industry,WithheldDocuments,Threats,Confinement,DebtBondage,UnpaidWages,ReferredTo,ReferralOutcome,ReferralOutcomeDate,HTFinding",
    ),
    (
        "legal_services/clients.csv",
        "ClientId;FirstName;LastName;DateOfBirth;Gender;Race;ImmigrationStatus;InterpreterNeeded;Phone;Email;Street;Zip",
    ),
    (
        "legal_services/matters.csv",
        "MatterId;ClientId;Opened;Closed;MatterType;TraffickingScreen;Certified;CertifiedDate;ServiceDate",
    ),
    (
        "law_enforcement/victims.csv",
        "IncidentNo,VictimSeq,IncidentDate,OffenseCode,LastName,FirstName,MiddleInitial,DOB,Sex,Race,Ethnicity,SSN,Address,Zip,Phone,ReferredServices,ReferralType",
    ),
];

#[test]
fn every_file_has_its_header() {
    for city in ["us-il-chicago", "us-mn-minneapolis"] {
        let files = run(1, Options { people: 50, ..Options::default() }, city);
        let first = |name: &str| {
            let text = String::from_utf8(files[&Path::new(city).join(name)].clone()).unwrap();
            text.lines().next().unwrap().to_owned()
        };
        for (name, header) in HEADERS {
            assert_eq!(first(name), header, "{name}");
        }
        let hmis = files.keys().filter(|p| p.starts_with(Path::new(city).join("homeless_services"))).count();
        assert_eq!(hmis, 24);
    }
}

/// The HMIS headers against the real exports that lie beside the project, where they do.
#[test]
#[expect(clippy::print_stderr, reason = "a test that is left out says so")]
fn hmis_headers_are_those_of_real_exports() {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !shared.is_dir() {
        assert!(std::env::var_os("CI").is_none_or(|v| v != "true"), "CI needs ../shared/data");
        eprintln!("left out: ../shared/data is not here");
        return;
    }
    for (city, real) in [("us-il-chicago", "hmis_fy2026_demo"), ("us-mn-minneapolis", "hmis_fy2024_testkit")]
    {
        let files = run(1, Options { people: 20, ..Options::default() }, city);
        for entry in fs::read_dir(shared.join(real)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_owned();
            let head = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                text.lines().next().unwrap().replace(['"', '\u{feff}'], "")
            };
            let ours = &files[&Path::new(city).join("homeless_services").join(&name)];
            assert_eq!(head(ours), head(&fs::read(&path).unwrap()), "{city}: {}", name.display());
        }
    }
}

#[test]
fn the_sample_is_small_and_says_what_it_is() {
    let out = tempfile::tempdir().unwrap();
    let summaries = write_sample(out.path()).unwrap();
    assert_eq!(summaries.len(), 4);
    let files = bytes(out.path());
    // As `du` counts it: whole blocks of 4 KiB.
    let blocks: usize = files.values().map(|b| b.len().div_ceil(4_096) * 4_096).sum();
    assert!(blocks < 6_000_000, "{blocks} bytes");
    assert!(files.values().all(|b| b.len() < 600_000), "no file of the sample is large");
    let readme = String::from_utf8(files[Path::new("README.md")].clone()).unwrap();
    assert!(readme.contains("fictitious") && readme.contains("pathways simulate"));
}

#[test]
fn bad_options_and_places_end_in_one_message() {
    let out = tempfile::tempdir().unwrap();
    let options = Options { people: 10, ..Options::default() };
    for slug in ["", "../x", "US-il-x", "us-il-a/b", "-a-", "."] {
        assert!(matches!(simulate(&options, slug, out.path()), Err(SimulateError::City)), "{slug:?}");
    }
    let none = Options { people: 0, ..options };
    let message = simulate(&none, "us-il-x", out.path()).unwrap_err().to_string();
    assert!(message.contains("people") && message.contains("1,000,000"), "{message}");
    let file = out.path().join("file");
    fs::write(&file, "").unwrap();
    let message = simulate(&options, "us-il-x", &file).unwrap_err().to_string();
    assert!(message.contains("can't be written"), "{message}");
}
