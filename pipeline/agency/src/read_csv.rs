//! Delimited text. UTF-8 only; a file that ends inside a quoted field is refused whole.

use std::fs::File;
use std::io::{self, Cursor, Read};

use csv::{Reader, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, UTF_8};

use crate::columns::Header;
use crate::error::EncodeError;
use crate::raw_files::RawFile;
use crate::read_table::Next;

type Bytes = QuoteCounter<io::Chain<Cursor<Vec<u8>>, File>>;

/// Rows of a delimited file.
pub(crate) struct CsvRows {
    name: String,
    reader: Reader<Bytes>,
    quote: bool,
    last_was_suspect: bool,
}

/// Passes bytes through and remembers whether it saw an odd number of quotes: in a whole file
/// every quote has its twin, since a quote inside a field is doubled.
struct QuoteCounter<R> {
    inner: R,
    odd: bool,
}

impl<R: Read> Read for QuoteCounter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.odd = buffer[..n].iter().fold(self.odd, |odd, b| odd ^ (*b == b'"'));
        Ok(n)
    }
}

impl CsvRows {
    pub(crate) fn open(file: &RawFile, delimiter: u8, quote: bool) -> Result<(Header, Self), EncodeError> {
        let mut raw = File::open(&file.path).map_err(EncodeError::io(&file.path))?;
        let mut start = vec![0_u8; 4096];
        let n = raw.read(&mut start).map_err(EncodeError::io(&file.path))?;
        start.truncate(n);
        if n == 0 {
            return Err(EncodeError::input(
                &file.name,
                "the file is empty: it has no header",
                "export it again",
            ));
        }
        match Encoding::for_bom(&start) {
            Some((encoding, length)) if encoding == UTF_8 => drop(start.drain(..length)),
            Some((encoding, _)) => {
                return Err(not_utf8(&file.name, &format!("the file is {}", encoding.name())));
            }
            None if start.contains(&0) => {
                return Err(EncodeError::input(
                    &file.name,
                    "the file is not text",
                    "export it as delimited text",
                ));
            }
            None => {}
        }
        let bytes = QuoteCounter { inner: Cursor::new(start).chain(raw), odd: false };
        let mut reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(quote)
            .flexible(true)
            .has_headers(true)
            .buffer_capacity(1 << 16)
            .from_reader(bytes);
        let header = Header::new(&file.name, reader.headers().map_err(|e| fault(&file.name, &e))?.iter());
        Ok((header, Self { name: file.name.clone(), reader, quote, last_was_suspect: false }))
    }

    pub(crate) fn read(&mut self, row: &mut StringRecord, width: usize) -> Result<Next, EncodeError> {
        if !self.reader.read_record(row).map_err(|e| fault(&self.name, &e))? {
            if self.quote && self.last_was_suspect && self.reader.get_ref().odd {
                return Err(EncodeError::input(
                    &self.name,
                    "the file ends inside a quoted field: it was cut off, or a quote is missing its twin",
                    "export it again and compare the row count",
                ));
            }
            return Ok(Next::End);
        }
        let ragged = row.len() != width;
        self.last_was_suspect = ragged || row.iter().any(|cell| cell.contains('\n'));
        Ok(if ragged { Next::Ragged } else { Next::Row })
    }
}

/// csv's own messages may quote; only the kind and the place are passed on.
fn fault(name: &str, error: &csv::Error) -> EncodeError {
    let row = error.position().map_or(0, csv::Position::record);
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => not_utf8(name, &format!("row {row} is not UTF-8")),
        csv::ErrorKind::Io(error) => EncodeError::input(
            name,
            format!("reading stopped near row {row} ({})", error.kind()),
            "check the disk and copy the file again",
        ),
        _ => EncodeError::input(name, format!("row {row} can't be read"), "export the file again"),
    }
}

fn not_utf8(name: &str, rule: &str) -> EncodeError {
    EncodeError::input(
        name,
        rule,
        "export it as UTF-8, or convert it, for example `iconv -f WINDOWS-1252 -t UTF-8`",
    )
}
