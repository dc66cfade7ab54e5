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
        ("share = 1.0", "share = 1.5", "release.share"),
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
