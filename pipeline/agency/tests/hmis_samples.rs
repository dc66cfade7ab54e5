//! The two public HMIS samples beside the project: nothing of them is lost, nobody is merged on a
//! constant.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use agency::Summary;

use crate::archives::pack;
use crate::fixture::{Agency, repository, shipped};

/// The sample's folder. Where it is absent the test is skipped, saying so; in CI it must be there.
fn sample(name: &str) -> Option<PathBuf> {
    let folder = repository().join("../shared/data").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none_or(|ci| ci != "true"),
        "{} is absent, and CI=true",
        folder.display()
    );
    #[expect(clippy::print_stderr, reason = "a skipped test says so")]
    {
        eprintln!("skipped: ../shared/data/{name} is absent");
    }
    None
}

fn encode(agency: &Agency, folder: &std::path::Path) -> Summary {
    let summary = agency.encode(&shipped("hmis.toml"), folder).unwrap();
    for rows in &summary.rows {
        assert_eq!(rows.read, rows.used + rows.skipped + rows.quarantined, "{}", rows.file);
    }
    summary
}

fn read(summary: &Summary) -> BTreeMap<&str, (u64, u64)> {
    summary.rows.iter().map(|r| (r.file.as_str(), (r.read, r.quarantined))).collect()
}

/// Rows of the sample's files, counted apart from the program.
const FY2026_ROWS: &[(&str, u64)] = &[
    ("Client.csv", 4146),
    ("CurrentLivingSituation.csv", 336),
    ("Disabilities.csv", 24672),
    ("Enrollment.csv", 4771),
    ("Event.csv", 168),
    ("Exit.csv", 4295),
    ("HealthAndDV.csv", 9623),
    ("IncomeBenefits.csv", 9623),
    ("Organization.csv", 3),
    ("Project.csv", 27),
    ("Services.csv", 4472),
];
const FY2024_ROWS: &[(&str, u64)] = &[
    ("Client.csv", 514),
    ("CurrentLivingSituation.csv", 20),
    ("Disabilities.csv", 6942),
    ("Enrollment.csv", 574),
    ("Event.csv", 19),
    ("Exit.csv", 447),
    ("HealthAndDV.csv", 1181),
    ("IncomeBenefits.csv", 1181),
    ("Organization.csv", 10),
    ("Project.csv", 10),
    ("Services.csv", 6385),
];

#[test]
fn fy2026_hashed_export() {
    let Some(folder) = sample("hmis_fy2026_demo") else { return };
    let agency = Agency::new();
    let summary = encode(&agency, &folder);
    assert_eq!(read(&summary), FY2026_ROWS.iter().map(|(f, n)| (*f, (*n, 0))).collect());
    assert_eq!((summary.records, summary.tokens), (4146, 0), "nobody is linked on a constant");
    for field in ["first_name", "last_name", "ssn"] {
        assert_eq!(summary.placeholders[field], 4145, "{field}");
    }
    let events = &summary.events_by_kind;
    assert_eq!((events["entry"], events["exit"]), (4771, 4295));
    // 226 exits answered R15.1, 11 of them yes; 226 answered R16.1 or R16.2, none yes; two refused each.
    // "Not collected" are the other exits of adults and heads of household.
    let lines = agency.events().lines(&["kind", "screening_question", "screening_answer"]);
    let count = |line: &str| lines.iter().filter(|l| *l == line).count();
    assert_eq!(count("screening sex yes"), 11);
    assert_eq!(count("screening sex no"), 215);
    assert_eq!(count("screening sex not_answered"), 2);
    assert_eq!(count("screening sex not_collected"), 2847);
    assert_eq!(count("screening labor yes"), 0);
    assert_eq!(count("screening labor no"), 226);
    assert_eq!(count("screening labor not_answered"), 2);
    assert_eq!(count("screening labor not_collected"), 2847);
    assert_eq!(events["indicator"], 9, "R15.C = 1, or R15.1 = 1 and under 18");
    assert!(!events.contains_key("identification"));
}

/// Every file that the profile has rules for, row by row: read is used and set aside, and the folder
/// packed to an archive gives the same bytes.
#[test]
fn both_exports_give_the_same_as_folders_and_as_archives() {
    for name in ["hmis_fy2024_testkit", "hmis_fy2026_demo"] {
        let Some(folder) = sample(name) else { continue };
        let from_folder = Agency::new();
        let summary = encode(&from_folder, &folder);
        for rows in &summary.rows {
            assert_eq!((rows.used, rows.quarantined), (rows.read, 0), "{name}/{}", rows.file);
        }
        for needed in ["Client.csv", "Enrollment.csv", "Exit.csv", "Services.csv", "Event.csv"] {
            assert!(summary.rows.iter().any(|rows| rows.file == needed), "{name}/{needed} was not read");
        }
        let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let files: Vec<_> = files
            .iter()
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap();
                (format!("export/{name}"), fs::read(path).unwrap())
            })
            .collect();
        let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let from_archive = Agency::new();
        let archive = from_archive.folder.path().join("export.zip");
        pack(&archive, &files, rawzip::CompressionMethod::DEFLATE);
        let packed = encode(&from_archive, &archive);
        assert_eq!(read(&packed), read(&summary), "{name}");
        for file in ["people.parquet", "events.parquet"] {
            let bytes = |agency: &Agency| fs::read(agency.out().join(file)).unwrap();
            assert!(bytes(&from_archive) == bytes(&from_folder), "{name}/{file}");
        }
    }
}

#[test]
fn fy2024_clear_export() {
    let Some(folder) = sample("hmis_fy2024_testkit") else { return };
    let agency = Agency::new();
    let summary = encode(&agency, &folder);
    assert_eq!(read(&summary), FY2024_ROWS.iter().map(|(f, n)| (*f, (*n, 0))).collect());
    assert_eq!((summary.records, summary.without_tokens), (514, 0), "HashStatus 3, but the names are clear");
    assert!(summary.tokens > 514 * 30);
    let people = agency.people();
    // 30 enrollments know the orientation; it is an answer of people under 25 only.
    let known = |category: &str| people.column("lgbtq_youth").iter().filter(|c| **c == category).count();
    assert!(known("lgbtq") > 0 && known("not_lgbtq") > 0 && known("not_youth") > 0);
    assert_eq!(people.column("language_need").iter().filter(|c| **c == "yes").count(), 18);
}
