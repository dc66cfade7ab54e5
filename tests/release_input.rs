//! What `evaluate release` refuses, and that each refusal says where, by what rule and what to do.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::scratch::{Said, pathways};

const PERSONS: &str = "a,b\nx,u\ny,v\n";
const TABLES: &str = "[attributes]\na = [\"x\", \"y\"]\nb = [\"u\", \"v\", \"w\"]\n\n\
                      [[table]]\nname = \"both\"\ndimensions = [\"a\", \"b\"]\n";

struct Input {
    folder: TempDir,
}

impl Input {
    fn new(persons: &str, tables: &str) -> Self {
        let input = Self { folder: TempDir::new().expect("a folder") };
        fs::write(input.at("persons.csv"), persons).expect("written");
        fs::write(input.at("tables.toml"), tables).expect("written");
        input
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn said(&self, options: &[&str]) -> Said {
        let (persons, tables, json) =
            (self.at("persons.csv"), self.at("tables.toml"), self.at("report.json"));
        let mut words = vec!["evaluate", "release"];
        for (name, path) in [("--persons", &persons), ("--tables", &tables), ("--json", &json)] {
            words.extend([name, path.to_str().expect("UTF-8")]);
        }
        words.extend(options);
        pathways(&words)
    }

    /// Asserts a refusal that says all of `words`, and that no report was written.
    fn refused(&self, options: &[&str], words: &[&str]) {
        let said = self.said(options);
        assert_eq!(said.code, 2, "{options:?}: {said:?}");
        for word in words {
            assert!(said.err.contains(word), "`{word}`: {said:?}");
        }
        assert!(!self.at("report.json").exists());
    }
}

const USUAL: [&str; 6] = ["--epsilon", "1", "--delta", "1e-6", "--trials", "1"];

#[test]
fn a_person_with_two_rows_is_refused() {
    Input::new("person_id,a,b\np1,x,u\np2,y,v\np1,y,u\n", TABLES)
        .refused(&USUAL, &["row 3", "`person_id`", "one row a person"]);
    let said = Input::new("person_id,a,b\np1,x,u\np2,y,v\n", TABLES).said(&USUAL);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn what_is_well_formed_is_evaluated() {
    let said = Input::new(PERSONS, TABLES).said(&USUAL);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn privacy_parameters_have_no_default_and_make_sense() {
    let input = Input::new(PERSONS, TABLES);
    input.refused(&["--delta", "1e-6", "--trials", "1"], &["--epsilon"]);
    input.refused(&["--epsilon", "1", "--trials", "1"], &["--delta"]);
    for epsilon in ["0", "-1", "nan", "inf"] {
        let words = ["epsilon", "positive and finite", "set them so"];
        input.refused(&["--epsilon", epsilon, "--delta", "1e-6", "--trials", "1"], &words);
    }
    for delta in ["0", "1", "-1e-6", "nan"] {
        let words = ["delta must lie above 0 and below 1", "set it so"];
        input.refused(&["--epsilon", "1", "--delta", delta, "--trials", "1"], &words);
    }
    input.refused(&["--epsilon", "1", "--delta", "1e-6", "--trials", "0"], &["--trials"]);
    // So little that the noise would not fit the integers that carry it.
    let tiny = ["--epsilon", "1e-15", "--delta", "1e-30", "--trials", "1"];
    let said = input.said(&tiny);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.err.contains("choose an epsilon") || said.err.contains("table `both`"), "{said:?}");
}

#[test]
fn people_outside_the_public_domains_are_refused_unquoted() {
    let input = Input::new("a,b\nx,u\nx,SECRET\n", TABLES);
    input.refused(&USUAL, &["persons.csv", "row 2", "`b`", "outside the public domain", "mend the row"]);
    assert!(!input.said(&USUAL).err.contains("SECRET"));
    Input::new("a,b\nx,u\nx\n", TABLES).refused(&USUAL, &["persons.csv", "row 2", "mend the row"]);
}

#[test]
fn person_files_without_people_or_columns_are_refused() {
    Input::new("", TABLES).refused(&USUAL, &["persons.csv", "`a`", "needs one"]);
    Input::new("a,b\n", TABLES).refused(&USUAL, &["persons.csv", "no row", "needs people"]);
    Input::new("a\nx\n", TABLES).refused(&USUAL, &["persons.csv", "no column `b`"]);
    Input::new("a,b,a\nx,u,y\n", TABLES)
        .refused(&USUAL, &["persons.csv", "`a` stands twice", "keep the one"]);
    let input = Input::new(PERSONS, TABLES);
    fs::remove_file(input.at("persons.csv")).expect("removed");
    input.refused(&USUAL, &["persons.csv", "check the path"]);
}

#[test]
fn tables_that_make_no_workload_are_refused_by_name() {
    let mended = |from: &str, to: &str| Input::new(PERSONS, &TABLES.replace(from, to));
    mended("[\"a\", \"b\"]\n", "[\"a\", \"c\"]\n")
        .refused(&USUAL, &["tables.toml", "`both`", "`c`", "add it"]);
    mended("[\"x\", \"y\"]", "[\"x\", \"x\"]").refused(&USUAL, &["tables.toml", "`a`", "stands twice"]);
    mended("b = [", "a = [").refused(&USUAL, &["tables.toml"]);
    let attributes = TABLES.split("[[table]]").next().expect("a part");
    Input::new(PERSONS, attributes).refused(&USUAL, &["tables.toml", "no table", "ask for at least one"]);
    mended("name = \"both\"", "").refused(&USUAL, &["tables.toml", "name"]);
    let rate = "dimensions = [\"a\", \"b\"]\n\
                rate = { dimension = \"b\", numerator = \"u\", denominator = [\"v\", \"w\"] }\n";
    mended("dimensions = [\"a\", \"b\"]\n", rate).refused(&USUAL, &["tables.toml", "`both`", "numerator"]);
}

#[test]
fn a_closure_that_would_not_fit_is_refused_with_its_size() {
    let categories: Vec<String> = (0..200).map(|c| format!("\"c{c}\"")).collect();
    let categories = categories.join(", ");
    let names = ["a", "b", "c", "d", "e"];
    let attributes: String = names.map(|name| format!("{name} = [{categories}]\n")).concat();
    let tables = format!(
        "[attributes]\n{attributes}\n[[table]]\nname = \"fits\"\ndimensions = [\"a\", \"b\"]\n\n\
         [[table]]\nname = \"far_too_large\"\ndimensions = [\"a\", \"b\", \"c\", \"d\", \"e\"]\n"
    );
    let input = Input::new("a,b,c,d,e\nc0,c0,c0,c0,c0\n", &tables);
    // 201 to the fifth: the table with all its margins.
    input.refused(&USUAL, &["`far_too_large`", "328080401001", "limit", "fewer"]);
}

#[test]
fn rates_and_every_objective_are_reported() {
    let rate =
        "weight = 2.0\nrate = { dimension = \"b\", numerator = \"v\", denominator = [\"u\", \"v\"] }\n";
    let rows = (0..3000).map(|i| format!("{},{}\n", ["x", "y"][i % 2], ["u", "v", "w"][i % 3]));
    let input = Input::new(&format!("a,b\n{}", rows.collect::<String>()), &format!("{TABLES}{rate}"));
    for objective in ["total_variance", "best_estimate", "worst_table"] {
        let said = input.said(&[&USUAL[..], &["--objective", objective]].concat());
        assert_eq!(said.code, 0, "{said:?}");
        let report = fs::read_to_string(input.at("report.json")).expect("a report");
        let report: serde_json::Value = serde_json::from_str(&report).expect("JSON");
        assert_eq!(report["objective"], objective);
        assert_eq!(report["tables"][0]["rates"]["rows"], 2);
        assert!(report["all"]["best"]["mae"].is_f64());
    }
    let said = input.said(&[&USUAL[..], &["--estimates", "unbiased"]].concat());
    assert_eq!(said.code, 0, "{said:?}");
    let report = fs::read_to_string(input.at("report.json")).expect("a report");
    assert!(!report.contains("\"best\""), "left out, not made up");
}
