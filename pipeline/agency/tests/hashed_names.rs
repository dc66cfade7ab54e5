//! Names that an export hides, by a hash in whatever dress or by a mask: they are no names.

use std::fmt::Write;

use agency::Summary;
use sha2::{Digest, Sha256};

use crate::fixture::{Agency, base, profile};

const PROFILE: &str = base!(
    r#"
    middle_name = "middle"
    ssn = "ssn"
    street_name = "street"
    city = "city"
    occupation = "work"
"#,
    "",
    r#"
    [[file]]
    name = "p.csv"
"#
);
/// Names of a few letters, which hexadecimal digits are too, and other people's.
const PEOPLE: [(&str, &str, &str, &str); 8] = [
    ("Dee", "Ada", "Abbe", "1990-05-01"),
    ("Fae", "B", "Dade", "1991-06-02"),
    ("Ada", "", "Beebe", "1992-07-03"),
    ("Abe", "C", "Cade", "1993-08-04"),
    ("Ana", "Maria", "Ruiz", "1994-09-05"),
    ("Eva", "", "Sosa", "1995-10-06"),
    ("Mia", "Fae", "Luna", "1996-11-07"),
    ("Deedee", "", "Facade", "1997-12-08"),
];

type Hide<'a> = &'a dyn Fn(&str) -> String;

fn encode(hide: Hide, more: Hide) -> (Agency, Summary) {
    let agency = Agency::new();
    let mut rows = "id,first,middle,last,dob,ssn,street,city,work\n".to_owned();
    for (i, (first, middle, last, born)) in PEOPLE.iter().enumerate() {
        let hide = |name: &str| if name.is_empty() { String::new() } else { hide(name) };
        let (ssn, street) = (format!("53622{:04}", 8700 + i), format!("{i}1 Decade Street"));
        let (city, work) = (["Decatur", "Bedford"][i % 2], "cook");
        writeln!(
            rows,
            "{i},{},{},{},{born},{},{},{},{}",
            hide(first),
            hide(middle),
            hide(last),
            more(&ssn),
            more(&street),
            more(city),
            more(work)
        )
        .unwrap();
    }
    let input = agency.file("p.csv", &rows);
    let summary = agency.encode(&profile(PROFILE), &input).unwrap();
    assert_eq!((summary.records, summary.quarantined), (8, 0));
    (agency, summary)
}

fn tells_of_hashes(summary: &Summary) -> bool {
    summary.notes.iter().any(|note| note.contains("hashed"))
}

/// Every token of every record, in order.
fn tokens(agency: &Agency) -> Vec<String> {
    let people = agency.people();
    let families: Vec<&str> = people.names().filter(|name| name.starts_with("t_")).collect();
    people.lines(&families)
}

fn hash(name: &str) -> String {
    hex::encode(Sha256::digest(name.to_uppercase()))
}

fn grouped(hex: &str, length: usize, mark: &str) -> String {
    let groups: Vec<&str> = (0..hex.len() / length).map(|at| &hex[at * length..(at + 1) * length]).collect();
    groups.join(mark)
}

fn as_is(text: &str) -> String {
    text.to_owned()
}

#[test]
fn names_of_hexadecimal_letters_are_names() {
    let (agency, summary) = encode(&as_is, &as_is);
    assert!(!tells_of_hashes(&summary), "{:?}", summary.notes);
    let with_names = agency.people().names().any(|name| name.contains("first"));
    assert!(with_names && summary.tokens > 200, "{}", summary.tokens);
    assert_eq!(summary.without_tokens, 0);
}

#[test]
fn a_hash_gives_the_same_tokens_in_every_dress() {
    let (plain, summary) = encode(&hash, &as_is);
    assert!(tells_of_hashes(&summary));
    let (clear, _) = encode(&as_is, &as_is);
    let (plain, clear) = (tokens(&plain), tokens(&clear));
    assert!(plain != clear);
    let dresses: [Hide; 12] = [
        &|name| format!("HASH-{}", hash(name)),
        &|name| format!("{}...", hash(name)),
        &|name| format!("'{}…", hash(name)),
        &|name| hash(name).to_uppercase(),
        &|name| format!("0x{}", hash(name)),
        &|name| format!("$sha256${}", hash(name)),
        &|name| format!("{{SHA256}}{}", hash(name)),
        &|name| format!("sha-256:{}", hash(name)),
        &|name| grouped(&hash(name), 2, ":"),
        &|name| grouped(&hash(name), 4, " "),
        &|name| {
            base64::Engine::encode(
                &base64::engine::general_purpose::STANDARD,
                Sha256::digest(name.to_uppercase()),
            )
        },
        // As many digits as tokens take of one.
        &|name| hash(name)[..16].to_owned(),
    ];
    for (i, dress) in dresses.iter().enumerate() {
        let (agency, summary) = encode(dress, &as_is);
        assert!(tells_of_hashes(&summary), "{i}: {:?}", summary.notes);
        assert!(tokens(&agency) == plain, "dress {i}");
    }
}

#[test]
fn what_can_not_be_compared_gives_no_token_of_names() {
    let (agency, _) = encode(&|_| String::new(), &as_is);
    let none = tokens(&agency);
    let hidden: [(Hide, bool); 9] = [
        (&|name| format!("$2b$12${}.{}", &hash(name)[..22], &hash(name)[..30]), true),
        (&|name| format!("{}****", &name[..1]), false),
        (&|_| "*****".to_owned(), false),
        (&|name| format!("{}XXXX", &name[..1]), false),
        (&|name| format!("{}••••", &name[..1]), false),
        (&|name| format!("{}-----", &name[..1]), false),
        (&|name| format!("{}.....", &name[..1]), false),
        (&|name| format!("{}____", &name[..1]), false),
        (&|name| format!("{}????", &name[..1]), false),
    ];
    for (i, (hide, hashed)) in hidden.iter().enumerate() {
        let (agency, summary) = encode(hide, &as_is);
        assert_eq!(tells_of_hashes(&summary), *hashed, "{i}: {:?}", summary.notes);
        assert!(tokens(&agency) == none, "hidden {i}");
        let told = summary.notes.iter().any(|note| note.contains("`first_name`"));
        assert_eq!(told, !hashed, "{i}: {:?}", summary.notes);
    }
}

#[test]
fn a_column_of_hashes_cut_short_is_seen_as_a_whole() {
    let (agency, summary) = encode(&|name| hash(name)[..8].to_owned(), &as_is);
    assert!(tells_of_hashes(&summary), "{:?}", summary.notes);
    let (whole, _) = encode(&hash, &as_is);
    let count = |lines: &[String]| lines.iter().map(|line| line.split(' ').count()).sum::<usize>();
    assert_eq!(count(&tokens(&agency)), count(&tokens(&whole)), "as many tokens as of whole hashes");
}

#[test]
fn other_fields_that_are_hashed_give_no_token() {
    let (agency, _) = encode(&as_is, &|_| String::new());
    let none = tokens(&agency);
    // An SSN's hash meets its like, as HMIS's does.
    let but_the_ssn =
        |text: &str| if text.starts_with("536") { String::new() } else { format!("0x{}", hash(text)) };
    let (agency, summary) = encode(&as_is, &but_the_ssn);
    assert!(tells_of_hashes(&summary));
    assert!(tokens(&agency) == none);
}
