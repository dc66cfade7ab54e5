//! Delimited text, in bounded memory. A file that ends inside a quoted field is refused whole, and a row
//! whose quotes stand where no cell begins or ends is set aside with every line that it took up.

use std::io::Read;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use domain::Rule;

use crate::accounting::{NOT_TEXT, RAGGED, STRAY_QUOTE, TOO_LONG};
use crate::columns::{Header, HeaderDoubt};
use crate::error::EncodeError;
use crate::profile::Profile;
use crate::raw_files::RawFile;
use crate::raw_row::RawRow;
use crate::read_table::Next;
use crate::row_lines::RowLines;
use crate::text_file::{TextFile, header_line};

/// The most bytes of one row; no export has longer ones, and a lost quote makes a row of a whole file.
const LONGEST_ROW: usize = 4 << 20;
/// The most cells of one row.
const MOST_CELLS: usize = 1 << 16;
const BUFFER: usize = 1 << 16;
/// What ends lines or records elsewhere: a header that holds one is the whole file.
const OTHER_LINE_ENDS: [char; 9] =
    ['\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{1f}', '\u{85}', '\u{2028}', '\u{2029}'];

/// Rows of a delimited file.
pub(crate) struct CsvRows {
    name: String,
    input: TextFile,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
    core: Box<Reader>,
    number: u64,
    quote: bool,
    /// The lines of the row that was read last, if it has quotes.
    lines: RowLines,
    /// Lines of a row that are still to be set aside, each as a row.
    aside: Option<(u64, &'static Rule)>,
}

impl CsvRows {
    pub(crate) fn open(profile: &Profile, file: &RawFile) -> Result<(Header, Self), EncodeError> {
        let mut input = TextFile::open(file, profile.encoding())?;
        let mut buffer = vec![0_u8; BUFFER];
        let to = input.read(&mut buffer).map_err(|error| input.fault(&error, 0))?;
        let declared = profile.delimiter as u8;
        let (said, from) = separator_line(&buffer[..to]).unwrap_or((declared, 0));
        let quote = profile.quote || said != declared;
        let (delimiter, quote) = dialect(header_line(&buffer[from..to]), said, quote);
        let count = |delimiter| delimiters(header_line(&buffer[from..to]), delimiter, quote);
        let is_other = DELIMITERS.into_iter().any(|other| count(other) > count(delimiter));
        let core = ReaderBuilder::new().delimiter(delimiter).quoting(quote).build();
        let mut rows = Self {
            name: file.name.clone(),
            input,
            buffer,
            from,
            to,
            core: Box::new(core),
            number: 0,
            quote,
            lines: RowLines::new(delimiter),
            aside: None,
        };
        let mut row = RawRow::default();
        match rows.next(&mut row)? {
            Some(true) if !row.all().contains(&0) => {}
            Some(_) => {
                return Err(EncodeError::input(
                    &file.name,
                    "the file is not text: its header can't be read",
                    "export it as delimited text, in UTF-8",
                ));
            }
            None => {
                return Err(EncodeError::input(
                    &file.name,
                    "the file is empty: it has no header",
                    "export it again",
                ));
            }
        }
        if rows.lines.has_stray_quote() || rows.lines.is_open() {
            return Err(EncodeError::input(
                &file.name,
                "a quote in the header is missing its twin",
                "export it again, or say `quote = false` in the profile where quotes mean nothing",
            ));
        }
        rows.check_utf8(&row)?;
        if row.text().contains(OTHER_LINE_ENDS) {
            return Err(EncodeError::input(
                &file.name,
                "the header holds a character that ends lines in some programs and is no line end here (U+0085, U+2028 or the like)",
                "export it with line ends of Windows or Unix",
            ));
        }
        let next = delimiters(header_line(&rows.buffer[rows.from..rows.to]), delimiter, rows.quote);
        let title = (next + 1 >= 2 * row.cells && next > 0).then_some(HeaderDoubt::Title);
        let doubt = if is_other { Some(HeaderDoubt::Delimiter) } else { title };
        let header = Header::new(&file.name, (0..row.cells).map(|at| row.cell(at))).delimited();
        let header = header.doubted(doubt);
        rows.number = 0;
        Ok((header, rows))
    }

