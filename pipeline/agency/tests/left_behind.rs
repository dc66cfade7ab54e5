//! What earlier runs and other sources leave in an agency's folders.

use crate::fixture::{Agency, profile, shipped};
use crate::protection::{CONSENTS, contact};

#[test]
fn what_a_run_that_was_killed_left_behind_is_removed_and_what_another_writes_is_not() {
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob,on,release,since,until\n");
    let (dead, running) =
        (agency.folder.path().join(".encode-aB3xYz"), agency.folder.path().join(".encode-QwErTy"));
    for folder in [&dead, &running, &agency.folder.path().join(".encode-notours")] {
        std::fs::create_dir(folder).unwrap();
        std::fs::write(folder.join("people.parquet"), "tokens").unwrap();
    }
    let held = std::fs::File::open(&running).unwrap();
    held.try_lock().unwrap();
    let text = CONSENTS.replace("END", "\"until\"").replace("PROVIDER", "true");
    agency.encode(&profile(&text), &agency.raw()).unwrap();
    let mut left: Vec<_> = std::fs::read_dir(agency.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with('.'))
        .collect();
    left.sort();
    #[cfg(unix)]
    assert_eq!(left, [".encode-QwErTy", ".encode-notours"]);
    drop(held);
}

/// Notes that somebody kept in an extract's folder went with the extract that was replaced.
#[test]
fn what_is_no_extracts_own_is_not_replaced_with_it() {
    let agency = Agency::new();
    agency.file("p.csv", "id,first,last,dob,on,release,since,until\n");
    let rules = profile(&CONSENTS.replace("END", "\"until\"").replace("PROVIDER", "true"));
    let encode = || agency.encode(&rules, &agency.raw());
    encode().unwrap();
    for theirs in [".DS_Store", "Thumbs.db", "._people.parquet"] {
        std::fs::write(agency.out().join(theirs), "x").unwrap();
        encode().unwrap();
        assert!(!agency.out().join(theirs).exists(), "{theirs}");
    }
    // A raw export under the name of a table, hidden files, and folders whatever they are called.
    for theirs in ["people.csv", ".env", ".git/config", "events.csv/x", ".DS_Store/x"] {
        let path = agency.out().join(theirs);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "x").unwrap();
        let error = encode().unwrap_err();
        assert!(
            error.is_configuration() && error.to_string().contains("holds 1 other files"),
            "{theirs}: {error}"
        );
        assert!(path.exists(), "{theirs}");
        let top = agency.out().join(theirs.split('/').next().unwrap());
        if top.is_dir() { std::fs::remove_dir_all(top).unwrap() } else { std::fs::remove_file(top).unwrap() }
    }
    let notes = agency.out().join("notes of Zyxwvutina.txt");
    std::fs::write(&notes, "x").unwrap();
    let error = encode().unwrap_err();
    let said = error.to_string();
    assert!(
        error.is_configuration() && said.contains("holds 1 other files") && !said.contains("Zyxw"),
        "{said}"
    );
    assert!(notes.exists() && agency.manifest().people.rows == 0);
    std::fs::remove_file(notes).unwrap();
    encode().unwrap();
    // Another source's extract is not this one's to replace; of tables in CSV its manifest tells.
    let manifest = agency.out().join("manifest.json");
    let ours = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, ours.replace("\"agency\": \"s\"", "\"agency\": \"t\"")).unwrap();
    let error = encode().unwrap_err();
    assert!(error.is_configuration() && error.to_string().contains("another source than `s`"), "{error}");
    std::fs::write(&manifest, ours.replace("people.parquet", "people.csv")).unwrap();
    std::fs::write(agency.out().join("people.csv"), "x").unwrap();
    encode().unwrap();
}

#[test]
fn another_sources_record_key_is_refused_before_any_work() {
    use keys::{KeyFile, KeyKind};
    let agency = Agency::new();
    agency.file("contacts.ndjson", &contact("\"release\":\"no\",\"release_until\":\"\"", "self"));
    let (made, copied) =
        (agency.folder.path().join("legal_services.key"), agency.folder.path().join("hotline.key"));
    KeyFile::create(&made, KeyKind::Record, &crate::fixture::city(), "2026").unwrap();
    std::fs::copy(&made, &copied).unwrap();
    let linkage = agency.folder.path().join("linkage.key");
    let keys = agency::AgencyKeys::read(&linkage, &copied, &crate::fixture::city()).unwrap();
    let encode = |keys: &agency::AgencyKeys| {
        let profile = shipped("hotline.toml");
        let (input, city, out) = (agency.raw(), crate::fixture::city(), agency.out());
        let (profile, input, city, out) = (&profile, &*input, &city, &*out);
        agency::Encoding { profile, input, keys, city, out, day: None }.encode(&mut |_| {})
    };
    let error = encode(&keys).unwrap_err();
    assert!(error.is_key_error());
    let error = error.to_string();
    assert!(error.contains("hotline.key") && error.contains("the record key of legal_services"), "{error}");
    assert!(!agency.out().exists());
    std::fs::remove_file(&copied).unwrap();
    KeyFile::create(&copied, KeyKind::Record, &crate::fixture::city(), "2026").unwrap();
    encode(&agency::AgencyKeys::read(&linkage, &copied, &crate::fixture::city()).unwrap()).unwrap();
}
