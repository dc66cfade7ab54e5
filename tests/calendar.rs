//! Periods that wait, are due, are finished, are revised; years that run out, and years together.

use std::fs;

use serde_json::Value;

use crate::scratch::{Said, Scratch, pathways};

const CITY: &str = "us-mn-minneapolis";

fn release(period: &str, report_date: &str, share: f64) -> String {
    format!(
        "[[release]]\nperiod = \"{period}\"\nreport_date = \"{report_date}\"\nshare = {share}\nobjective = \"total_variance\"\n"
    )
}

fn done(said: &Said) {
    assert!(matches!(said.code, 0 | 3), "{said:?}");
}

fn refused(said: &Said, code: i32, words: &[&str]) {
    assert_eq!(said.code, code, "{said:?}");
    for word in words {
        assert!(said.err.contains(word), "{word:?} is missing from: {}", said.err);
    }
}

fn revise(scratch: &Scratch) -> Said {
    let config = scratch.config();
    pathways(&["run", "--revise", "--config", config.to_str().expect("UTF-8")])
}

fn statement(scratch: &Scratch, period: &str) -> Value {
    let path = scratch.path(&format!("out/city={CITY}/period={period}/release.json"));
    let release: Value = serde_json::from_str(&fs::read_to_string(path).expect("a release")).expect("JSON");
    release["statement"].clone()
}

#[test]
fn several_periods_due_at_once_are_each_released_and_paid_for() {
    let scratch = Scratch::new(&[CITY], 500);
    let quarters: String = (1..=3).map(|q| release(&format!("2025-q{q}"), "2026-06-30", 0.2)).collect();
    scratch.replace_release(&(quarters + &release("2025", "2026-06-30", 0.4)));
    let said = scratch.run("run");
    done(&said);
    for (period, spent) in [("2025-q1", "20 %"), ("2025-q3", "60 %"), ("2025-year", "100 %")] {
        assert_eq!(statement(&scratch, period)["year"]["year"], 2025);
        assert!(said.out.contains(spent), "{}", said.out);
    }
    let year = statement(&scratch, "2025-year")["year"].clone();
    assert_eq!(year["releases"].as_array().map(Vec::len), Some(4), "{year}");
    let paid: f64 =
        year["releases"].as_array().expect("a list").iter().filter_map(|r| r["rho"].as_f64()).sum();
    assert!((paid - year["rho_spent"].as_f64().expect("a cost")).abs() < 1e-9);
    let (files, spent) = (scratch.files("out"), scratch.run("budget").out);
    assert!(spent.contains("100 % of the year"), "{spent}");
    done(&scratch.run("run"));
    assert_eq!(files, scratch.files("out"));
    assert_eq!(spent, scratch.run("budget").out);
}

#[test]
fn a_period_that_has_not_closed_is_rehearsed_and_not_released() {
    let scratch = Scratch::new(&[CITY], 500);
    scratch.replace_release(&(release("2025-q1", "2026-06-30", 0.3) + &release("2198", "2199-06-30", 0.9)));
    let said = scratch.run("run");
    done(&said);
    assert!(said.err.contains("2198 waits for its report date 2199-06-30"), "{}", said.err);
    assert!(said.err.contains("the year has it"), "{}", said.err);
    let files = scratch.files(&format!("out/city={CITY}"));
    assert!(files.keys().all(|path| path.to_string_lossy().contains("period=2025-q1")), "q1 alone");
    let spent = scratch.run("budget").out;
    assert!(spent.contains("30 % of the year") && spent.contains("0 % of the year"), "{spent}");
    let said = scratch.run("plan");
    assert!(said.out.contains("2025-q1 is finished"), "{}", said.out);
    assert!(said.out.contains("it waits for 2199-06-30"), "{}", said.out);
    let said = scratch.run("check");
    assert!(said.out.contains("2198 waits for 2199-06-30"), "{}", said.out);
    // Night after night.
    done(&scratch.run("run"));
    assert_eq!(files, scratch.files(&format!("out/city={CITY}")));
    assert_eq!(spent, scratch.run("budget").out);
}