    pub(crate) fn read(&mut self, row: &mut RawRow, width: usize) -> Result<Next, EncodeError> {
        if let Some((more, rule)) = self.aside {
            self.aside = Some((more - 1, rule)).filter(|(more, _)| *more > 0);
            // What they hold, the first of them held.
            (row.cells, row.cut) = (0, false);
            return Ok(Next::Unusable(rule));
        }
        let Some(whole) = self.next(row)? else { return Ok(Next::End) };
        if self.lines.is_open() {
            return Err(EncodeError::input(
                &self.name,
                format!(
                    "the file ends inside a quoted field, which begins in row {}: it was cut off, or a quote is \
                     missing its twin",
                    self.number
                ),
                "export it again and compare the row count",
            ));
        }
        let rule = if whole {
            self.check_utf8(row)?;
            if self.lines.has_stray_quote() {
                &STRAY_QUOTE
            } else if row.all().contains(&0) {
                &NOT_TEXT
            } else if row.cells != width {
                &RAGGED
            } else if self.lines.are_rows_of(width) {
                &STRAY_QUOTE
            } else {
                return Ok(Next::Row);
            }
        } else {
            &TOO_LONG
        };
        // Nobody can tell which of the lines of a bad row were rows of their own, so each counts.
        let more = self.lines.count() - 1;
        self.number += more;
        self.aside = Some((more, rule)).filter(|(more, _)| *more > 0);
        Ok(Next::Unusable(rule))
    }

    /// The next row; false where it is too long, and the cells that are there are those that were not; nothing at
    /// the end.
    fn next(&mut self, row: &mut RawRow) -> Result<Option<bool>, EncodeError> {
        let (mut written, mut cells, mut whole) = (0, 0, true);
        // Bytes of cells that were too long, which the reader counts and the row has not.
        let mut dropped = 0;
        (row.cells, row.cut) = (0, false);
        self.lines.clear();
        loop {
            if self.from == self.to {
                self.from = 0;
                self.to =
                    self.input.read(&mut self.buffer).map_err(|e| self.input.fault(&e, self.number + 1))?;
            }
            let input = &self.buffer[self.from..self.to];
            let (result, read, bytes, ends) =
                self.core.read_record(input, &mut row.bytes[written..], &mut row.ends[cells..]);
            let row_ended = matches!(result, ReadRecordResult::Record | ReadRecordResult::End);
            let taken = &input[..read];
            if self.quote && (!row_ended || self.lines.begun() || taken.contains(&b'"')) {
                self.lines.feed(taken);
            }
            self.from += read;
            if dropped > 0 {
                row.ends[cells..cells + ends].iter_mut().for_each(|end| *end -= dropped);
            }
            written += bytes;
            cells += ends;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull if row.bytes.len() >= LONGEST_ROW => {
                    whole = false;
                    let mut kept = cells.checked_sub(1).map_or(0, |last| row.ends[last]);
                    if kept > LONGEST_ROW - BUFFER {
                        (kept, cells, row.cut) = (0, 0, true);
                    }
                    dropped += written - kept;
                    written = kept;
                }
                ReadRecordResult::OutputFull => row.bytes.resize((2 * row.bytes.len()).max(1024), 0),
                ReadRecordResult::OutputEndsFull if row.ends.len() >= MOST_CELLS => {
                    (whole, cells, row.cut) = (false, 0, true);
                }
                ReadRecordResult::OutputEndsFull => row.ends.resize((2 * row.ends.len()).max(64), 0),
                ReadRecordResult::Record => {
                    self.number += 1;
                    row.cells = cells;
                    // What is too long may be other rows, between two quotes that should not be there.
                    row.cut |= !whole && (self.lines.count() > 1 || self.lines.has_stray_quote());
                    return Ok(Some(whole));
                }
                ReadRecordResult::End => return Ok(None),
            }
        }
    }

