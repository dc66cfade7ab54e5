//! Parquet columns that hold more than one text a row: refused by name where a profile maps them, else left unread.

use std::fs;
use std::sync::Arc;

use agency::{EncodeError, Summary};
use arrow::array::{
    ArrayRef, DictionaryArray, Int64Array, ListArray, MapBuilder, RecordBatch, StringArray, StringBuilder,
    StructArray,
};
use arrow::datatypes::{DataType, Field, Int32Type};
use parquet::arrow::ArrowWriter;
use parquet::file::metadata::RowGroupMetaData;

use crate::fixture::{Agency, profile};

const PROFILE: &str = r#"
    source = "s"
    format = "parquet"
    system = "hotline"
    [identity]
    record_id = "id"
    first_name = "first"
    last_name = "last"
    ssn = "ssn"
    [sharing]
    birth_year = false
    date_precision = "day"
    purposes = ["link", "measure"]
    consent_scope = "link"
    FURTHER
"#;

fn list() -> ArrayRef {
    let names = StringArray::from(vec!["Zebulon", "Quarrington", "Zebulon"]);
    let offsets = arrow::buffer::OffsetBuffer::from_lengths([2, 1]);
    Arc::new(ListArray::new(
        Arc::new(Field::new_list_field(DataType::Utf8, true)),
        offsets,
        Arc::new(names),
        None,
    ))
}

fn structs() -> ArrayRef {
    let column = Arc::new(StringArray::from(vec!["Zebulon", "Quarrington"])) as ArrayRef;
    Arc::new(StructArray::from(vec![(Arc::new(Field::new("name", DataType::Utf8, true)), column)]))
}

fn map() -> ArrayRef {
    let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for name in ["Zebulon", "Quarrington"] {
        map.keys().append_value("name");
        map.values().append_value(name);
        map.append(true).unwrap();
    }
    Arc::new(map.finish())
}

/// Two records, with `more` in the middle of their columns.
fn encode(more: (&str, ArrayRef), further: &str) -> (Agency, Result<Summary, EncodeError>) {
    let words = DictionaryArray::<Int32Type>::from_iter(["Ruiz", "Sosa"]);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2]))),
        more,
        ("first", Arc::new(StringArray::from(vec!["Ana", "Eva"]))),
        ("last", Arc::new(words)),
        ("ssn", Arc::new(Int64Array::from(vec![536_228_765, 536_228_766]))),
    ];
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, c)| (n, c, true))).unwrap();
    let agency = Agency::new();
    let path = agency.file("p.parquet", "");
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).unwrap(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    let summary = agency.encode(&profile(&PROFILE.replace("FURTHER", further)), &path);
    (agency, summary)
}

fn tokens(agency: &Agency) -> Vec<String> {
    let people = agency.people();
    let columns: Vec<&str> = people.names().filter(|name| name.starts_with("t_")).collect();
    people.lines(&columns)
}

#[test]
fn a_nested_column_that_is_mapped_is_refused_by_name_and_another_is_left_unread() {
    let plain = Arc::new(StringArray::from(vec!["x", "y"])) as ArrayRef;
    let (clean, summary) = encode(("needs", plain), "");
    summary.unwrap();
    for (what, column) in [("lists", list()), ("structs", structs()), ("maps", map())] {
        let (with, summary) = encode(("needs", Arc::clone(&column)), "");
        assert_eq!(summary.unwrap().records, 2, "{what}");
        assert!(tokens(&with) == tokens(&clean) && !tokens(&clean)[0].is_empty(), "{what}");

        // `optional` is for columns that are not there.
        for optional in ["", "optional = true"] {
            let rule = format!(
                "[[demographics.gender]]\nvalue = {{ column = \"Needs\", codes = {{ x = \"female\" }} }}\n{optional}"
            );
            let (agency, refused) = encode(("needs", Arc::clone(&column)), &rule);
            let error = refused.expect_err(what);
            let text = error.to_string();
            assert!(error.is_input() && text.contains("`Needs`") && text.contains(what), "{text}");
            assert!(text.contains("split") && !text.contains("Zebulon") && !agency.out().exists(), "{text}");
        }
    }
}

/// Of what the hub must refuse, the agency's own writer writes nothing.
#[test]
fn an_extract_tells_nothing_of_itself_but_its_columns() {
    let (agency, summary) = encode(("needs", list()), "");
    summary.unwrap();
    for name in ["people.parquet", "events.parquet"] {
        let file = fs::File::open(agency.out().join(name)).unwrap();
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        assert!(reader.metadata().file_metadata().key_value_metadata().is_none_or(Vec::is_empty), "{name}");
        assert!(reader.schema().metadata().is_empty(), "{name}");
        assert!(reader.schema().fields().iter().all(|field| field.metadata().is_empty()), "{name}");
        assert_eq!(reader.schema().field(0).data_type(), &DataType::Utf8, "{name}");
        let columns = reader.metadata().row_groups().iter().flat_map(RowGroupMetaData::columns);
        assert!(columns.into_iter().all(|column| column.statistics().is_none()), "{name}");
    }
}
