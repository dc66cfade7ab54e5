use super::*;

const GOOD: &str = r#"
    out = "../out"
    work = "../work"
    keys = "../keys"
    [budget]
    epsilon = 4.0
    delta = 1e-6
    [release]
    period = "2025"
    report_date = "2026-06-30"
    share = 1.0
    objective = "total_variance"
    [[city]]
    id = "us-ga-atlanta"
    name = "Atlanta"
    [[city.source]]
    name = "shelters"
    system = "homeless_services"
    extract = "in/shelters"
"#;

fn parse(text: &str) -> Result<Config, ConfigError> {
    Config::parse(text, Path::new("configs/a.toml"))
}

#[test]
fn paths_are_relative_to_the_file() {
    let config = parse(GOOD).expect("valid");
    assert_eq!(config.out, Path::new("out"));
    assert_eq!(config.cities[0].sources[0].extract, Path::new("configs/in/shelters"));
}

#[test]
fn what_decides_privacy_has_no_default() {
    for line in
        ["epsilon = 4.0", "delta = 1e-6", "share = 1.0", "period = \"2025\"", "report_date = \"2026-06-30\""]
    {
        assert!(parse(&GOOD.replace(line, "")).is_err(), "{line}");
    }
}

#[test]
fn rules_name_field_and_remedy() {
    for (from, to, field) in [
        ("epsilon = 4.0", "epsilon = 0.0", "budget.epsilon"),
        ("epsilon = 4.0", "epsilon = 1e-300", "budget.epsilon"),
        ("epsilon = 4.0", "epsilon = 1001.0", "budget.epsilon"),
        ("delta = 1e-6", "delta = 1e-6\nlifetime_epsilon = 1001.0", "budget.lifetime_epsilon"),
        ("name = \"Atlanta\"", "name = \"\"", "city.name"),
        ("name = \"Atlanta\"", "name = \" \"", "city.name"),
        ("name = \"Atlanta\"", "name = \"Atlanta\\nGeorgia\"", "city.name"),
        ("name = \"Atlanta\"", "name = \"\\u202eatnaltA\"", "city.name"),
        ("name = \"Atlanta\"", "name = \"Atlanta\"\npopulation = 0", "city.population"),
        ("share = 1.0", "share = 1.5", "release.share"),
        ("share = 1.0", "share = 1e-12", "release.share"),
        ("2026-06-30", "2025-12-31", "release.report_date"),
        ("name = \"shelters\"", "name = \"a/b\"", "city.source.name"),
        ("extract =", "raw = \"x\"\nextract =", "city.source.raw"),
        ("delta = 1e-6", "delta = 1e-6\nlifetime_epsilon = 1.0", "budget.lifetime_epsilon"),
        ("share = 1.0", "share = 1.0\nrevision = { date = \"2026-09-30\", share = 0.1 }", "release.share"),
        (
            "share = 1.0",
            "share = 0.5\nrevision = { date = \"2026-06-30\", share = 0.1 }",
            "release.revision.date",
        ),
        (
            "share = 1.0",
            "share = 0.5\nrevision = { date = \"2026-09-30\", share = 0.0 }",
            "release.revision.share",
        ),
        (
            "share = 1.0",
            "share = 1.0\npromise = [{ table = \"shoes\", standard_error = 2.0 }]",
            "release.promise.table",
        ),
        (
            "share = 1.0",
            "share = 1.0\npromise = [{ table = \"people\", standard_error = 0.0 }]",
            "standard_error",
        ),
    ] {
        let error = parse(&GOOD.replace(from, to)).expect_err(field).to_string();
        assert!(error.contains(field), "{error}");
    }
    assert!(parse(&GOOD.replace("share =", "shar =")).is_err(), "unknown fields are refused");
}
const QUARTERS: &str = r#"
    [[release]]
    period = "2025"
    report_date = "2026-06-30"
    share = 0.4
    objective = "total_variance"
    [release.revision]
    date = "2026-09-30"
    share = 0.2
    [[release.promise]]
    table = "people"
    standard_error = 12.5
    [[release]]
    period = "2025-q1"
    report_date = "2025-07-31"
    share = 0.4
    objective = "best_estimate"
"#;

/// The configuration with another calendar.
/// δ is held against the population that a city states, whichever city it is.
#[test]
fn delta_lies_below_one_over_the_population() {
    let with = |delta: &str, population: &str| {
        let city = format!("name = \"Atlanta\"\n    population = {population}");
        parse(&GOOD.replace("1e-6", delta).replace("name = \"Atlanta\"", &city))
    };
    for (delta, population) in [("1e-5", "499_000"), ("9e-4", "499_000"), ("1e-6", "1_000_000")] {
        let refused = with(delta, population).expect_err("above one over the population").to_string();
        for words in ["budget.delta", "us-ga-atlanta", &population.replace('_', ""), "a tenth"] {
            assert!(refused.contains(words), "{refused}");
        }
    }
    for (delta, population) in [("1e-6", "499_000"), ("1e-7", "499_000"), ("1e-6", "999_999")] {
        with(delta, population).expect("below");
    }
}

