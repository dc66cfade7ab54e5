//! One flat JSON object a line. The columns are all keys that any line has.

use std::collections::BTreeMap;
use std::fmt;

use domain::Rule;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};

use crate::accounting::{NAME_TWICE, NOT_AN_OBJECT, SEVERAL_OBJECTS, TOO_LONG};
use crate::columns::{Header, RowNames, column_name};
use crate::error::EncodeError;
use crate::json_escapes::{between_quotes, unescaped};
use crate::json_lines::{Line, Lines};
use crate::json_number::number_as_written;
use crate::profile::Profile;
use crate::raw_files::RawFile;
use crate::raw_row::RawRow;
use crate::read_table::{Next, refuse_unreadable};

/// Rows of an NDJSON file.
pub(crate) struct NdjsonRows {
    /// How each column is written: names that differ in case are one, where no line has both.
    keys: Vec<Vec<String>>,
    /// Of each key, whether it holds lists or objects alone.
    nested: Vec<bool>,
    lines: Lines,
}

/// What the lines of a file hold under a key.
#[derive(Default)]
struct Held {
    lines: u64,
    plain: bool,
    nested: bool,
}

fn is_nested(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

impl NdjsonRows {
    pub(crate) fn open(profile: &Profile, file: &RawFile) -> Result<(Header, Self), EncodeError> {
        let mut columns = FoundColumns::default();
        let mut lines = Lines::open(profile, file)?;
        let (mut count, mut unreadable, mut last) = (0, 0, &NOT_AN_OBJECT);
        let mut shape = Shape::default();
        loop {
            let rule = match lines.next()? {
                Line::End => break,
                Line::TooLong(left) => {
                    shape.saw(left.as_deref().unwrap_or_default());
                    Some(&TOO_LONG)
                }
                Line::Text(line) => {
                    shape.saw(line);
                    match object(line) {
                        Ok(object) => {
                            columns.add(object, count + 1);
                            None
                        }
                        Err(rule) => Some(rule),
                    }
                }
            };
            count += 1;
            if let Some(rule) = rule {
                (unreadable, last) = (unreadable + 1, rule);
            }
        }
        // Before columns are missed that stand in lines which can't be read.
        shape.refuse(&file.name, unreadable == count)?;
        refuse_unreadable(&file.name, unreadable, count, last)?;
        if columns.0.is_empty() && count > 0 {
            let rule = match unreadable {
                0 => "no line has a key".to_owned(),
                _ => format!("no line is a JSON object that can be read: {}", last.reason),
            };
            return Err(EncodeError::input(&file.name, rule, "export it as NDJSON"));
        }
        let NamedColumns { names, twice, nested, keys, lines: of_lines, spans } = columns.finish();
        let places = nested.iter().enumerate().filter(|(_, nested)| **nested);
        let header = Header::new(&file.name, names.iter().map(String::as_str))
            .by_row(RowNames { lines: count, of_lines, spans, twice })
            .with_nested(places.map(|(at, _)| (at, "lists or objects")).collect());
        Ok((header, Self { keys, nested, lines: Lines::open(profile, file)? }))
    }

    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<Next, EncodeError> {
        row.clear();
        let line = match self.lines.next()? {
            Line::End => return Ok(Next::End),
            Line::TooLong(left) => {
                row.cut = left.is_none();
                pieces(left.as_deref().unwrap_or_default(), row);
                return Ok(Next::Unusable(&TOO_LONG));
            }
            Line::Text(line) => line,
        };
        let rule = match object(line) {
            Ok(object) if is_odd(&object, &self.keys, &self.nested) => &NOT_AN_OBJECT,
            Ok(object) => {
                for (at, (names, nested)) in self.keys.iter().zip(&self.nested).enumerate() {
                    let found = names.iter().find_map(|name| Some((name, object.get(name)?)));
                    match found {
                        None => {
                            row.unnamed.push(at);
                            row.push("");
                        }
                        _ if *nested => row.push(""),
                        Some((_, Value::String(text))) => row.push(text),
                        Some((_, Value::Bool(flag))) => row.push(if *flag { "true" } else { "false" }),
                        Some((name, Value::Number(number))) if number.is_f64() => {
                            row.push(number_as_written(line, name).unwrap_or_default());
                        }
                        Some((_, Value::Number(number))) => row.push(&number.to_string()),
                        Some(_) => row.push(""),
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

/// How the first and the last line look, by which files of JSON that are none of lines tell themselves.
#[derive(Default)]
struct Shape {
    first: Option<Opens>,
    closes_list: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Opens {
    List,
    /// An object that further lines fill.
    Object,
    Neither,
}

impl Shape {
    fn saw(&mut self, line: &str) {
        let line = line.trim();
        self.first.get_or_insert(match line {
            "{" => Opens::Object,
            _ if line.starts_with('[') => Opens::List,
            _ => Opens::Neither,
        });
        self.closes_list = line.ends_with(']');
    }

    /// Refuses a file that is one list, or of which `all` lines are pieces of objects.
    fn refuse(&self, file: &str, all: bool) -> Result<(), EncodeError> {
        let rule = if self.first == Some(Opens::List) && self.closes_list {
            "the file is one JSON list, not a line for each record"
        } else if self.first == Some(Opens::Object) && all {
            "the objects go over several lines each"
        } else {
            return Ok(());
        };
        let remedy = "export it as NDJSON (JSON lines): each record as one object on a line of its own, without brackets and commas around";
        Err(EncodeError::input(file, rule, remedy))
    }
}

/// The columns that lines name, by their names as headers are matched.
#[derive(Default)]
struct FoundColumns(BTreeMap<String, Found>);

#[derive(Default)]
struct Found {
    /// How lines write it, and what they hold under each name.
    written: BTreeMap<String, Held>,
    /// The first row that has it, and the last.
    first: u64,
    row: u64,
    /// The first row that has it under two names.
    twice: Option<u64>,
}

/// All columns, in order.
#[derive(Default)]
struct NamedColumns {
    names: Vec<String>,
    /// Those that a row has twice, with the first such row.
    twice: Vec<(String, u64)>,
    nested: Vec<bool>,
    keys: Vec<Vec<String>>,
    /// The lines that have each.
    lines: Vec<u64>,
    /// The first row that has each, and the last.
    spans: Vec<(u64, u64)>,
}

impl FoundColumns {
    /// Takes the names and values of the row `number`.
    fn add(&mut self, object: Map<String, Value>, number: u64) {
        for (key, value) in object {
            let found = self.0.entry(column_name(&key)).or_default();
            let held = found.written.entry(key).or_default();
            held.lines += 1;
            held.nested |= is_nested(&value);
            held.plain |= !value.is_null() && !is_nested(&value);
            if found.row == number {
                found.twice.get_or_insert(number);
            }
            if found.row == 0 {
                found.first = number;
            }
            found.row = number;
        }
    }

    fn finish(self) -> NamedColumns {
        let NamedColumns { mut names, mut twice, mut nested, mut keys, mut lines, mut spans } =
            NamedColumns::default();
        for (name, found) in self.0 {
            let is_nested = |held: &mut dyn Iterator<Item = &Held>| {
                let (nested, plain) =
                    held.fold((false, false), |(n, p), held| (n | held.nested, p | held.plain));
                nested && !plain
            };
            if let Some(row) = found.twice {
                twice.push((name.clone(), row));
                for (key, held) in found.written {
                    spans.push((found.first, found.row));
                    names.push(name.clone());
                    lines.push(held.lines);
                    nested.push(is_nested(&mut std::iter::once(&held)));
                    keys.push(vec![key]);
                }
            } else {
                spans.push((found.first, found.row));
                names.push(name);
                lines.push(found.written.values().map(|held| held.lines).sum());
                nested.push(is_nested(&mut found.written.values()));
                keys.push(found.written.into_keys().collect());
            }
        }
        NamedColumns { names, twice, nested, keys, lines, spans }
    }
}

/// Whether a line holds a list or an object where others hold a text.
fn is_odd(object: &Map<String, Value>, keys: &[Vec<String>], nested: &[bool]) -> bool {
    let known = |key: &String| keys.iter().position(|names| names.contains(key)).is_some_and(|at| nested[at]);
    object.iter().any(|(key, value)| is_nested(value) && !known(key))
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
        Err(_) if are_objects(line) => Err(&SEVERAL_OBJECTS),
        Err(_) => Err(&NOT_AN_OBJECT),
    }
}

/// Whether a line is made of objects alone, two at least.
fn are_objects(line: &str) -> bool {
    let mut objects = serde_json::Deserializer::from_str(line).into_iter::<Object>();
    let count = objects.by_ref().try_fold(0, |n, object| object.ok().map(|_| n + 1));
    count.is_some_and(|count| count > 1)
}
