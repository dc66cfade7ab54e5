use super::*;

fn standard() -> Workload {
    standard_workload(Service::ALL, Breakdown::ALL).expect("valid")
}

fn two_cities() -> TablesFor {
    TablesFor { systems: vec![System::PublicHealth, System::Hotline], smallest_population: None }
}

fn tables(text: &str) -> Result<Workload, String> {
    let config: TablesConfig = toml::from_str(text).map_err(|e| e.to_string())?;
    config.workload(&[], Detail::Full, &two_cities()).map_err(|e| e.to_string())
}

#[test]
fn the_standard_workload_keeps_the_cautions() {
    let workload = standard();
    for table in workload.tables() {
        let names: Vec<_> =
            table.dimensions.iter().map(|d| workload.attributes()[*d].name.as_str()).collect();
        assert_eq!(names[0], "trafficking_type");
        assert!(names.len() <= 3);
        let subject = table.subject.as_ref().expect("a subject");
        assert!(subject.breakdowns.len() <= 1, "{}: no two groups are crossed by default", table.name);
        if names.contains(&"indigenous") {
            assert_eq!(subject.measure.rule(), MeasureRule::People, "{}: city totals only", table.name);
        }
    }
    let of = |name: &str| workload.tables().iter().filter(|t| t.name.starts_with(name)).count();
    assert_eq!((of("unmet_need"), of("people")), (16 * 9, 10));
    assert_eq!(of("systems_overlap"), 11 + 55);
    assert_eq!((of("recognized_type"), of("screening_coverage")), (2 * 5, 2));
}

#[test]
fn no_attribute_or_category_tells_of_hiv() {
    for attribute in standard().attributes() {
        for word in attribute.categories.iter().chain([&attribute.name]) {
            assert!(!word.contains("hiv") && !word.contains("aids"), "{word}");
        }
    }
}

#[test]
fn not_collected_is_never_no() {
    // Every breakdown, and every measure that rests on a question, has a category of its own for it.
    for breakdown in Breakdown::ALL {
        assert!(breakdown.categories().contains(&breakdown.unknown()), "{breakdown}");
        assert_ne!(breakdown.unknown(), "no");
    }
    let levels = |name: &str| Measure::named(name).expect("built in").levels();
    assert!(levels("screening_coverage").contains(&"not_asked"));
    assert!(levels("referral_completion").contains(&"result_unknown"));
    let (_, denominator) =
        Measure::named("referral_completion").and_then(Measure::rate_levels).expect("a rate");
    assert!(!denominator.contains(&"result_unknown"), "unknown is told apart");
}

#[test]
fn configuration_chooses_measures_groups_and_weights() {
    let names = |text: &str| -> Vec<String> {
        tables(text).expect(text).tables().iter().map(|t| t.name.clone()).collect()
    };
    let two = "measures = [\"people\", \"reentry\"]\nbreakdowns = [\"gender\"]\n";
    assert_eq!(names(two), ["reentry", "people", "people_by_gender"]);
    assert_eq!(
        names(&format!("{two}[by]\nreentry = [\"gender\"]\npeople = []")),
        ["reentry", "reentry_by_gender", "people"]
    );
    let waits = "measures = [\"time_to_service\"]\nbreakdowns = []\n";
    assert_eq!(
        names(&format!("{waits}services = [\"medical\", \"case_management\"]")),
        ["time_to_service_case_management"]
    );
    assert_eq!(
        names(&format!("{waits}[services_of]\ntime_to_service = [\"medical\"]")),
        ["time_to_service_medical"]
    );
    let heavy = tables(&format!("{two}[weights]\nreentry = 7.5")).expect("valid");
    assert_eq!(heavy.tables().iter().map(|t| t.weight).collect::<Vec<_>>(), [7.5, 1.0, 1.0]);
    assert_eq!(
        names("measures = [\"systems_overlap\"]\nbreakdowns = []"),
        ["systems_overlap_public_health", "systems_overlap_hotline", "systems_overlap_public_health_hotline"]
    );
}

#[test]
fn what_means_nothing_is_refused() {
    for text in [
        "measures = []",
        "measures = [\"wishes\"]",
        "measures = [\"reentry\", \"reentry\"]",
        "services = [\"medical\", \"medical\"]",
        "breakdowns = [\"gender\", \"gender\"]",
        "breakdowns = [\"hiv\"]",
        "[by]\nwishes = []",
        "[by]\nreentry = [\"gender\", \"hiv\"]",
        "breakdowns = []\n[by]\nreentry = [\"gender\"]",
        "[weights]\nreentry = -1.0",
        "[weights]\nwishes = 1.0",
        "[services_of]\nreentry = [\"medical\"]",
        "[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"gender\", \"gender\"]",
        "[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"gender\", \"age_band\", \"race_ethnicity\"]",
        "[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"gender\"]",
        "[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"gender\", \"indigenous\"]",
        "[by]\nreentry = [\"gender\", \"gender\"]",
        "[weights]\nreentry = 1e300",
        "[weights]\nreentry = 1e-7",
        "[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"gender\", \"age_band\"]\n[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"age_band\", \"gender\"]",
        "[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"race_ethnicity\", \"lgbtq_youth\"]",
    ] {
        assert!(tables(text).is_err(), "{text}");
    }
    tables("[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"gender\", \"age_band\"]")
        .expect("two groups, if asked for");
}

#[test]
fn a_table_asked_for_twice_or_weighed_out_of_reach_says_so() {
    let refused = |text: &str| tables(text).expect_err(text);
    let pair =
        |a: &str, b: &str| format!("[[pair]]\nmeasure = \"people\"\nbreakdowns = [\"{a}\", \"{b}\"]\n");
    let said = refused(&(pair("gender", "age_band") + &pair("age_band", "gender")));
    assert!(said.contains("`people`") && said.contains("two names"), "{said}");
    tables(&(pair("gender", "age_band") + &pair("age_band", "disability"))).expect("two other tables");
    let said = refused("[by]\nreentry = [\"gender\", \"gender\"]");
    assert!(said.contains("tables.by: `reentry`"), "{said}");
    let said = refused("[weights]\nreentry = 1e300");
    assert!(said.contains("tables.weights: `reentry`") && said.contains("1000000"), "{said}");
}

#[test]
fn a_small_city_has_no_tables_by_group_but_of_people() {
    let config: TablesConfig = toml::from_str(
        "detail = { least_people = 500 }\n[[pair]]\nmeasure = \"unmet_need\"\nbreakdowns = [\"gender\", \"disability\"]",
    )
    .expect("TOML");
    let of = |detail| config.workload(&[], detail, &two_cities()).expect("valid");
    let (full, coarse) = (of(Detail::Full), of(Detail::Coarse));
    let left_out = |table: &&Table| !coarse.tables().iter().any(|t| t.name == table.name);
    let missing: Vec<&Table> = full.tables().iter().filter(left_out).collect();
    assert!(coarse.tables().iter().all(|t| full.tables().iter().any(|f| f.name == t.name)));
    let grouped = |table: &&Table| {
        let subject = table.subject.as_ref().expect("a subject");
        !subject.breakdowns.is_empty() && subject.measure.rule() != MeasureRule::People
    };
    assert_eq!(missing.len(), full.tables().iter().filter(grouped).count());
    assert!(missing.iter().any(|t| t.name.contains("_and_")), "pairs too");
    assert!(tables("detail = { least_people = 0 }").expect_err("refused").contains("least_people"));
}
