//! Sentinel identifiers go in; nothing that comes out holds them.

use std::fs;

use crate::fixture::{Agency, profile, shipped};

const SENTINELS: &[&str] = &[
    "Zyxwvutina",
    "Qqlastname",
    "536228765",
    "8765",
    "4045559876",
    "Wombatstreet",
    "77777",
    "RAWID42",
    "1987-06-05",
    "06/05/1987",
    "19870605",
];

fn patients(extra: &str) -> String {
    format!(
        "MRN,PAT_LAST,PAT_FIRST,PAT_MI,BIRTH_DT,SEX,RACE_CD,ETHNICITY,LANG,SSN,PHONE,ADDR,ZIP,SUD_FLAG,DISAB_CD\n\
         RAWID42,Qqlastname,Zyxwvutina,,06/05/1987,F,6,N,en,536228765,4045559876,12 Wombatstreet,77777,N,0\n{extra}"
    )
}

#[test]
fn no_output_holds_an_identifier() {
    let agency = Agency::new();
    agency.file("patients.csv", &patients("RAWID42,Qqlastname,Zyxwvutina,,06/45/1987,Zyxwvutina,Qqlastname,Qqlastname,en,,,,,Qqlastname,536228765\n"));
    agency.file(
        "encounters.csv",
        "ENC_ID,MRN,ENC_DT,ENC_TYPE,DX1,DX2,DX3,SCREEN_SEX,SCREEN_LABOR,NEED_CODES,SVC_CODES,REF_TO,REF_RESULT,REF_RESULT_DT\n\
         1,RAWID42,01/02/2025,ED,,,,,,MED,,,,\n\
         2,Zyxwvutina,01/02/2025,ED,,,,,,MED,,,,\n\
         3,RAWID42,Qqlastname,ED,,,,,,MED,,,,\n\
         4,RAWID42,01/02/2025,ED,,,,,,536228765,,,,\n\
         Wombatstreet,RAWID42\n",
    );
    let summary = agency.encode(&shipped("public_health.toml"), &agency.raw()).unwrap();
    assert_eq!(summary.quarantined, 5);
    let mut outputs = vec![serde_json::to_vec(&summary).unwrap(), fs::read(&summary.quarantine).unwrap()];
    for entry in fs::read_dir(agency.out()).unwrap() {
        outputs.push(fs::read(entry.unwrap().path()).unwrap());
    }
    // Compressed pages hide text from a search of the bytes, so the tables are searched as read too.
    for rows in [agency.people(), agency.events()] {
        let names: Vec<_> = rows.names().filter(|name| !name.starts_with("t_")).collect();
        outputs.push(rows.lines(&names).join("\n").into_bytes());
    }
    // What is searched for would be found: the raw file holds every sentinel but other spellings of the date.
    let raw = fs::read(agency.raw().join("patients.csv")).unwrap();
    assert!(SENTINELS[..8].iter().all(|s| holds(&raw, s)));
    for output in &outputs {
        for sentinel in SENTINELS.iter().filter(|s| s.len() > 4) {
            assert!(!holds(output, sentinel), "{sentinel} came out");
        }
    }
}

#[test]
fn no_error_holds_an_identifier() {
    let long_quote = patients("2,\"Qqlastname,Zyxwvutina,536228765\n");
    let broken_header = patients("").replace("PAT_LAST", "Qqcolumn");
    let not_utf8 = [patients("").as_bytes(), b"3,Zyxwvutina\xff,,,,,,,,536228765,,,,,\n"].concat();
    for raw in [long_quote.into_bytes(), broken_header.into_bytes(), not_utf8] {
        let agency = Agency::new();
        fs::write(agency.file("patients.csv", ""), raw).unwrap();
        agency.file("encounters.csv", "ENC_ID,MRN\n");
        let error = agency.encode(&shipped("public_health.toml"), &agency.raw()).expect_err("refused");
        for text in [error.to_string(), format!("{error:?}")] {
            assert!(SENTINELS.iter().all(|s| !holds(text.as_bytes(), s)), "{text}");
        }
    }
}

#[test]
fn a_broken_ndjson_line_is_not_quoted() {
    let agency = Agency::new();
    let input = agency.file("p.ndjson", "{\"id\": \"Zyxwvutina\n");
    let text = "source = \"s\"\nformat = \"ndjson\"\nsystem = \"hotline\"\n[identity]\nrecord_id = \"id\"\n[sharing]\nbirth_year = false\ndate_precision = \"day\"\npurposes = [\"measure\"]\nconsent_scope = \"count_only\"\n";
    let error = agency.encode(&profile(text), &input).expect_err("refused");
    assert!(!holds(format!("{error} {error:?}").as_bytes(), "Zyxwvutina"));
}

fn holds(haystack: &[u8], needle: &str) -> bool {
    let (haystack, needle) = (haystack.to_ascii_lowercase(), needle.to_ascii_lowercase().into_bytes());
    haystack.windows(needle.len()).any(|window| window == needle)
}