fn with_releases(releases: &str) -> String {
    let (head, rest) = GOOD.split_once("[release]").expect("a release");
    let (_, cities) = rest.split_once("[[city]]").expect("a city");
    format!("{head}{releases}[[city]]{cities}")
}

#[test]
fn a_year_may_have_several_releases() {
    let config = parse(&with_releases(QUARTERS)).expect("valid");
    let periods: Vec<String> = config.releases.iter().map(|r| r.period.to_string()).collect();
    assert_eq!(periods, ["2025-q1", "2025"], "in the order of report dates");
    assert_eq!(config.releases[1].revision.map(|r| r.share), Some(0.2));
    assert!(config.releases[1].promises[0].standard_error > 12.0);
    // Their shares, revisions included, are of one year's budget.
    let error = parse(&with_releases(&QUARTERS.replace("share = 0.2", "share = 0.21"))).expect_err("1.01");
    assert!(error.to_string().contains("2025 want 1.01"), "{error}");
    let twice = QUARTERS.replace("2025-q1", "2025");
    let error = parse(&with_releases(&twice.replace("2025-07-31", "2026-07-31"))).expect_err("twice");
    assert!(error.to_string().contains("stands twice"), "{error}");
}

#[test]
fn a_privacy_year_expires_where_the_city_says_so() {
    let mut budget = parse(GOOD).expect("valid").budget;
    assert_eq!(budget.expires_on(2025), None);
    budget.expires_after_days = Some(365);
    assert_eq!(budget.expires_on(2025), "2027-01-01".parse().ok());
}

/// A configuration with a table of LGBTQ youth by race, and what its city says of its population.
fn lgbtq_by_race(population: &str) -> Result<Config, ConfigError> {
    let pair =
        "[[tables.pair]]\nmeasure = \"people\"\nbreakdowns = [\"lgbtq_youth\", \"race_ethnicity\"]\n[[city]]";
    parse(
        &GOOD
            .replace("[[city]]", pair)
            .replace("name = \"Atlanta\"", &format!("name = \"Atlanta\"\n{population}")),
    )
}

#[test]
fn cautions_bind_whoever_writes_a_configuration() {
    for population in ["", "population = 499999"] {
        let error = lgbtq_by_race(population).expect_err("a small city, or an unknown one").to_string();
        assert!(error.contains("configs/a.toml") && error.contains("500000"), "{error}");
    }
    let workload = lgbtq_by_race("population = 500000").expect("large enough").workload().expect("valid");
    assert!(workload.tables().iter().any(|t| t.name == "people_by_lgbtq_youth_and_race_ethnicity"));
    // One small city among several is one too many.
    let mut two = lgbtq_by_race("population = 900000").expect("large enough");
    two.cities.push(CityConfig { population: None, ..two.cities[0].clone() });
    assert!(two.workload().is_err());
    let by = |what: &str| parse(&GOOD.replace("[[city]]", &format!("[tables.by]\n{what}\n[[city]]")));
    let error = by("reentry = [\"indigenous\"]").expect_err("city totals only").to_string();
    assert!(error.contains("tribal data sovereignty"), "{error}");
    assert!(by("people = [\"indigenous\"]").is_ok());
    assert!(by("reentry = [\"hiv\"]").is_err(), "there is no such breakdown");
}

#[test]
fn a_city_may_bring_a_measure_of_its_own() {
    let own = include_str!("../../../configs/measures/referral_completion.toml");
    let named = |name: &str, days: u32| {
        let own = own
            .replace("name = \"referral_completion\"", &format!("name = \"{name}\""))
            .replace("attribute = \"referral\"", "attribute = \"referral_soon\"")
            .replace("window_days = 90", &format!("window_days = {days}"))
            .replace("[[level]]", "[[measure.level]]");
        parse(&format!("{GOOD}\n[[measure]]\n{own}"))
    };
    let workload = named("referral_in_30_days", 30).expect("valid").workload().expect("valid");
    let table = workload.tables().iter().find(|t| t.name == "referral_in_30_days").expect("released");
    assert_eq!(table.subject.as_ref().expect("a subject").measure.window_days(None), 30);
    let error = named("referral_completion", 30).expect_err("another measure's name").to_string();
    assert!(error.contains("name of its own"), "{error}");
    assert!(named("hiv_referral", 30).is_err());
    let other_word = GOOD.to_owned()
        + "\n[[measure]]\n"
        + &own
            .replace("name = \"referral_completion\"", "name = \"referral_soon\"")
            .replace("attribute = \"referral\"", "attribute = \"referral_soon\"")
            .replace("title = \"Completed\"", "title = \"Done\"")
            .replace("[[level]]", "[[measure.level]]");
    let error = parse(&other_word).expect_err("a word means one thing").to_string();
    assert!(error.contains("`completed`"), "{error}");
}

#[test]
fn systems_are_those_whose_agencies_take_part() {
    let workload = parse(GOOD).expect("valid").workload().expect("valid");
    let seen: Vec<_> = workload.attributes().iter().filter(|a| a.name.starts_with("seen_")).collect();
    assert_eq!(seen.len(), 1);
}
