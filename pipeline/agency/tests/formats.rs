//! The same rows give the same extract whatever the format, the order of rows or of columns.

use std::fmt::Write;
use std::fs;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampSecondArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

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

#[test]
fn ids_of_more_digits_than_64_bits_hold_stay_apart() {
    let agency = Agency::new();
    let mut lines = String::new();
    for i in 0..50 {
        let id = format!("1234567890123456789012{i:02}");
        writeln!(lines, "{{\"id\":{id},\"first\":\"Ana{i}\",\"last\":\"Paz\",\"dob\":\"\"}}").unwrap();
    }
    let input = agency.file("p.ndjson", &lines);
    let summary = agency.encode(&profile(&text("ndjson")), &input).unwrap();
    assert_eq!((summary.records, summary.quarantined), (50, 0));
    let ids =
        |a: &Agency| a.people().column("record_id").iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    let numbers = ids(&agency);
    let input =
        agency.file("p.ndjson", &lines.replace("\"id\":", "\"id\":\"").replace(",\"first", "\",\"first"));
    agency.encode(&profile(&text("ndjson")), &input).unwrap();
    assert_eq!(ids(&agency), numbers, "as the same digits in quotes");
}

/// One record as Parquet, without compression, whose birth time is in `zone`.
fn parquet(zone: Option<&str>) -> Vec<u8> {
    let births = TimestampSecondArray::from(vec![641_563_200]).with_timezone_opt(zone);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1]))),
        ("first", Arc::new(StringArray::from(vec!["Ana"]))),
        ("last", Arc::new(StringArray::from(vec!["Ruiz"]))),
        ("dob", Arc::new(births)),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    let plain = WriterProperties::builder().set_compression(Compression::UNCOMPRESSED).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(plain)).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn times_of_a_named_zone_are_told_as_such_and_utc_is_read() {
    let encode = |zone: Option<&str>| {
        let agency = Agency::new();
        let input = agency.file("p.parquet", "");
        fs::write(&input, parquet(zone)).unwrap();
        let summary = agency.encode(&profile(&text("parquet")), &input)?;
        assert!(summary.by_rule.is_empty(), "{:?}", summary.by_rule);
        Ok::<_, agency::EncodeError>(fs::read(agency.out().join("people.parquet")).unwrap())
    };
    let plain = encode(None).unwrap();
    assert_eq!(encode(Some("UTC")).unwrap(), plain);
    assert_eq!(encode(Some("+00:00")).unwrap(), plain);
    let error = encode(Some("America/Chicago")).expect_err("a zone").to_string();
    assert!(error.contains("`dob`") && error.contains("time zone") && !error.contains("nested"), "{error}");
}

#[test]
fn parquet_of_another_compression_is_told_as_such() {
    let mut bytes = parquet(None);
    let footer = bytes.len()
        - 8
        - u32::from_le_bytes(bytes[bytes.len() - 8..bytes.len() - 4].try_into().unwrap()) as usize;
    // Field 4 of a column's metadata, its codec, before field 5, the number of values: 0 is none, 2 (written 4) gzip.
    let mut changed = 0;
    for at in footer..bytes.len() - 3 {
        if bytes[at..at + 3] == [0x15, 0x00, 0x16] {
            bytes[at + 1] = 0x04;
            changed += 1;
        }
    }
    assert!(changed > 0, "a codec is declared");
    let agency = Agency::new();
    let input = agency.file("p.parquet", "");
    fs::write(&input, bytes).unwrap();
    let error = agency.encode(&profile(&text("parquet")), &input).expect_err("gzip").to_string();
    assert!(error.contains("gzip") && error.contains("zstd") && !error.contains("cut off"), "{error}");
}

#[test]
fn lists_in_ndjson_are_refused_where_they_are_mapped_and_left_unread_where_not() {
    let line = |id: usize, first: &str, tags: &str| {
        format!(
            "{{\"id\":{id},\"first\":{first},\"last\":\"Ruiz\",\"dob\":\"1990-05-01\",\"tags\":{tags}}}\n"
        )
    };
    let encode = |lines: String| {
        let agency = Agency::new();
        let input = agency.file("p.ndjson", &lines);
        agency.encode(&profile(&text("ndjson")), &input)
    };
    let summary = encode(line(1, "\"Ana\"", "[\"x\",{}]") + &line(2, "\"Eva\"", "null")).unwrap();
    assert_eq!((summary.records, summary.quarantined), (2, 0));
    let summary = encode(line(1, "\"Ana\"", "1") + &line(2, "[\"Eva\"]", "1")).unwrap();
    assert_eq!((summary.records, summary.by_rule["row.not_an_object"]), (1, 1), "a text elsewhere");
    let error =
        encode(line(1, "[\"Ana\"]", "1") + &line(2, "[\"Eva\"]", "1")).expect_err("mapped").to_string();
    assert!(error.contains("`first`") && error.contains("lists") && !error.contains("Ana"), "{error}");
}