/// A rehearsal asks the ledger what a release would ask it, with what comes before it on the calendar.
#[test]
fn a_rehearsal_says_whether_the_year_will_have_it() {
    let scratch = Scratch::new(&[CITY], 500);
    scratch.replace_release(&release("2025-q1", "2026-06-30", 0.7));
    done(&scratch.run("run"));
    let later = [("2025-q2", "2199-06-30"), ("2025-q3", "2199-07-31")];
    let quarters: String = later.iter().map(|(period, day)| release(period, day, 0.2)).collect();
    scratch.replace_release(&quarters);
    let line = |err: &str, period: &str| {
        let waits = format!("{period} waits for its report date");
        err.lines().find(|line| line.contains(&waits)).expect("rehearsed").to_owned()
    };
    let said = scratch.run("run");
    done(&said);
    assert!(line(&said.err, "2025-q2").ends_with("the year has it"), "{}", said.err);
    let third = line(&said.err, "2025-q3");
    assert!(
        third.contains("it would be refused: privacy year 2025") && third.contains("of the cap"),
        "{third}"
    );
    assert!(scratch.run("plan").out.contains("2025-q3 does not fit: privacy year 2025"));
    // A year that will have expired by then.
    scratch.edit_config("delta = 1e-6", "delta = 1e-6\nexpires_after_days = 3650");
    let said = scratch.run("run");
    let second = line(&said.err, "2025-q2");
    assert!(second.contains("privacy year 2025 expires before the report date, on 2035-12-30"), "{second}");
    let said = scratch.run("plan").out;
    assert!(said.contains("2025-q2 privacy year 2025 expires before the report date"), "{said}");
}

#[test]
fn corrected_data_change_nothing_without_a_revision_and_cost_with_one() {
    let scratch = Scratch::new(&[CITY], 500);
    refused(&revise(&scratch), 2, &["--revise", "no release has a revision"]);
    let revision = "[release.revision]\ndate = \"2026-07-15\"\nshare = 0.3\n";
    scratch.replace_release(&(release("2025", "2026-06-30", 0.7) + revision));
    done(&scratch.run("run"));
    let (first, cost) = (scratch.files("out"), statement(&scratch, "2025-year"));
    assert!(cost["terms"]["corrections"].as_str().expect("words").contains("2026-07-15"));
    scratch.edit_config("seed = 11", "seed = 12");
    done(&scratch.run("run"));
    assert_eq!(first, scratch.files("out"), "corrected data alone change nothing");
    assert!(scratch.run("budget").out.contains("70 % of the year"));

    done(&revise(&scratch));
    let revised = statement(&scratch, "2025-year");
    assert_eq!(revised["revision"], 1);
    assert_eq!(revised["earlier"]["rho"], cost["rho"]);
    let rho = |s: &Value| s["rho"].as_f64().expect("a cost");
    assert!((rho(&revised) / rho(&cost) - 10.0 / 7.0).abs() < 1e-4, "what both cost: the whole year");
    assert!((rho(&revised) - revised["year"]["rho_spent"].as_f64().expect("a cost")).abs() < 1e-12);
    let own = revised["year"]["releases"][1]["rho"].as_f64().expect("a cost");
    assert!((own / rho(&cost) - 3.0 / 7.0).abs() < 1e-4, "the share that it was given");
    assert!(scratch.run("budget").out.contains("100 % of the year"));
    let error = |files: &std::collections::BTreeMap<_, Vec<u8>>| -> f64 {
        let json: Value =
            serde_json::from_slice(&files[&scratch.release(CITY).join("release.json")]).expect("JSON");
        json["tables"][0]["standard_error"].as_f64().expect("an error")
    };
    let second = scratch.files("out");
    let ratio = error(&second) / error(&first);
    assert!(
        (ratio - 0.7_f64.sqrt()).abs() < 1e-4,
        "{ratio}: both measurements are one at the year's whole cost"
    );
    // From now on that is the release, asked for or not.
    for said in [revise(&scratch), scratch.run("run")] {
        done(&said);
        assert_eq!(second, scratch.files("out"));
    }
    assert!(scratch.run("budget").out.contains("100 % of the year"));
}