    fn check_utf8(&self, row: &RawRow) -> Result<(), EncodeError> {
        if row.all().is_ascii() || (0..row.cells).all(|at| str::from_utf8(row.bytes_of(at)).is_ok()) {
            return Ok(());
        }
        Err(self.input.not_text(self.number))
    }
}

/// What a first line `sep=;` says, by which spreadsheets know the delimiter, and where the next line begins.
fn separator_line(start: &[u8]) -> Option<(u8, usize)> {
    let line = header_line(start);
    let bare = line.strip_prefix(b"\"").and_then(|line| line.strip_suffix(b"\"")).unwrap_or(line);
    let (name, delimiter) = bare.split_at_checked(4)?;
    let [delimiter] = *delimiter else { return None };
    if !name.eq_ignore_ascii_case(b"sep=") || delimiter.is_ascii_alphanumeric() || !delimiter.is_ascii() {
        return None;
    }
    let ends = start[line.len()..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
    Some((delimiter, line.len() + ends.min(2)))
}

/// The delimiter, and whether a double quote quotes: as the profile says, but for a header that shows another
/// delimiter, which is another program's export, or one that stands in quotes.
fn dialect(header: &[u8], declared: u8, quote: bool) -> (u8, bool) {
    let delimiter = delimiter(header, declared, quote);
    let quoted = header.len() > 1 && header.starts_with(b"\"") && header.ends_with(b"\"");
    (delimiter, quote || quoted || delimiter != declared)
}

/// What may part columns.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How often a delimiter stands in a line outside quotes.
fn delimiters(line: &[u8], delimiter: u8, quote: bool) -> usize {
    let mut quoted = false;
    let outside = line.iter().filter(|byte| {
        quoted ^= quote && **byte == b'"';
        !quoted && **byte == delimiter
    });
    outside.count()
}

/// The profile's delimiter; another where the header has none of it and some of just one other.
fn delimiter(header: &[u8], declared: u8, quote: bool) -> u8 {
    let count = |delimiter: u8| delimiters(header, delimiter, quote);
    if count(declared) > 0 {
        return declared;
    }
    let mut others = DELIMITERS.into_iter().filter(|other| count(*other) > 0);
    match (others.next(), others.next()) {
        (Some(other), None) => other,
        _ => declared,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_delimiter_is_seen_where_it_is_the_only_one() {
        assert_eq!(delimiter(b"a,b", b',', true), b',');
        assert_eq!(delimiter(b"a;b", b',', true), b';');
        assert_eq!(delimiter(b"a\tb", b';', true), b'\t');
        assert_eq!(delimiter(b"a;b,c", b'|', true), b'|', "two could be it");
        assert_eq!(delimiter(b"\"a,x\";b", b'|', true), b';');
        assert_eq!(delimiter(b"a", b',', true), b',');
    }

    #[test]
    fn a_line_for_spreadsheets_says_the_delimiter() {
        assert_eq!(separator_line(b"sep=;\r\na;b"), Some((b';', 7)));
        assert_eq!(separator_line(b"\"SEP=|\"\na|b"), Some((b'|', 8)));
        assert_eq!(separator_line(b"sep=\t\ra\tb"), Some((b'\t', 6)));
        for none in [&b"sep;b\n1;2"[..], b"sep=\n1", b"sep=;x\n", b"sep=a\n", b"", b"id;sep=;\n"] {
            assert_eq!(separator_line(none), None);
        }
    }

    #[test]
    fn a_header_in_quotes_or_with_another_delimiter_shows_that_quotes_quote() {
        assert_eq!(dialect(b"a|b", b'|', false), (b'|', false));
        assert_eq!(dialect(b"\"a\"|\"b\"", b'|', false), (b'|', true));
        assert_eq!(dialect(b"a,b", b'|', false), (b',', true));
        assert_eq!(dialect(b"a|b", b'|', true), (b'|', true));
    }
}
