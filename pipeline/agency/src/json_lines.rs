//! Lines of an NDJSON file, of which none takes more memory than 4 MB.

use std::io::{BufRead, BufReader, Read};

use crate::error::EncodeError;
use crate::profile::Profile;
use crate::raw_files::RawFile;
use crate::text_file::TextFile;

/// The most bytes of one line.
const LONGEST_LINE: usize = 4 << 20;
/// The most bytes of a text that is kept of a line that is longer: no id has as many.
const LONGEST_TEXT: usize = 1 << 16;

pub(crate) struct Lines {
    input: BufReader<TextFile>,
    /// What ends a line: a line feed, or, where there is none, what old Macs write. No text of JSON holds either.
    end: u8,
    line: Vec<u8>,
    number: u64,
}

pub(crate) enum Line<'a> {
    Text(&'a str),
    /// A line that is too long, without the texts that make it so; none where it is too long without them.
    TooLong(Option<String>),
    End,
}

impl Lines {
    pub(crate) fn open(profile: &Profile, file: &RawFile) -> Result<Self, EncodeError> {
        let mut input = BufReader::with_capacity(1 << 16, TextFile::open(file, profile.encoding())?);
        let start = match input.fill_buf() {
            Ok(start) => start,
            Err(error) => return Err(input.get_ref().fault(&error, 0)),
        };
        let end = if start.contains(&b'\r') && !start.contains(&b'\n') { b'\r' } else { b'\n' };
        Ok(Self { input, end, line: Vec::new(), number: 0 })
    }

    /// The next line that is not blank.
    pub(crate) fn next(&mut self) -> Result<Line<'_>, EncodeError> {
        loop {
            self.line.clear();
            self.number += 1;
            let most = LONGEST_LINE as u64 + 1;
            let read = self.input.by_ref().take(most).read_until(self.end, &mut self.line);
            let n = read.map_err(|error| self.input.get_ref().fault(&error, self.number))?;
            if n == 0 {
                return Ok(Line::End);
            }
            if n > LONGEST_LINE {
                return self.rest_of_line().map(Line::TooLong);
            }
            if !self.line.trim_ascii().is_empty() {
                break;
            }
        }
        let line = str::from_utf8(&self.line);
        line.map(Line::Text).map_err(|_| self.input.get_ref().not_text(self.number))
    }

    /// Reads a line to its end that is too long. Gives what is left of it without long texts.
    fn rest_of_line(&mut self) -> Result<Option<String>, EncodeError> {
        let mut short = Shortened::default();
        short.feed(&self.line);
        let mut ended = self.line.ends_with(&[self.end]);
        while !ended {
            let n = match self.input.fill_buf() {
                Ok(buffer) => {
                    let end = buffer.iter().position(|byte| *byte == self.end);
                    ended = end.is_some() || buffer.is_empty();
                    let n = end.map_or(buffer.len(), |at| at + 1);
                    short.feed(&buffer[..n]);
                    n
                }
                Err(error) => return Err(self.input.get_ref().fault(&error, self.number)),
            };
            self.input.consume(n);
        }
        Ok((!short.full).then(|| String::from_utf8_lossy(&short.kept).into_owned()))
    }
}

/// A line without the texts between quotes that are too long.
#[derive(Default)]
struct Shortened {
    kept: Vec<u8>,
    /// Where the text begins that is being read.
    text: Option<usize>,
    dropping: bool,
    escaped: bool,
    full: bool,
}

impl Shortened {
    fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.step(*byte);
        }
    }

    fn step(&mut self, byte: u8) {
        let quote = byte == b'"' && !self.escaped;
        self.escaped = byte == b'\\' && !self.escaped;
        if quote {
            self.dropping = false;
        }
        if self.dropping || self.full {
            return;
        }
        if self.kept.len() >= LONGEST_LINE {
            self.full = true;
            return;
        }
        self.kept.push(byte);
        if quote {
            self.text = if self.text.is_some() { None } else { Some(self.kept.len()) };
        } else if let Some(start) = self.text.filter(|start| self.kept.len() - start > LONGEST_TEXT) {
            self.kept.truncate(start);
            self.dropping = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_line_the_short_texts_are_kept() {
        let long = "x".repeat(LONGEST_TEXT + 1);
        let text = format!("{{\"note\":\"{long}\\\" {long}\",\"id\":\"C3\",\"n\":7}}");
        let mut short = Shortened::default();
        let (start, end) = text.as_bytes().split_at(LONGEST_TEXT);
        short.feed(start);
        short.feed(end);
        assert_eq!(String::from_utf8_lossy(&short.kept), "{\"note\":\"\",\"id\":\"C3\",\"n\":7}");
        assert!(!short.full);
        short.feed("\"a\",".repeat(LONGEST_LINE / 4).as_bytes());
        assert!(short.full && short.kept.len() == LONGEST_LINE);
    }
}
