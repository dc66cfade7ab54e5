//! What lies in the inbox in an extract's place: the refusal says that it may be people's names and numbers, and what to
//! do with it, and quotes none.

use std::fs;

use hub::Refusal;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::extract::{Cells, Extract, Format, Night, extract, sha256, texts, token};

const RAW: &str = "PersonalID,FirstName,LastName,SSN,DOB\n7,Zebulon,Quarrington,536-22-8765,1991-04-17\n";
const OF_RAW: [&str; 6] = ["Zebulon", "Quarrington", "536-22", "1991", "FirstName", "SSN"];

fn refusal(night: &Night) -> Refusal {
    let ingested = night.run();
    let report = ingested.report();
    assert_eq!((report.refused.len(), report.sources.len()), (1, 0), "{:?}", report.refused);
    assert!(
        night.kept().iter().all(|(path, _)| !path.to_string_lossy().contains("shelter")),
        "nothing is kept"
    );
    report.refused[0].clone()
}

fn refused(extract: &Extract) -> Refusal {
    let night = Night::new(&["shelter"]);
    night.deliver(extract);
    refusal(&night)
}

#[test]
fn a_raw_export_is_told_as_one_wherever_it_lies() {
    let as_folder = |name: &'static str| {
        let night = Night::new(&["shelter"]);
        let folder = night.extract_folder("shelter");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(name), RAW).unwrap();
        refusal(&night)
    };
    let as_file = || {
        let night = Night::new(&["shelter"]);
        let folder = night.extract_folder("shelter");
        fs::create_dir_all(folder.parent().unwrap()).unwrap();
        fs::write(&folder, RAW).unwrap();
        refusal(&night)
    };
    // Somebody also wrote a manifest for it.
    let as_people = |text: &'static str| {
        let night = Night::new(&["shelter"]);
        let mut manifest = night.deliver(&Extract { format: Format::Csv, ..extract("shelter", 3, 3) });
        let path = night.extract_folder("shelter").join("people.csv");
        fs::write(&path, text).unwrap();
        (manifest.people.sha256, manifest.people.rows) = (sha256(&path), 1);
        night.write_manifest(&manifest);
        refusal(&night)
    };
    let in_its_place = || {
        let night = Night::new(&["shelter"]);
        night.deliver(&Extract { format: Format::Csv, ..extract("shelter", 3, 3) });
        fs::write(night.extract_folder("shelter").join("people.csv"), RAW).unwrap();
        refusal(&night)
    };
    for (rule, refusal) in [
        ("extract.other_file", as_folder("Client.csv")),
        ("manifest.missing", as_folder("people.csv")),
        ("extract.file", as_file()),
        ("identified.raw_export", as_people(RAW)),
        ("identified.raw_export", as_people("record_id,gender,FirstName\nx,y,Zebulon\n")),
        ("identified.raw_export", as_people("c1,c2,c3\n7,Zebulon,Quarrington\n")),
        ("file.sha256", in_its_place()),
    ] {
        assert_eq!(refusal.rule, rule, "{refusal}");
        assert!(refusal.remedy.contains("elete") && refusal.remedy.contains("tell the agency"), "{refusal}");
        let message = refusal.to_string();
        assert!(OF_RAW.iter().all(|of| !message.contains(of)), "{message}");
    }
}

/// What programs write beside the columns, nobody looks at.
#[test]
fn a_file_that_tells_more_than_its_columns_is_refused() {
    for table in ["people", "events"] {
        let night = Night::new(&["shelter"]);
        let mut manifest = night.deliver(&extract("shelter", 30, 60));
        let path = night.extract_folder("shelter").join(format!("{table}.parquet"));
        let mut bytes = fs::read(&path).unwrap();
        let key = b"ARROW:schema";
        let places: Vec<usize> =
            (0..bytes.len() - key.len()).filter(|at| bytes[*at..].starts_with(key)).collect();
        assert_eq!(places.len(), 1, "the writer's own entry");
        bytes[places[0]..places[0] + key.len()].copy_from_slice(b"pandas_index");
        fs::write(&path, bytes).unwrap();
        let entry = if table == "people" { &mut manifest.people } else { &mut manifest.events };
        entry.sha256 = sha256(&path);
        night.write_manifest(&manifest);
        let refusal = refusal(&night);
        assert_eq!(
            (refusal.rule.as_str(), refusal.place.as_str()),
            ("identified.metadata", format!("{table}.parquet").as_str())
        );
    }
}

