//! What a Parquet file says of itself beside its columns.
//!
//! Programs write there what they please: pandas its index and the types of columns, others a query, a path or a sample
//! of cells. Nobody looks at it, and names may stand in it. `pathways encode` writes none.

use base64::prelude::{BASE64_STANDARD, Engine};

/// Under this key Arrow's writers keep the types of the columns, and whatever else a schema may hold.
const ARROW_SCHEMA: &str = "ARROW:schema";
/// What they add to columns themselves.
const FIELD_ID: &str = "PARQUET:field_id";
/// Shorter runs of letters are numbers of the binary form.
const SHORTEST_TEXT: usize = 4;

/// Whether an entry of a file's metadata says nothing but the types of `columns`.
pub(crate) fn is_plain(key: &str, value: Option<&str>, columns: &[String]) -> bool {
    let schema = value.filter(|_| key == ARROW_SCHEMA).and_then(|text| BASE64_STANDARD.decode(text).ok());
    schema.is_some_and(|bytes| {
        texts(&bytes).all(|text| text == FIELD_ID || columns.iter().any(|name| name == text))
    })
}

/// Every text in a binary form that ends its texts with a zero.
fn texts(bytes: &[u8]) -> impl Iterator<Item = &str> {
    let readable = bytes.utf8_chunks().flat_map(|chunk| chunk.valid().split(char::is_control));
    readable.filter(|text| text.chars().count() >= SHORTEST_TEXT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_may_name_its_columns_and_nothing_else() {
        let columns = ["record_id", "gender"].map(str::to_owned);
        let plain = |key: &str, bytes: &[u8]| is_plain(key, Some(&BASE64_STANDARD.encode(bytes)), &columns);
        let schema = b"\xff\xff\xff\xff\x24\0\0\0\x09\0\0\0record_id\0\0\0\x06\0\0\0gender\0\x10\0\x05\x01";
        assert!(plain(ARROW_SCHEMA, schema));
        for text in ["Zebulon", "Nu\u{f1}ez", "pandas", "record_id2"] {
            let with = [&schema[..], &[text.len() as u8, 0, 0, 0], text.as_bytes(), &[0, 4, 0]].concat();
            assert!(!plain(ARROW_SCHEMA, &with), "{text}");
        }
        assert!(!plain("pandas", schema) && !plain("query", b""));
        assert!(
            !is_plain(ARROW_SCHEMA, None, &columns) && !is_plain(ARROW_SCHEMA, Some("Ana Ruiz"), &columns)
        );
    }
}
