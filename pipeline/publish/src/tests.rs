//! What must hold of a whole release.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use arrow::record_batch::RecordBatch;
use arrow::util::display::array_value_to_string;
use domain::{ScreeningQuestion, Topic};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use release::Rate;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::city_release::files;
use crate::fixture::{Parts, parts};

fn atlanta() -> Parts {
    parts("us-ga-atlanta", "Atlanta", 11, 1.0)
}

fn rendered(parts: &Parts) -> BTreeMap<String, Vec<u8>> {
    files(&parts.statement, &parts.tables, &parts.residuals).expect("rendered").into_iter().collect()
}

fn is(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e == extension)
}

fn read_parquet(bytes: &[u8]) -> RecordBatch {
    // `bytes::Bytes` is not a dependency of ours, so the reader gets a file.
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), bytes).expect("written");
    let file = fs::File::open(file.path()).expect("opened");
    let mut reader = ParquetRecordBatchReaderBuilder::try_new(file)
        .expect("Parquet")
        .with_batch_size(1 << 20)
        .build()
        .expect("a reader");
    reader.next().expect("a batch").expect("rows")
}

fn key_values(bytes: &[u8]) -> BTreeMap<String, String> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), bytes).expect("written");
    let builder = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(file.path()).expect("opened"))
        .expect("Parquet");
    let pairs = builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    pairs.into_iter().map(|pair| (pair.key, pair.value.unwrap_or_default())).collect()
}

#[test]
fn the_same_release_gives_the_same_bytes() {
    let (a, b) = (rendered(&atlanta()), rendered(&atlanta()));
    for (path, bytes) in &a {
        assert_eq!(Some(bytes), b.get(path), "{path}");
    }
    assert_eq!(a.len(), b.len());
}

#[test]
fn rows_are_cells_and_csv_is_parquet_rounded() {
    let parts = atlanta();
    let rendered = rendered(&parts);
    let mut rows = 0;
    for (path, bytes) in rendered.iter().filter(|(p, _)| is(p, "parquet") && p.starts_with("tables/")) {
        let batch = read_parquet(bytes);
        rows += batch.num_rows();
        let mut csv = csv::Reader::from_reader(rendered[&path.replace(".parquet", ".csv")].as_slice());
        let header = csv.headers().expect("a header").clone();
        let names: Vec<&str> = batch.schema_ref().fields().iter().map(|f| f.name().as_str()).collect();
        assert_eq!(header.iter().collect::<Vec<_>>(), names);
        let records: Vec<csv::StringRecord> = csv.records().map(|r| r.expect("a record")).collect();
        assert_eq!(records.len(), batch.num_rows());
        for (i, field) in batch.schema_ref().fields().iter().enumerate() {
            let column = batch.column(i);
            let tolerance = match field.name().as_str() {
                "standard_error" => 0.005,
                name if name.starts_with("rate") && name != "rate_denominator" => 0.0005,
                _ => 0.05,
            };
            for (row, record) in records.iter().enumerate() {
                let text = &record[i];
                assert_eq!(text.is_empty(), column.is_null(row), "{path} {} {row}", field.name());
                if text.is_empty() {
                    continue;
                }
                match field.data_type() {
                    DataType::Float64 => {
                        let exact = column.as_primitive::<Float64Type>().value(row);
                        let back: f64 = text.parse().expect("a number");
                        assert!(
                            (back - exact).abs() <= tolerance + 1e-9,
                            "{path} {} {back} {exact}",
                            field.name()
                        );
                    }
                    _ => assert_eq!(text, array_value_to_string(column, row).expect("shown"), "{path}"),
                }
            }
        }
    }
    assert_eq!(rows, parts.tables.iter().map(|t| t.cells.len()).sum::<usize>());
}

#[test]
fn a_negative_estimate_stays_a_negative_number() {
    let parts = atlanta();
    let below = parts.tables.iter().flat_map(|t| &t.cells).filter(|c| c.estimate < -0.05).count();
    assert!(below > 0, "the noise must push some cell below zero, or this test shows nothing");
    let csv_below: usize = rendered(&parts)
        .iter()
        .filter(|(p, _)| p.starts_with("tables/") && is(p, "csv"))
        .map(|(_, bytes)| {
            let mut reader = csv::Reader::from_reader(bytes.as_slice());
            let at =
                reader.headers().expect("a header").iter().position(|h| h == "estimate").expect("estimate");
            reader
                .records()
                .filter(|r| r.as_ref().expect("a record")[at].parse::<f64>().expect("a number") < 0.0)
                .count()
        })
        .sum();
    assert_eq!(csv_below, below);
}

