//! One flat JSON object a line. The columns are all keys that any line has.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader, Lines};

use csv::StringRecord;
use serde_json::{Map, Value};

use crate::columns::Header;
use crate::error::EncodeError;
use crate::raw_files::RawFile;
use crate::read_table::Next;

/// Rows of an NDJSON file.
pub(crate) struct NdjsonRows {
    name: String,
    keys: Vec<String>,
    lines: Lines<BufReader<File>>,
}

impl NdjsonRows {
    pub(crate) fn open(file: &RawFile) -> Result<(Header, Self), EncodeError> {
        let open = || File::open(&file.path).map(BufReader::new).map_err(EncodeError::io(&file.path));
        let mut keys = BTreeSet::new();
        for line in open()?.lines() {
            let line = line.map_err(|_| unreadable(&file.name))?;
            if let Some(object) = object(&line) {
                keys.extend(object.into_iter().map(|(key, _)| key));
            }
        }
        if keys.is_empty() {
            return Err(EncodeError::input(&file.name, "no line is a JSON object", "export it as NDJSON"));
        }
        let keys: Vec<String> = keys.into_iter().collect();
        let header = Header::new(&file.name, keys.iter().map(String::as_str));
        Ok((header, Self { name: file.name.clone(), keys, lines: open()?.lines() }))
    }

    pub(crate) fn read(&mut self, row: &mut StringRecord) -> Result<Next, EncodeError> {
        let line = loop {
            match self.lines.next() {
                None => return Ok(Next::End),
                Some(line) => {
                    let line = line.map_err(|_| unreadable(&self.name))?;
                    if !line.trim().is_empty() {
                        break line;
                    }
                }
            }
        };
        row.clear();
        let Some(object) = object(&line) else { return Ok(Next::Ragged) };
        for key in &self.keys {
            match object.get(key) {
                None | Some(Value::Null) => row.push_field(""),
                Some(Value::String(text)) => row.push_field(text),
                Some(Value::Bool(flag)) => row.push_field(if *flag { "true" } else { "false" }),
                Some(Value::Number(number)) => row.push_field(&number.to_string()),
                Some(Value::Array(_) | Value::Object(_)) => return Ok(Next::Ragged),
            }
        }
        Ok(Next::Row)
    }
}

fn object(line: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(line).ok()
}

fn unreadable(name: &str) -> EncodeError {
    EncodeError::input(name, "a line is not UTF-8 text", "export the file as UTF-8")
}