fn with_column(name: &str, n: usize, cell: impl Fn(usize) -> Option<Vec<u8>>) -> Extract {
    let mut shelter = extract("shelter", n, n);
    *shelter.people.at(name) = Cells::Bytes((0..n).map(cell).collect());
    shelter
}

type Function = fn(&str) -> Vec<u8>;

/// The hashes that agencies make by themselves, of plain fields, cut to a token at either end.
#[test]
fn hashes_without_a_key_are_no_tokens_under_any_common_function() {
    let names = ["maria", "GARCIA", "Robert"];
    let dates = ["1991-04-17", "04/17/1991", "19910417"];
    let functions: [(&str, Function); 4] = [
        ("MD5", |text| Md5::digest(text).to_vec()),
        ("SHA-1", |text| Sha1::digest(text).to_vec()),
        ("SHA-256", |text| Sha256::digest(text).to_vec()),
        ("SHA-512", |text| Sha512::digest(text).to_vec()),
    ];
    for (function, hash) in functions {
        for texts in [names, dates] {
            for from_the_end in [false, true] {
                let cut = move |i: usize| {
                    let hash = hash(texts[i % 3]);
                    let at = if from_the_end { hash.len() - 16 } else { 0 };
                    // One token in ten.
                    if i.is_multiple_of(10) { hash[at..at + 16].to_vec() } else { token(1, i).to_vec() }
                };
                let refusal = refused(&with_column("t_first_dob", 60, |i| Some(cut(i))));
                assert_eq!(refusal.rule, "identified.token_hash", "{function} {texts:?} {from_the_end}");
            }
        }
    }
}

#[test]
fn tokens_that_no_key_made_are_refused() {
    let hashes = refused(&with_column("t_first_dob", 60, |i| {
        // By HUD's rule: of a name's sound.
        Some(Sha256::digest(["S530", "G620", "M625"][i % 3])[..16].to_vec())
    }));
    assert_eq!(hashes.rule, "identified.token_hash", "{hashes}");
    assert!(hashes.place.contains("t_first_dob") && hashes.remedy.contains("delete"), "{hashes}");
    let padded = |at: usize| {
        refused(&with_column("t_first_dob", 60, move |i| {
            let mut token = token(1, i);
            token[at..at + 6].fill(0);
            Some(token.to_vec())
        }))
    };
    for at in [0, 10] {
        assert_eq!(padded(at).rule, "identified.token");
    }
}

#[test]
fn records_that_may_be_linked_and_have_no_token_are_counted() {
    let emptied = || {
        let mut shelter = extract("shelter", 100, 100);
        for (_, cells) in &mut shelter.people.columns {
            if let Cells::Bytes(cells) = cells {
                cells[6..].fill(None);
            }
        }
        shelter
    };
    let missing = |night: &Night, extract: &Extract| {
        night.deliver(extract);
        night.run().report().sources[0].tokens_missing
    };
    assert_eq!(missing(&Night::new(&["shelter"]), &emptied()), 94);
    let mut counting = Night::new(&["shelter"]);
    counting.config.sources[0].purposes = vec![domain::Purpose::Measure];
    assert_eq!(missing(&counting, &emptied()), 0, "nobody was to be linked");
    let mut unlinked = emptied();
    *unlinked.people.at("consent_scope") = texts(std::iter::repeat_n("count_only", 100));
    assert_eq!(missing(&Night::new(&["shelter"]), &unlinked), 0);
}

#[test]
fn a_column_of_one_token_is_left_out_and_told() {
    let night = Night::new(&["shelter"]);
    night.deliver(&with_column("t_first_dob", 120, |i| {
        Some(if i < 70 { token(9, 9) } else { token(9, 100 + i) }.to_vec())
    }));
    let ingested = night.run();
    let source = &ingested.report().sources[0];
    assert_eq!(source.tokens_alike.clone().into_iter().collect::<Vec<_>>(), [("t_first_dob".to_owned(), 70)]);
    assert_eq!((source.tokens_too_common, source.tokens_missing), (70, 0));
    // Half of the other family's records have two tokens each, and nobody's first token is anybody else's.
    assert_eq!(source.tokens, 50 + 240);
}