#[test]
fn one_description_of_every_column() {
    let rendered = rendered(&atlanta());
    let mut dictionary = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(rendered["dictionary.csv"].as_slice());
    for record in reader.records().map(|r| r.expect("a record")) {
        if record[2].is_empty() {
            dictionary.insert((record[0].to_owned(), record[1].to_owned()), record[7].to_owned());
        }
    }
    let package: Json = serde_json::from_slice(&rendered["datapackage.json"]).expect("JSON");
    let mut checked = 0;
    for (path, bytes) in rendered.iter().filter(|(p, _)| is(p, "parquet")) {
        let files =
            ["tables", "differences"].into_iter().find(|f| path.starts_with(f)).unwrap_or("measurements");
        let csv = path.replace(".parquet", ".csv");
        let resource =
            package["resources"].as_array().expect("a list").iter().find(|r| r["path"] == csv.as_str());
        assert_eq!(resource.is_some(), files != "measurements", "{path}");
        for (i, field) in read_parquet(bytes).schema_ref().fields().iter().enumerate() {
            let described = field.metadata().get("description").expect("a description");
            assert_eq!(dictionary.get(&(files.to_owned(), field.name().clone())), Some(described), "{path}");
            if let Some(resource) = resource {
                let packaged = &resource["schema"]["fields"][i];
                assert_eq!(packaged["name"], field.name().as_str());
                assert_eq!(packaged["description"], described.as_str());
                assert_eq!(
                    packaged["constraints"]["required"] == true,
                    !field.is_nullable(),
                    "{}",
                    field.name()
                );
            }
            checked += 1;
        }
    }
    assert!(checked > 37 * 24, "{checked}");
}

#[test]
fn every_parquet_file_says_what_it_is() {
    let parts = atlanta();
    for (path, bytes) in rendered(&parts).iter().filter(|(p, _)| is(p, "parquet")) {
        let metadata = key_values(bytes);
        for key in [
            "release_id",
            "epsilon",
            "delta",
            "unit",
            "mechanism",
            "confidence",
            "schema_version",
            "licence",
            "demo",
        ] {
            assert!(metadata.get(key).is_some_and(|v| !v.is_empty()), "{path} {key}");
        }
        let attrs: Json = serde_json::from_str(&metadata["PANDAS_ATTRS"]).expect("JSON");
        assert_eq!(attrs["release_id"], parts.statement.release_id.as_str());
    }
}

#[test]
fn the_noisy_answers_are_exact() {
    let parts = atlanta();
    let batch = read_parquet(&rendered(&parts)["measurements.parquet"]);
    let values = batch.column(2).as_primitive::<Int64Type>().values().to_vec();
    assert_eq!(values, parts.residuals.iter().map(|r| r.value).collect::<Vec<_>>());
    let scales = batch.column(3).as_primitive::<Float64Type>().values().to_vec();
    assert_eq!(scales, parts.residuals.iter().map(|r| r.noise_scale).collect::<Vec<_>>());
}

#[test]
fn each_group_is_compared_with_everybody_else() {
    let parts = atlanta();
    let batch = read_parquet(&rendered(&parts)["differences.parquet"]);
    let text = |name: &str, row: usize| {
        array_value_to_string(batch.column_by_name(name).expect("a column"), row).expect("shown")
    };
    let number = |name: &str, row: usize| text(name, row).parse::<f64>().ok();
    // For each level with a rate every group of tables by one breakdown, in each type and in all; else every type,
    // and labor against sex trafficking once.
    let subjects = parts.tables.iter().filter_map(|t| Some((t, t.subject.as_ref()?)));
    let expected: usize = subjects
        .filter(|(_, s)| s.measure.rate_levels().is_some() && s.measure.attributes(s.topic).len() == 1)
        .map(|(t, s)| {
            let levels = s.measure.numerators().len();
            let of_sex = s.topic == Some(Topic::Exploitation(ScreeningQuestion::Sex));
            match s.breakdowns.len() {
                0 => levels * t.dimensions[0].categories.len() + usize::from(!of_sex),
                1 => levels * t.dimensions[2].categories.len() * (t.dimensions[0].categories.len() + 1),
                _ => 0,
            }
        })
        .sum();
    assert_eq!(batch.num_rows(), expected);
    let mut verdicts = BTreeMap::new();
    for row in 0..batch.num_rows() {
        let verdict = text("verdict", row);
        let ends = number("difference_low", row).zip(number("difference_high", row));
        assert_eq!(verdict == "withheld", ends.is_none());
        if let Some((low, high)) = ends {
            let middle = number("rate_difference", row).expect("a difference");
            assert!(low <= middle && middle <= high && -1.0 <= low && high <= 1.0);
            assert_eq!(verdict == "no clear difference", low <= 0.0 && 0.0 <= high);
            assert_eq!(verdict == "higher", low > 0.0);
        }
        *verdicts.entry(verdict).or_insert(0) += 1;
    }
    assert!(verdicts.len() >= 3, "{verdicts:?}");
}

#[test]
fn days_are_days() {
    let batch = read_parquet(&rendered(&atlanta())["tables/people.parquet"]);
    let start = batch.column_by_name("cohort_start").expect("a column").as_primitive::<Date32Type>();
    assert_eq!(start.value_as_date(0).map(|d| d.to_string()), Some("2025-01-01".to_owned()));
}

