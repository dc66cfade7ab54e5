//! The same rows give the same extract whatever the format, the order of rows or of columns.

use std::fs;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use crate::fixture::{Agency, profile};

fn text(format: &str) -> String {
    format!(
        r#"
        source = "s"
        format = "{format}"
        system = "hotline"
        [identity]
        record_id = "id"
        first_name = "first"
        last_name = "last"
        birth_date = "dob"
        [sharing]
        birth_year = false
        date_precision = "day"
        purposes = ["link", "measure"]
        consent_scope = "link"
        "#
    )
}

fn people(format: &str, write: impl FnOnce(&Agency) -> std::path::PathBuf) -> Vec<u8> {
    let agency = Agency::new();
    let input = write(&agency);
    agency.encode(&profile(&text(format)), &input).unwrap();
    fs::read(agency.out().join("people.parquet")).unwrap()
}

#[test]
fn csv_ndjson_and_parquet_agree_byte_for_byte() {
    let csv = people("csv", |a| a.file("p.csv", "id,first,last,dob\n1,Ana,Ruiz,1990-05-01\n2,Eva,,\n"));
    let reordered =
        people("csv", |a| a.file("p.csv", "LAST,dob,First,ID,more\n,,Eva,2,x\nRuiz,1990-05-01,Ana,1,\n"));
    let ndjson = people("ndjson", |a| {
        a.file("p.ndjson", "{\"id\":1,\"first\":\"Ana\",\"last\":\"Ruiz\",\"dob\":\"1990-05-01\"}\n\n{\"id\":2,\"first\":\"Eva\",\"last\":null}\n")
    });
    let parquet = people("parquet", |a| {
        let path = a.file("p.parquet", "");
        let days = chrono::NaiveDate::from_ymd_opt(1990, 5, 1).unwrap().to_epoch_days();
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("id", Arc::new(Int64Array::from(vec![1, 2]))),
            ("first", Arc::new(StringArray::from(vec!["Ana", "Eva"]))),
            ("last", Arc::new(StringArray::from(vec![Some("Ruiz"), None]))),
            ("dob", Arc::new(Date32Array::from(vec![Some(days), None]))),
        ];
        let batch =
            RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
        let mut writer =
            ArrowWriter::try_new(fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        path
    });
    assert_eq!(csv, reordered);
    assert_eq!(csv, ndjson);
    assert_eq!(csv, parquet);
}

#[test]
fn a_line_that_is_no_object_is_set_aside_and_a_damaged_parquet_refused() {
    let agency = Agency::new();
    let input = agency.file(
        "p.ndjson",
        "{\"id\":1,\"first\":\"A\",\"last\":\"B\",\"dob\":\"\"}\n{\"id\":2,\n{\"id\":3,\"first\":[1]}\n",
    );
    let summary = agency.encode(&profile(&text("ndjson")), &input).unwrap();
    assert_eq!((summary.records, summary.quarantined), (1, 2));
    let input = agency.file("p.parquet", "PAR1 but no more");
    let error = agency.encode(&profile(&text("parquet")), &input).expect_err("damaged");
    assert!(error.is_input() && error.to_string().contains("p.parquet"), "{error}");
}
