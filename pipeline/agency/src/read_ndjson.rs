//! One flat JSON object a line. The columns are all keys that any line has.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};

use domain::Rule;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::accounting::{NAME_TWICE, NOT_AN_OBJECT, TOO_LONG};
use crate::columns::Header;
use crate::error::EncodeError;
use crate::json_escapes::{between_quotes, unescaped};
use crate::json_number::number_as_written;
use crate::profile::Profile;
use crate::raw_files::RawFile;
use crate::raw_row::RawRow;
use crate::read_table::{Next, refuse_unreadable};
use crate::text_file::TextFile;

/// The most bytes of one line.
const LONGEST_LINE: usize = 4 << 20;

/// Rows of an NDJSON file.
pub(crate) struct NdjsonRows {
    keys: Vec<String>,
    /// Of each key, whether it holds lists or objects alone.
    nested: Vec<bool>,
    lines: Lines,
}

/// What the lines of a file hold under a key.
#[derive(Default)]
struct Held {
    plain: bool,
    nested: bool,
}

fn is_nested(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

/// Lines of a text, of which none takes more memory than [`LONGEST_LINE`].
struct Lines {
    input: BufReader<TextFile>,
    line: Vec<u8>,
    number: u64,
}

enum Line<'a> {
    Text(&'a str),
    TooLong,
    End,
}

impl Lines {
    fn open(profile: &Profile, file: &RawFile) -> Result<Self, EncodeError> {
        let input = BufReader::with_capacity(1 << 16, TextFile::open(file, profile.encoding())?);
        Ok(Self { input, line: Vec::new(), number: 0 })
    }

    /// The next line that is not blank.
    fn next(&mut self) -> Result<Line<'_>, EncodeError> {
        loop {
            self.line.clear();
            self.number += 1;
            let most = LONGEST_LINE as u64 + 1;
            let read = self.input.by_ref().take(most).read_until(b'\n', &mut self.line);
            let n = read.map_err(|error| self.input.get_ref().fault(&error, self.number))?;
            if n == 0 {
                return Ok(Line::End);
            }
            if n > LONGEST_LINE {
                self.skip_line()?;
                return Ok(Line::TooLong);
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let line = str::from_utf8(&self.line);
        line.map(Line::Text).map_err(|_| self.input.get_ref().not_text(self.number))
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
        let mut keys: BTreeMap<String, Held> = BTreeMap::new();
        let mut lines = Lines::open(profile, file)?;
        let (mut count, mut unreadable, mut last) = (0, 0, &NOT_AN_OBJECT);
        loop {
            let rule = match lines.next()? {
                Line::End => break,
                Line::TooLong => Some(&TOO_LONG),
                Line::Text(line) => match object(line) {
                    Ok(object) => {
                        for (key, value) in object {
                            let held = keys.entry(key).or_default();
                            held.nested |= is_nested(&value);
                            held.plain |= !value.is_null() && !is_nested(&value);
                        }
                        None
                    }
                    Err(rule) => Some(rule),
                },
            };
            count += 1;
            if let Some(rule) = rule {
                (unreadable, last) = (unreadable + 1, rule);
            }
        }
        // Before columns are missed that stand in lines which can't be read.
        refuse_unreadable(&file.name, unreadable, count, last)?;
        if keys.is_empty() {
            return Err(EncodeError::input(&file.name, "no line is a JSON object", "export it as NDJSON"));
        }
        let nested: Vec<bool> = keys.values().map(|held| held.nested && !held.plain).collect();
        let keys: Vec<String> = keys.into_keys().collect();
        let places = nested.iter().enumerate().filter(|(_, nested)| **nested);
        let header = Header::new(&file.name, keys.iter().map(String::as_str))
            .by_row()
            .with_nested(places.map(|(at, _)| (at, "lists or objects")).collect());
        Ok((header, Self { keys, nested, lines: Lines::open(profile, file)? }))
    }

    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<Next, EncodeError> {
        row.clear();
        let line = match self.lines.next()? {
            Line::End => return Ok(Next::End),
            Line::TooLong => {
                row.cut = true;
                return Ok(Next::Unusable(&TOO_LONG));
            }
            Line::Text(line) => line,
        };
        let rule = match object(line) {
            Ok(object) if is_odd(&object, &self.keys, &self.nested) => &NOT_AN_OBJECT,
            Ok(object) => {
                for (key, nested) in self.keys.iter().zip(&self.nested) {
                    match object.get(key) {
                        _ if *nested => row.push(""),
                        Some(Value::String(text)) => row.push(text),
                        Some(Value::Bool(flag)) => row.push(if *flag { "true" } else { "false" }),
                        Some(Value::Number(number)) if number.is_f64() => {
                            row.push(number_as_written(line, key).unwrap_or_default());
                        }
                        Some(Value::Number(number)) => row.push(&number.to_string()),
                        _ => row.push(""),
                    }
                }
                return Ok(Next::Row);
            }
            Err(rule) => rule,
        };
        pieces(line, row);
        Ok(Next::Unusable(rule))
    }
}

/// Whether a line holds a list or an object where others hold a text; `keys` stand in order.
fn is_odd(object: &Map<String, Value>, keys: &[String], nested: &[bool]) -> bool {
    let odd = |(key, value): (&String, &Value)| {
        is_nested(value) && !keys.binary_search(key).is_ok_and(|at| nested[at])
    };
    object.iter().any(odd)
}

/// Everything in a line that may be a value, as cells: whoever it names is to be protected.
fn pieces(line: &str, row: &mut RawRow) {
    for piece in between_quotes(line) {
        row.push(&unescaped(piece));
        let numbers = piece.split([':', ',', '{', '}', '[', ']']).map(str::trim);
        numbers.filter(|number| *number != piece && !number.is_empty()).for_each(|number| row.push(number));
    }
}

/// A line's object, in which each name stands once.
struct Object(Map<String, Value>);

/// Ends the reading of an object that names something twice.
const TWICE: &str = "a name stands twice";

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Object;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Object, A::Error> {
                let mut object = Map::new();
                while let Some((name, value)) = entries.next_entry::<String, Value>()? {
                    if object.insert(name, value).is_some() {
                        return Err(serde::de::Error::custom(TWICE));
                    }
                }
                Ok(Object(object))
            }
        }
        deserializer.deserialize_map(Names)
    }
}

fn object(line: &str) -> Result<Map<String, Value>, &'static Rule> {
    match serde_json::from_str(line) {
        Ok(Object(object)) => Ok(object),
        Err(error) if error.to_string().starts_with(TWICE) => Err(&NAME_TWICE),
        Err(_) => Err(&NOT_AN_OBJECT),
    }
}