#[test]
fn checksums_cover_every_other_file() {
    let rendered = rendered(&atlanta());
    let sums = String::from_utf8(rendered["SHA256SUMS"].clone()).expect("text");
    let listed: BTreeMap<&str, &str> =
        sums.lines().filter_map(|l| l.split_once("  ")).map(|(s, p)| (p, s)).collect();
    assert_eq!(listed.len() + 1, rendered.len());
    for (path, bytes) in rendered.iter().filter(|(p, _)| *p != "SHA256SUMS") {
        assert_eq!(listed[path.as_str()], hex::encode(Sha256::digest(bytes)), "{path}");
    }
}

#[test]
fn a_city_name_can_not_start_a_formula() {
    let mut parts = atlanta();
    parts.statement.city_name = "=HYPERLINK(\"x\")".to_owned();
    let csv = String::from_utf8(rendered(&parts)["tables/people.csv"].clone()).expect("text");
    assert!(csv.contains("'=HYPERLINK") && !csv.contains(",=") && !csv.contains("\"=H"));
    let html = String::from_utf8(rendered(&parts)["dashboard.html"].clone()).expect("text");
    assert!(!html.contains("(\"x\")"), "the page escapes what a configuration says");
}

#[test]
fn a_name_beyond_ascii_is_marked_for_spreadsheets() {
    let mut parts = atlanta();
    parts.statement.city_name = "San José".to_owned();
    let rendered = rendered(&parts);
    assert!(rendered["tables/people.csv"].starts_with("\u{feff}".as_bytes()));
    let package: Json = serde_json::from_slice(&rendered["datapackage.json"]).expect("JSON");
    assert_eq!(package["resources"][0]["encoding"], "utf-8-sig");
}

#[test]
fn a_withheld_rate_is_words_never_a_number() {
    let mut parts = atlanta();
    for cell in parts.tables.iter_mut().flat_map(|t| &mut t.cells) {
        if let Some(rate) = &mut cell.rate {
            *rate = Rate { value: None, ..rate.clone() };
        }
    }
    let rendered = rendered(&parts);
    let html = String::from_utf8(rendered["dashboard.html"].clone()).expect("text");
    let body = html.split("<main").nth(1).expect("a main part").split("<script>").next().expect("an end");
    let shares = body.matches("</b>").count();
    let counts = parts.tables.iter().filter(|t| t.name.starts_with("people")).count();
    assert!(shares > 0 && shares < 4 + counts * 40, "only people are drawn, not rates: {shares}");
    assert!(!body.contains("% to "), "no interval of a rate");
    assert!(body.matches(crate::page_chart::TOO_FEW).count() > 16 * 3);
    assert!(html.contains("the recorded numbers are too small to name one gap"));

    let batch = read_parquet(&rendered["tables/unmet_need.parquet"]);
    let text = |name: &str, row: usize| {
        array_value_to_string(batch.column_by_name(name).expect("a column"), row).expect("shown")
    };
    for row in 0..batch.num_rows() {
        let unmet = text("level", row) == "unmet";
        assert_eq!(text("status", row) == "withheld", unmet);
        assert_eq!(text("status_reason", row).is_empty(), !unmet);
        assert!(batch.column_by_name("rate").expect("a column").is_null(row));
    }
}

#[test]
fn a_demonstration_says_so_wherever_a_figure_is_shown() {
    let mut parts = atlanta();
    for demo in [true, false] {
        parts.statement.demo = demo;
        let rendered = rendered(&parts);
        for file in ["dashboard.html", "README.md", "tables/people.csv", "datapackage.json"] {
            let text = String::from_utf8_lossy(&rendered[file]).to_lowercase();
            assert_eq!(text.contains("fictitious"), demo, "{file}");
        }
    }
}

/// Ages are of the period's first event: whoever reads a table by age is told there.
#[test]
fn a_table_by_age_says_which_age() {
    let files = rendered(&atlanta());
    let text = |path: &str| String::from_utf8(files[path].clone()).expect("UTF-8");
    let release: serde_json::Value = serde_json::from_slice(&files["release.json"]).expect("JSON");
    let tables = release["tables"].as_array().expect("tables");
    let by_age = |table: &&serde_json::Value| {
        table["breakdowns"].as_array().expect("a list").iter().any(|b| b == "age_band" || b == "lgbtq_youth")
    };
    let told = |table: &serde_json::Value| {
        table["caution"].as_str().is_some_and(|c| c.contains("first event of the period"))
    };
    assert!(tables.iter().any(|table| by_age(&table)) && tables.iter().any(|table| !by_age(&table)));
    for table in tables {
        assert_eq!(told(table), by_age(&table), "{}", table["name"]);
    }
    for path in ["README.md", "dashboard.html", "dictionary.csv"] {
        assert!(text(path).contains("first event of the period"), "{path}");
    }
}
