//! The text of a raw file as UTF-8, whatever it is written in.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::error::EncodeError;
use crate::raw_files::RawFile;
use crate::utf8_watch::Utf8Watch;

/// Bytes that are looked at to tell what a file is.
const START: usize = 4096;
/// Bytes that are decoded at a time.
const WINDOW: usize = 1 << 15;

/// A text file, open.
pub(crate) struct TextFile {
    name: String,
    encoding: &'static Encoding,
    /// None where the bytes are UTF-8 and go on as they are.
    decoder: Option<Decoder>,
    /// Of an encoding of one byte a letter, which reads anything.
    watch: Option<Utf8Watch>,
    inner: Box<dyn Read>,
    raw: Vec<u8>,
    from: usize,
    ended: bool,
    finished: bool,
}

impl TextFile {
    /// Opens a file in its profile's encoding; a byte-order mark, or UTF-16 without one, has precedence.
    pub(crate) fn open(file: &RawFile, declared: Option<&'static Encoding>) -> Result<Self, EncodeError> {
        let mut inner = file.open()?;
        let mut raw = Vec::new();
        let read = inner.by_ref().take(START as u64).read_to_end(&mut raw);
        let mut text = Self {
            name: file.name.clone(),
            encoding: declared.unwrap_or(UTF_8),
            decoder: None,
            watch: None,
            inner,
            raw,
            from: 0,
            ended: false,
            finished: false,
        };
        read.map_err(|error| text.fault(&error, 0))?;
        if let Some(what) = other_format(&text.raw) {
            return Err(EncodeError::input(
                &file.name,
                format!("the file is {what} and no delimited text"),
                "export or save it as CSV (UTF-8)",
            ));
        }
        if let Some((encoding, mark)) = Encoding::for_bom(&text.raw) {
            (text.encoding, text.from) = (encoding, mark);
        } else if let Some(encoding) = bare_utf16(&text.raw) {
            text.encoding = encoding;
        }
        if text.encoding != UTF_8 {
            text.decoder = Some(text.encoding.new_decoder_without_bom_handling());
            if text.encoding.is_single_byte() {
                let mut watch = Utf8Watch::default();
                watch.feed(&text.raw[text.from..]);
                text.watch = Some(watch);
            }
        }
        Ok(text)
    }

    /// What a failed read near row `row` is for whoever made the export.
    pub(crate) fn fault(&self, error: &io::Error, row: u64) -> EncodeError {
        if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<IsUtf8>) {
            return EncodeError::input(
                &self.name,
                format!("the file is UTF-8, and the profile says `encoding = \"{}\"`", self.encoding.name()),
                "take `encoding` out of the profile",
            );
        }
        if error.kind() == io::ErrorKind::InvalidData && error.get_ref().is_none_or(|e| !e.is::<Damaged>()) {
            return self.not_text(row);
        }
        read_fault(&self.name, error, row)
    }

    /// The file is not in the encoding it should be in.
    pub(crate) fn not_text(&self, row: u64) -> EncodeError {
        let remedy = if [UTF_16LE, UTF_16BE].contains(&self.encoding) {
            "the file was cut off or damaged: export it again, best as UTF-8"
        } else if self.encoding == UTF_8 {
            "export it as UTF-8, or name what it is written in in the source profile, mostly \
             `encoding = \"windows-1252\"`"
        } else {
            "export it as UTF-8, or name what it is written in as `encoding` in the source profile"
        };
        EncodeError::input(&self.name, format!("row {row} is not {}", self.encoding.name()), remedy)
    }
}

/// What a failed read of the bytes of file `name` near row `row` is for whoever made the export.
pub(crate) fn read_fault(name: &str, error: &io::Error, row: u64) -> EncodeError {
    let (rule, remedy) = match error.get_ref().and_then(|e| e.downcast_ref::<Damaged>()) {
        Some(Damaged(rule)) => ((*rule).to_owned(), "make the archive again from the files"),
        None => (
            format!("reading stopped near row {row} ({})", error.kind()),
            "check the disk and copy the file again",
        ),
    };
    EncodeError::input(name, rule, remedy)
}

/// An archive's entry is damaged; says which rule it breaks.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct Damaged(pub(crate) &'static str);

/// What was decoded as an encoding of one byte a letter is UTF-8.
#[derive(Debug, thiserror::Error)]
#[error("the file is UTF-8")]
struct IsUtf8;

impl Read for TextFile {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            let start = &self.raw[self.from..];
            if start.is_empty() {
                return self.inner.read(out);
            }
            let n = start.len().min(out.len());
            out[..n].copy_from_slice(&start[..n]);
            self.from += n;
            return Ok(n);
        };
        while !self.finished {
            if self.from == self.raw.len() && !self.ended {
                self.raw.resize(WINDOW, 0);
                let n = self.inner.read(&mut self.raw)?;
                self.raw.truncate(n);
                (self.from, self.ended) = (0, n == 0);
                if let Some(watch) = &mut self.watch {
                    watch.feed(&self.raw);
                }
            }
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(&self.raw[self.from..], out, self.ended);
            self.from += read;
            match result {
                DecoderResult::Malformed(..) => return Err(io::ErrorKind::InvalidData.into()),
                DecoderResult::InputEmpty => self.finished = self.ended,
                DecoderResult::OutputFull => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
        if self.watch.as_ref().is_some_and(Utf8Watch::is_utf8) {
            return Err(io::Error::new(io::ErrorKind::InvalidData, IsUtf8));
        }
        Ok(0)
    }
}

/// The first line, or all there is.
pub(crate) fn header_line(bytes: &[u8]) -> &[u8] {
    bytes.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default()
}

/// UTF-16 without a byte-order mark: of Latin text every second byte is 0.
fn bare_utf16(start: &[u8]) -> Option<&'static Encoding> {
    let (pairs, _) = start.as_chunks::<2>();
    let zeros = |half: usize| pairs.iter().filter(|pair| pair[half] == 0).count();
    let (first, second) = (zeros(0), zeros(1));
    let mostly = |zeros: usize| zeros * 10 >= pairs.len() * 7;
    if pairs.len() < 2 {
        None
    } else if mostly(second) && first * 20 <= pairs.len() {
        Some(UTF_16LE)
    } else if mostly(first) && second * 20 <= pairs.len() {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// What a file is that is often saved under the wrong name.
fn other_format(start: &[u8]) -> Option<&'static str> {
    let known: [(&[u8], &str); 10] = [
        (b"PK\x03\x04", "a zip archive or an Excel workbook"),
        (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
        (b"\x1f\x8b", "compressed with gzip"),
        (b"PAR1", "Parquet"),
        (b"%PDF", "a PDF"),
        (b"<!DOCTYPE", "a web page"),
        (b"<html", "a web page"),
        (b"<table", "a web page"),
        (b"<?xml", "XML"),
        (b"{\\rtf", "a text with formats (RTF)"),
    ];
    let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start();
    let begins =
        |magic: &[u8]| start.get(..magic.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(magic));
    known.iter().find(|(magic, _)| begins(magic)).map(|(_, what)| *what)
}
