//! Linkage from night to night.

use std::collections::BTreeMap;
use std::fs;

use hub::{HubError, Linked, Relink};

use crate::extract::{Night, extract, token};

/// The families by which the fixture's records are told apart, all from one name and birth date.
const OF_ONE: [usize; 8] = [0, 1, 2, 3, 4, 5, 6, 7];

/// An extract whose records are nobody's elsewhere.
fn strangers(agency: &str, first: usize) -> crate::extract::Extract {
    let mut extract = extract(agency, 20, 40);
    for row in 0..20 {
        becomes(&mut extract, row, first + row);
    }
    extract
}

/// Gives row `row` of an extract the tokens of somebody.
fn becomes(extract: &mut crate::extract::Extract, row: usize, somebody: usize) {
    let parts = domain::family_index("soundex_date_parts").unwrap();
    for family in OF_ONE.into_iter().chain([parts]) {
        extract.people.set_bytes(&domain::token_column(family), row, &token(family, 1_000 + somebody));
    }
}

/// Pseudonyms of the last night's persons, by source and record, as the hub keeps them.
fn persons(linked: &Linked) -> BTreeMap<u32, usize> {
    let mut sizes = BTreeMap::new();
    for person in &linked.person_of {
        *sizes.entry(*person).or_insert(0) += 1;
    }
    sizes
}

