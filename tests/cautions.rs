//! What no profile and no extract may tell of a person, whoever writes them.

use std::fs;

use crate::scratch::repository;

/// Conditions of a profile, as text: every list of codes that stands behind a column's name.
fn lists<'a>(profile: &'a str, column: &str) -> Vec<Vec<&'a str>> {
    let start = format!("column = \"{column}\", in = [");
    profile
        .split(&start)
        .skip(1)
        .map(|rest| rest.split(']').next().expect("a list ends").split(',').map(str::trim).collect())
        .collect()
}

#[test]
fn no_profile_tells_of_hiv_by_itself() {
    let folder = repository().join("schemas/sources");
    let mut profiles = 0;
    for entry in fs::read_dir(folder).expect("profiles") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        profiles += 1;
        let text = fs::read_to_string(&path).expect("readable");
        // Comments may explain; what is mapped may not name it.
        for line in text.lines().filter(|line| !line.trim_start().starts_with('#')) {
            let mapped = line.split('#').next().unwrap_or_default().to_lowercase();
            assert!(!mapped.contains("hiv") && !mapped.contains("aids"), "{}: {line}", path.display());
        }
    }
    assert!(profiles >= 6, "{profiles} profiles");
    // HMIS has a row of its own for it (DisabilityType 8): it is only ever one of several kinds that give
    // the same answer and the same need.
    let hmis = fs::read_to_string(repository().join("schemas/sources/hmis.toml")).expect("readable");
    let lists = lists(&hmis, "DisabilityType");
    assert!(lists.iter().any(|codes| codes.contains(&"8")), "the profile reads it, or this shows nothing");
    for codes in lists.iter().filter(|codes| codes.contains(&"8")) {
        assert!(
            codes.contains(&"5") && codes.contains(&"7"),
            "{codes:?} would tell it from other conditions"
        );
    }
}

#[test]
fn no_word_of_the_contract_tells_of_hiv() {
    use domain::{Breakdown, EVENT_COLUMNS, PEOPLE_COLUMNS, Word};
    let columns = PEOPLE_COLUMNS.iter().chain(EVENT_COLUMNS).map(|c| c.name);
    let categories = Breakdown::ALL.iter().flat_map(|b| b.categories().iter().copied());
    let services = domain::Service::ALL.iter().map(|s| s.word());
    for word in columns.chain(categories).chain(services) {
        assert!(!word.split('_').any(|part| part == "hiv" || part == "aids"), "{word}");
    }
}