#[test]
fn what_was_published_decides_the_next_releases_detail() {
    let scratch = Scratch::new(&[CITY], 500);
    let quarters: String = (1..=2).map(|q| release(&format!("2025-q{q}"), "2026-06-30", 0.3)).collect();
    scratch.replace_release(&(quarters + "[tables.detail]\nleast_people = 1000000\n"));
    let said = scratch.run("run");
    done(&said);
    assert!(said.err.contains("2025-q1: tables by group are released: no earlier release"), "{}", said.err);
    assert!(said.err.contains("2025-q2: no tables by group but of people: 2025-q1 told of"), "{}", said.err);
    let tables = |period: &str| {
        let folder = scratch.path(&format!("out/city={CITY}/period={period}/tables"));
        let names = fs::read_dir(folder).expect("tables").map(|e| e.expect("entry").file_name());
        names.filter_map(|n| n.to_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let by = |period: &str| {
        let json: Value = serde_json::from_str(
            &fs::read_to_string(scratch.path(&format!("out/city={CITY}/period={period}/release.json")))
                .expect("a release"),
        )
        .expect("JSON");
        let names = json["tables"].as_array().expect("tables").clone();
        names
            .iter()
            .filter(|t| t["name"].as_str().is_some_and(|n| n.contains("_by_") && !n.starts_with("people")))
            .count()
    };
    assert!(by("2025-q1") > 0 && by("2025-q2") == 0, "{:?}", tables("2025-q2"));
    // Whoever misses them is told why, and when it was decided by what.
    let why = statement(&scratch, "2025-q2")["tables_left_out"].as_str().expect("words").to_owned();
    assert!(why.contains("2025-q1 told of") && why.contains("1000000"), "{why}");
    for file in ["README.md", "dashboard.html"] {
        let text = |period: &str| {
            fs::read_to_string(scratch.path(&format!("out/city={CITY}/period={period}/{file}")))
                .expect("a file")
        };
        assert!(text("2025-q2").contains(&why) && text("2025-q2").contains("was not released"), "{file}");
        assert!(!text("2025-q1").contains("was not released"), "{file}");
    }
    assert!(statement(&scratch, "2025-q1")["tables_left_out"].is_null());
    // Rendered again from the ledger, whatever the rule says by then.
    let files = scratch.files("out");
    scratch.edit_config("least_people = 1000000", "least_people = 1");
    done(&scratch.run("run"));
    assert_eq!(files, scratch.files("out"));
    assert!(scratch.run("plan").out.contains("2025-q2 is finished"));
}

/// A plan is of what the next release will be: of the tables that are left, and of the promises about them.
#[test]
fn a_plan_goes_by_the_detail_that_was_decided() {
    let scratch = Scratch::new(&[CITY], 500);
    let first = release("2025-q1", "2026-06-30", 0.3);
    let promise = "[[release.promise]]\ntable = \"people\"\nstandard_error = 15.0\n";
    let second = release("2025-q2", "2026-06-30", 0.2) + promise;
    scratch.replace_release(&format!("{first}[tables.detail]\nleast_people = 1000000\n"));
    done(&scratch.run("run"));
    scratch.replace_release(&format!("{first}{second}[tables.detail]\nleast_people = 1000000\n"));
    let said = scratch.run("plan");
    done(&said);
    let (_, of_second) = said.out.split_once("2025-q2 as of").expect("planned");
    assert!(of_second.contains("all promises are kept"), "{}", said.out);
    let tables =
        of_second.split(" tables, ").next().and_then(|t| t.lines().last()).expect("a count").to_owned();
    done(&scratch.run("run"));
    let folder = scratch.path(&format!("out/city={CITY}/period=2025-q2"));
    let text = fs::read_to_string(folder.join("release.json")).expect("a release");
    let released: Value = serde_json::from_str(&text).expect("JSON");
    let released = released["tables"].as_array().expect("tables");
    assert_eq!(released.len().to_string(), tables);
    let error = released.iter().find(|t| t["name"] == "people");
    assert!(error.expect("the table")["standard_error"].as_f64().expect("an error") <= 15.0);
}

#[test]
fn a_revision_waits_for_its_day() {
    let scratch = Scratch::new(&[CITY], 500);
    let revision = "[release.revision]\ndate = \"2199-07-15\"\nshare = 0.3\n";
    scratch.replace_release(&(release("2025", "2026-06-30", 0.7) + revision));
    // Exit code 4 says that nothing new was published, and nothing was.
    refused(&revise(&scratch), 4, &["nothing new is published", "2025 after its first release"]);
    assert!(!scratch.release(CITY).exists());
    done(&scratch.run("run"));
    let first = scratch.files("out");
    refused(&revise(&scratch), 4, &["2025 not before 2199-07-15"]);
    assert_eq!(first, scratch.files("out"));
    assert!(scratch.run("budget").out.contains("70 % of the year"));
}

#[test]
fn all_years_together_are_capped_where_the_city_says_so() {
    let scratch = Scratch::new(&[CITY], 500);
    scratch.edit_config("reason = \"A test.\"", "lifetime_epsilon = 5.0\nreason = \"Council paper 7.\"");
    done(&scratch.run("run"));
    let said = statement(&scratch, "2025-year");
    assert!((said["lifetime"]["epsilon_cap"].as_f64().expect("a cap") - 5.0).abs() < 1e-6);
    assert_eq!(said["terms"]["why_epsilon"], "Council paper 7.");
    // Another year has a budget of its own, and the person has not.
    scratch.edit_config("period = \"2025\"", "period = \"2024\"");
    refused(&scratch.run("run"), 5, &["over all years", "lifetime cap"]);
    assert!(!scratch.path(&format!("out/city={CITY}/period=2024-year")).exists());
    assert!(scratch.run("plan").out.contains("does not fit"));
    // Who checks and plans is told what the night would tell.
    let refused_by_all = |words: &str| {
        refused(&scratch.run("run"), 5, &[words]);
        let said = scratch.run("check");
        assert_eq!(said.code, 5, "{said:?}");
        assert!(said.out.contains(words), "{}", said.out);
        let said = scratch.run("plan");
        assert!(said.out.contains("does not fit") && said.out.contains(words), "{}", said.out);
    };
    refused_by_all("of the lifetime cap");
    scratch.edit_config("lifetime_epsilon = 5.0", "lifetime_epsilon = 50.0");
    refused_by_all("is never raised or left out");
    scratch.edit_config("lifetime_epsilon = 50.0\n", "");
    refused_by_all("is never raised or left out");
    scratch.edit_config(
        "reason = \"Council paper 7.\"",
        "lifetime_epsilon = 50.0\nreason = \"Council paper 7.\"",
    );
    assert!(scratch.run("budget").out.contains("of the cap over years"));
}

#[test]
fn a_raised_cap_of_a_year_and_a_place_that_cannot_be_written_show_in_check() {
    let scratch = Scratch::new(&[CITY], 500);
    let quarters: Vec<String> = (1..=2).map(|q| release(&format!("2025-q{q}"), "2026-06-30", 0.3)).collect();
    scratch.replace_release(&quarters[0]);
    done(&scratch.run("run"));
    scratch.replace_release(&quarters.concat());
    assert!(matches!(scratch.run("check").code, 0));
    let text = fs::read_to_string(scratch.config()).expect("a configuration");
    let line = text.lines().find(|line| line.starts_with("epsilon =")).expect("a budget").to_owned();
    scratch.edit_config(&line, "epsilon = 7.0");
    for command in ["check", "run"] {
        let said = scratch.run(command);
        assert_eq!(said.code, 5, "{said:?}");
        assert!((said.out + &said.err).contains("a cap is never raised within a year"));
    }
    let said = scratch.run("plan").out;
    assert!(
        said.contains("2025-q2 does not fit") && said.contains("a cap is never raised within a year"),
        "{said}"
    );
    scratch.edit_config("epsilon = 7.0", &line);
    scratch.edit_config("delta = 1e-6", "delta = 1e-7");
    for command in ["check", "run"] {
        let said = scratch.run(command);
        assert_eq!(said.code, 5, "{said:?}");
        assert!((said.out + &said.err).contains("stated at delta 1e-6"));
    }
    scratch.edit_config("delta = 1e-7", "delta = 1e-6");
    // A file lies where the city's releases go.
    let out = scratch.path(&format!("out/city={CITY}"));
    let aside = scratch.path("aside");
    fs::rename(&out, &aside).expect("moved");
    fs::write(&out, "").expect("written");
    let said = scratch.run("check");
    assert_eq!(said.code, 1, "{said:?}");
    assert!(
        said.out.contains("nothing can be written there") && said.out.contains("let this user write"),
        "{}",
        said.out
    );
}

#[test]
fn an_expired_year_pays_for_nothing() {
    let scratch = Scratch::new(&[CITY], 500);
    scratch.edit_config("delta = 1e-6", "delta = 1e-6\nexpires_after_days = 1");
    refused(&scratch.run("run"), 5, &["privacy year 2025 expired on 2026-01-02"]);
    assert!(!scratch.release(CITY).exists());
    assert_eq!(scratch.run("check").code, 5);
    assert!(scratch.run("budget").out.contains("expired"));
    // What was released in time stays published.
    scratch.edit_config("expires_after_days = 1", "expires_after_days = 100000");
    done(&scratch.run("run"));
    let files = scratch.files("out");
    scratch.edit_config("expires_after_days = 100000", "expires_after_days = 1");
    done(&scratch.run("run"));
    assert_eq!(files, scratch.files("out"));
}

/// What a release has published of its year's end binds the year's further releases, as a cap does.
#[test]
fn a_published_expiry_is_never_put_off() {
    let scratch = Scratch::new(&[CITY], 500);
    let q1 = release("2025-q1", "2026-06-30", 0.3);
    scratch.replace_release(&q1);
    scratch.edit_config("delta = 1e-6", "delta = 1e-6\nexpires_after_days = 90000");
    done(&scratch.run("run"));
    let refresh = |period: &str| {
        let said = statement(&scratch, period);
        (said["year"]["expires_on"].clone(), said["terms"]["refresh"].as_str().expect("words").to_owned())
    };
    let (first, words) = refresh("2025-q1");
    assert!(
        words.contains("From 2272-") && first.as_str().is_some_and(|day| words.contains(day)),
        "{first} {words}"
    );
    for (to, period) in [("expires_after_days = 100000", "2025-q2"), ("", "2025-q3")] {
        let quarters = [&q1, &release("2025-q2", "2026-06-30", 0.3), &release("2025-q3", "2026-06-30", 0.3)];
        let quarters: String =
            quarters.into_iter().take(if period == "2025-q2" { 2 } else { 3 }).cloned().collect();
        scratch.replace_release(&quarters);
        let from = if to.is_empty() { "expires_after_days = 100000" } else { "expires_after_days = 90000" };
        scratch.edit_config(from, to);
        done(&scratch.run("run"));
        assert_eq!(refresh(period), (first.clone(), words.clone()), "{period}");
    }
}

/// The night after next comes before the last one: its clock was set back, and what had expired would pay.
#[test]
fn a_clock_set_back_makes_no_year_pay_again() {
    let scratch = Scratch::new(&[CITY], 500);
    scratch.edit_config("delta = 1e-6", "delta = 1e-6\nexpires_after_days = 1");
    refused(&scratch.run("run"), 5, &["expired"]);
    let nights = scratch.path(&format!("work/{CITY}/quality"));
    let night = fs::read_dir(&nights).expect("nights").next().expect("one").expect("read").path();
    let last = nights.join("2199-01-05.json");
    fs::rename(night, &last).expect("as if it had been then");
    scratch.edit_config("expires_after_days = 1", "expires_after_days = 100000");
    refused(&scratch.run("run"), 4, &["2199-01-05.json", "set back"]);
    assert!(!scratch.release(CITY).exists());
    assert_eq!(scratch.run("check").code, 4);
    assert!(scratch.run("budget").out.contains("0 % of the year"));
    // It ran ahead that night, as a person finds: then it pays.
    fs::remove_file(last).expect("taken away");
    done(&scratch.run("run"));
}

#[test]
fn a_promised_error_is_kept_or_nothing_is_released() {
    let scratch = Scratch::new(&[CITY], 500);
    let promise = |error: f64| format!("[[release.promise]]\ntable = \"people\"\nstandard_error = {error}\n");
    scratch.replace_release(&(release("2025", "2026-06-30", 0.25) + &promise(0.01)));
    refused(&scratch.run("run"), 2, &["`people` is promised a standard error of 0.01"]);
    assert!(!scratch.release(CITY).exists());
    assert_eq!(scratch.run("check").code, 2);
    let said = scratch.run("plan");
    assert_eq!(said.code, 2, "as check and run: {said:?}");
    assert!(
        said.out.contains("the year does not have it") && said.out.contains("takes rho "),
        "{}",
        said.out
    );
    // One that the year has: at four times the ρ the error is half.
    scratch.replace_release(&release("2025", "2026-06-30", 0.25));
    let line =
        scratch.run("plan").out.lines().find(|line| line.contains("People recorded ")).map(str::to_owned);
    let line = line.expect("the table is planned");
    let predicted: f64 = line.split('┆').nth(2).and_then(|cell| cell.trim().parse().ok()).expect("an error");
    scratch.replace_release(&(release("2025", "2026-06-30", 0.25) + &promise(predicted * 0.7)));
    let said = scratch.run("plan").out;
    let share = said.split("set share = ").nth(1).and_then(|rest| rest.split(';').next()).expect("a share");
    let share: f64 = share.parse().expect("a number");
    assert!((0.4..0.65).contains(&share), "{said}");
    scratch.replace_release(&(release("2025", "2026-06-30", share) + &promise(predicted * 0.7)));
    assert!(scratch.run("plan").out.contains("all promises are kept"));
    done(&scratch.run("run"));
}

#[test]
fn what_was_measured_of_linkage_is_published() {
    let scratch = Scratch::new(&[CITY], 500);
    scratch.edit_config(
        "[simulate]",
        "[linkage_measured]\nabout = \"a simulated city\"\nhumans = 2000\nsplit_p99 = 2\nrows_apart_p99 = 3\nrows_apart_max = 5\nunchanged_share = 0.986\n\n[simulate]",
    );
    done(&scratch.run("run"));
    let said = statement(&scratch, "2025-year");
    assert_eq!(said["linkage_measured"]["rows_apart_max"], 5);
    let rows: Vec<u64> =
        said["group_privacy"].as_array().expect("a list").iter().filter_map(|l| l["rows"].as_u64()).collect();
    assert_eq!(rows, [1, 2, 3, 5]);
    assert_eq!(said["program_sha256"].as_str().map(str::len), Some(64));
}

#[test]
fn two_periods_are_compared_in_words() {
    let scratch = Scratch::new(&[CITY], 800);
    scratch
        .replace_release(&(release("2025-q1", "2026-06-30", 0.5) + &release("2025-q2", "2026-06-30", 0.5)));
    done(&scratch.run("run"));
    let config = scratch.config();
    let compare = |table: &str, second: &str| {
        let (config, first) = (config.to_str().expect("UTF-8"), format!("{CITY}/2025-q1"));
        let second = format!("{CITY}/{second}");
        pathways(&["compare", "--config", config, "--table", table, "--first", &first, "--second", &second])
    };
    let said = compare("unmet_need_emergency_shelter", "2025-q2");
    assert_eq!(said.code, 0, "{said:?}");
    assert_eq!(said.out.matches("unmet").count(), 5, "one rate a type of trafficking: {}", said.out);
    // No rate stands bare.
    let rates: Vec<&str> = said.out.lines().filter(|line| line.contains("unmet")).collect();
    for line in rates {
        let figures = line.split('┆').skip(2).take(2).collect::<Vec<_>>();
        for figure in figures {
            let whole = figure.contains(" to ")
                && ["high", "moderate", "low"].iter().any(|reliability| figure.contains(reliability));
            assert!(whole || figure.contains("withheld"), "{line}");
        }
    }
    assert!(said.out.contains("no clear difference") || said.out.contains("withheld"), "{}", said.out);
    let said = compare("people", "2025-q2");
    assert_eq!(
        said.out.matches("people").count(),
        5,
        "a type of trafficking each, and nobody of another period: {}",
        said.out
    );
    assert!(!said.out.contains("other_period") && !said.out.contains("-0 "), "{}", said.out);
    assert!(said.err.contains("2025-q2/r0: people who entered from"), "{}", said.err);
    // Both quarters tell of the latest cohort that was followed for long enough, which is the same.
    refused(&compare("reentry", "2025-q2"), 2, &["`reentry` tells of the same people in both releases"]);
    refused(&compare("people", "2025"), 2, &["2025-q1 lies in 2025"]);
    refused(&compare("shoes", "2025-q2"), 2, &["no table `shoes`"]);
    refused(&compare("people", "2025-q1"), 2, &["the same release"]);
    refused(&compare("people", "2025-q4"), 4, &["not released yet"]);
}