fn log(night: &Night) -> Vec<String> {
    let folder = night.work().join("us-ga-atlanta/linkage");
    let last = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    fs::read_to_string(last.join("changes.ndjson")).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn an_unchanged_night_finds_the_same_and_keeps_the_same() {
    let night = Night::new(&["shelter", "clinic"]);
    for agency in ["shelter", "clinic"] {
        let mut extract = strangers(agency, agency.len() * 100);
        becomes(&mut extract, 3, 1);
        night.deliver(&extract);
    }
    let first = night.link(&night.run(), Relink::Changed);
    assert!(persons(&first).values().any(|records| *records == 2), "the two agencies share a person");
    let kept = night.kept();
    let again = night.link(&night.run(), Relink::Changed);
    assert_eq!(first.person_of, again.person_of);
    assert_eq!(first.counts, again.counts);
    assert!(kept == night.kept(), "nothing is written");
    let anew = night.link(&night.run(), Relink::Weights);
    assert_eq!(first.person_of, anew.person_of);
    assert!(log(&night).is_empty(), "{:?}", log(&night));
}

#[test]
fn consent_withdrawn_or_expired_takes_a_record_out_and_the_log_says_so() {
    for withdraw in [true, false] {
        let night = Night::new(&["shelter", "clinic"]);
        let mut shelter = strangers("shelter", 100);
        let mut clinic = strangers("clinic", 200);
        becomes(&mut shelter, 3, 1);
        becomes(&mut clinic, 5, 1);
        night.deliver(&shelter);
        night.deliver(&clinic);
        let linked = night.link(&night.run(), Relink::Changed);
        let before = linked.persons;
        if withdraw {
            clinic.people.set("consent_scope", 5, Some("count_only"));
        } else {
            clinic.people.set_day("consent_end", 5, Some(0));
        }
        night.deliver(&clinic);
        let linked = night.link(&night.run(), Relink::Changed);
        assert_eq!(linked.persons, before + 1, "the record is a person of its own again");
        assert_eq!(linked.counts.split, 1);
        let log = log(&night);
        assert!(log.len() == 1 && log[0].contains("\"split\"") && log[0].contains("consent"), "{log:?}");
    }
}

#[test]
fn a_record_that_ties_two_persons_merges_them_and_the_log_says_why() {
    let night = Night::new(&["shelter", "clinic"]);
    let mut shelter = strangers("shelter", 100);
    becomes(&mut shelter, 3, 1);
    night.deliver(&shelter);
    let mut clinic = strangers("clinic", 200);
    night.deliver(&clinic);
    let before = night.link(&night.run(), Relink::Changed).persons;
    becomes(&mut clinic, 5, 1);
    night.deliver(&clinic);
    let linked = night.link(&night.run(), Relink::Changed);
    assert_eq!((linked.persons, linked.counts.merged), (before - 1, 1));
    let log = log(&night);
    assert!(log.len() == 1 && log[0].contains("\"merged\"") && log[0].contains("birth date"), "{log:?}");
}

#[test]
fn a_source_that_goes_leaves_the_others_as_they_were() {
    let mut night = Night::new(&["shelter", "clinic"]);
    for agency in ["shelter", "clinic"] {
        night.deliver(&extract(agency, 20, 40));
    }
    night.link(&night.run(), Relink::Changed);
    night.config.sources.retain(|source| source.name == "shelter");
    let linked = night.link(&night.run(), Relink::Changed);
    assert_eq!((linked.person_of.len(), linked.persons), (20, 20));
    assert_eq!(linked.counts.sources.len(), 1);
}

#[test]
fn what_was_kept_and_is_broken_stops_the_city_with_a_remedy() {
    let night = Night::new(&["shelter"]);
    night.deliver(&extract("shelter", 20, 40));
    night.link(&night.run(), Relink::Changed);
    for file in ["state.json", "records.parquet", "pairs.parquet"] {
        let path = night.work().join("us-ga-atlanta/linkage/1").join(file);
        let whole = fs::read(&path).unwrap();
        fs::write(&path, &whole[..whole.len() / 2]).unwrap();
        let ingested = night.run();
        let Err(error) = night.try_link(&ingested, Relink::Changed) else {
            panic!("{file} cut short is taken");
        };
        assert!(matches!(error, HubError::Linkage { .. }), "{file}: {error}");
        assert!(error.to_string().contains("delete it"), "{error}");
        fs::write(&path, whole).unwrap();
    }
    night.link(&night.run(), Relink::Changed);
}

#[test]
fn weights_of_another_version_are_estimated_anew_when_asked_and_persons_keep_their_pseudonyms() {
    let night = Night::new(&["shelter"]);
    night.deliver(&extract("shelter", 20, 40));
    night.link(&night.run(), Relink::Changed);
    let before = pseudonyms(&night);
    let path = night.work().join("us-ga-atlanta/linkage/1/weights.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"taught\"", "\"taught_once\"", 1)).unwrap();
    for relink in [Relink::Changed, Relink::Records] {
        let Err(error) = night.try_link(&night.run(), relink) else {
            panic!("weights of what they don't say")
        };
        assert!(matches!(error, HubError::Weights { .. }), "{error}");
        assert!(error.to_string().contains("--relink weights"), "{error}");
    }
    night.link(&night.run(), Relink::Weights);
    assert_eq!(pseudonyms(&night), before);
    night.link(&night.run(), Relink::Changed);
}

/// Every record's pseudonym, by source and record id, as the hub keeps it.
fn pseudonyms(night: &Night) -> BTreeMap<(String, String), u64> {
    use polars::prelude::{ParquetReader, SerReader};
    let folder = night.work().join("us-ga-atlanta/linkage");
    let number =
        |path: &std::path::PathBuf| path.file_name().unwrap().to_str().unwrap().parse::<u64>().unwrap();
    let last = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).max_by_key(number).unwrap();
    let state: serde_json::Value =
        serde_json::from_slice(&fs::read(last.join("state.json")).unwrap()).unwrap();
    let table = ParquetReader::new(fs::File::open(last.join("records.parquet")).unwrap()).finish().unwrap();
    let numbers = |name: &str| table.column(name).unwrap().i64().unwrap().clone();
    let (source, person) = (numbers("source"), numbers("person"));
    let id = table.column("record_id").unwrap().binary().unwrap().clone();
    let mut found = BTreeMap::new();
    for row in 0..table.height() {
        let source = state["sources"][source.get(row).unwrap() as usize].as_str().unwrap().to_owned();
        found.insert((source, hex::encode(id.get(row).unwrap())), person.get(row).unwrap() as u64);
    }
    found
}

