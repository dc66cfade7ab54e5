//! One flat JSON object a line. The columns are all keys that any line has.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};

use serde_json::{Map, Value};

use crate::accounting::{RAGGED, TOO_LONG};
use crate::columns::Header;
use crate::error::EncodeError;
use crate::json_number::number_as_written;
use crate::profile::Profile;
use crate::raw_files::RawFile;
use crate::raw_row::RawRow;
use crate::read_table::Next;
use crate::text_file::TextFile;

/// The most bytes of one line.
const LONGEST_LINE: usize = 4 << 20;

/// Rows of an NDJSON file.
pub(crate) struct NdjsonRows {
    keys: Vec<String>,
    lines: Lines,
}

/// Lines of a text, of which none takes more memory than [`LONGEST_LINE`].
struct Lines {
    input: BufReader<TextFile>,
    line: Vec<u8>,
    number: u64,
}

impl Lines {
    fn open(profile: &Profile, file: &RawFile) -> Result<Self, EncodeError> {
        let input = BufReader::with_capacity(1 << 16, TextFile::open(file, profile.encoding())?);
        Ok(Self { input, line: Vec::new(), number: 0 })
    }

    /// The next line that is not blank; an empty one where it is too long.
    fn next(&mut self) -> Result<Option<&str>, EncodeError> {
        loop {
            self.line.clear();
            self.number += 1;
            let most = LONGEST_LINE as u64 + 1;
            let read = self.input.by_ref().take(most).read_until(b'\n', &mut self.line);
            let n = read.map_err(|error| self.input.get_ref().fault(&error, self.number))?;
            if n == 0 {
                return Ok(None);
            }
            if n > LONGEST_LINE {
                self.skip_line()?;
                return Ok(Some(""));
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let line = str::from_utf8(&self.line);
        line.map(Some).map_err(|_| self.input.get_ref().not_text(self.number))
    }

    fn skip_line(&mut self) -> Result<(), EncodeError> {
        loop {
            let buffer = self.input.fill_buf();
            let (ended, n) = match buffer {
                Ok(buffer) => match buffer.iter().position(|byte| *byte == b'\n') {
                    Some(at) => (true, at + 1),
                    None => (buffer.is_empty(), buffer.len()),
                },
                Err(error) => return Err(self.input.get_ref().fault(&error, self.number)),
            };
            self.input.consume(n);
            if ended {
                return Ok(());
            }
        }
    }
}

impl NdjsonRows {
    pub(crate) fn open(profile: &Profile, file: &RawFile) -> Result<(Header, Self), EncodeError> {
        let mut keys = BTreeSet::new();
        let mut lines = Lines::open(profile, file)?;
        while let Some(line) = lines.next()? {
            if let Some(object) = object(line) {
                keys.extend(object.into_iter().map(|(key, _)| key));
            }
        }
        if keys.is_empty() {
            return Err(EncodeError::input(&file.name, "no line is a JSON object", "export it as NDJSON"));
        }
        let keys: Vec<String> = keys.into_iter().collect();
        let header = Header::new(&file.name, keys.iter().map(String::as_str));
        Ok((header, Self { keys, lines: Lines::open(profile, file)? }))
    }

    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<Next, EncodeError> {
        row.clear();
        let Some(line) = self.lines.next()? else { return Ok(Next::End) };
        if line.is_empty() {
            return Ok(Next::Unusable(&TOO_LONG));
        }
        let Some(object) = object(line) else { return Ok(Next::Unusable(&RAGGED)) };
        for key in &self.keys {
            match object.get(key) {
                None | Some(Value::Null) => row.push(""),
                Some(Value::String(text)) => row.push(text),
                Some(Value::Bool(flag)) => row.push(if *flag { "true" } else { "false" }),
                Some(Value::Number(number)) if number.is_f64() => {
                    row.push(number_as_written(line, key).unwrap_or_default());
                }
                Some(Value::Number(number)) => row.push(&number.to_string()),
                Some(Value::Array(_) | Value::Object(_)) => return Ok(Next::Unusable(&RAGGED)),
            }
        }
        Ok(Next::Row)
    }
}

fn object(line: &str) -> Option<Map<String, Value>> {
    serde_json::from_str(line).ok()
}