#[test]
fn a_refused_source_finds_its_persons_again_when_it_is_back() {
    let night = Night::new(&["shelter", "clinic"]);
    let (mut shelter, mut clinic) = (strangers("shelter", 100), strangers("clinic", 200));
    becomes(&mut shelter, 3, 1);
    becomes(&mut clinic, 5, 1);
    night.deliver(&shelter);
    let manifest = night.deliver(&clinic);
    night.link(&night.run(), Relink::Changed);
    let before = pseudonyms(&night);
    // Cut off on its way, for two nights.
    let people = night.extract_folder("clinic").join(&manifest.people.name);
    fs::write(&people, b"PAR1").unwrap();
    let mut stale = manifest.clone();
    stale.rows_quarantined += 1;
    night.write_manifest(&stale);
    for _ in 0..2 {
        let ingested = night.run();
        assert_eq!(ingested.report().refused.len(), 1);
        night.link(&ingested, Relink::Changed);
    }
    night.deliver(&clinic);
    night.link(&night.run(), Relink::Changed);
    assert_eq!(pseudonyms(&night), before);
}

/// It used to leave weights that the next night could not read, and so stopped the city for good.
#[test]
fn a_night_without_a_record_stops_no_later_one() {
    let night = Night::new(&["shelter"]);
    for _ in 0..2 {
        let ingested = night.run();
        assert_eq!((ingested.report().refused.len(), ingested.records().len()), (1, 0));
        night.link(&ingested, Relink::Changed);
    }
    night.deliver(&extract("shelter", 20, 40));
    assert_eq!(night.link(&night.run(), Relink::Changed).person_of.len(), 20);
}

#[test]
fn persons_keep_their_pseudonyms_across_a_rotation_however_the_agencies_come_back() {
    for first in ["shelter", "clinic"] {
        let mut night = Night::new(&["shelter", "clinic"]);
        let (mut shelter, mut clinic) = (strangers("shelter", 100), strangers("clinic", 200));
        for (row, somebody) in [(3, 1), (4, 2)] {
            becomes(&mut shelter, row, somebody);
            becomes(&mut clinic, row + 2, somebody);
        }
        night.deliver(&shelter);
        night.deliver(&clinic);
        let linked = night.link(&night.run(), Relink::Changed);
        assert_eq!(linked.persons, 38);
        let before = pseudonyms(&night);

        // The linkage key is rotated: the hub waits for the new epoch, and the old extracts are refused.
        night.expected = hub::ExpectedKey {
            epoch: "2027".to_owned(),
            fingerprint: "fedcba9876543210".to_owned(),
            ..night.expected.clone()
        };
        let ingested = night.run();
        let rules: Vec<_> = ingested.report().refused.iter().map(|r| r.rule.as_str()).collect();
        assert_eq!(rules, ["key.epoch", "key.epoch"]);
        assert!(
            ingested.report().refused[0]
                .remedy
                .contains("encode again with the linkage key of the expected epoch")
        );
        night.link(&ingested, Relink::Changed);

        // Every token is another under the new key.
        let encode_again = |mut extract: crate::extract::Extract| {
            extract.rekeyed(&night.expected.epoch);
            night.deliver_as(&extract, &night.expected);
        };
        let (early, late) = if first == "shelter" { (shelter, clinic) } else { (clinic, shelter) };
        encode_again(early);
        let ingested = night.run();
        assert_eq!(ingested.report().refused.len(), 1);
        night.link(&ingested, Relink::Changed);
        encode_again(late);
        let linked = night.link(&night.run(), Relink::Changed);
        assert_eq!(linked.persons, 38);
        assert_eq!(pseudonyms(&night), before);
    }
}
