//! A zip archive as the folder of an export: its entries are read as they are, none is unpacked to disk.
//!
//! Refused whole: names that lead out of a folder, links, encrypted entries, two files of one name, and
//! what can only be meant to fill a disk or a memory.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::Crc;
use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive};

use crate::error::EncodeError;
use crate::text_file::Damaged;

/// The most entries; an HMIS export has 24.
const MOST_ENTRIES: usize = 10_000;
/// The most bytes that all entries may have unpacked.
const MOST_BYTES: u64 = 1 << 40;
/// How many times smaller an entry may be packed, once it is larger than [`SMALL`]; text comes to some 20.
const MOST_RATIO: u64 = 200;
const SMALL: u64 = 16 << 20;

/// Where an entry lies in its archive, and what it has to come to.
#[derive(Clone)]
pub(crate) struct ArchiveEntry {
    archive: PathBuf,
    start: u64,
    packed: u64,
    deflated: bool,
    pub(crate) bytes: u64,
    crc: u32,
}

/// Whether a file is a zip archive, by its first bytes.
pub(crate) fn is_archive(path: &Path) -> bool {
    let mut magic = [0; 4];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && (magic == *b"PK\x03\x04" || magic == *b"PK\x05\x06")
}

/// Whether a file that does not begin as an archive ends as one, without a remark behind it.
pub(crate) fn stands_behind(path: &Path) -> bool {
    const END: usize = 22;
    let mut end = [0; END];
    let read = File::open(path).and_then(|mut file| {
        let size = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(size.saturating_sub(END as u64)))?;
        file.read_exact(&mut end)
    });
    read.is_ok() && end.starts_with(b"PK\x05\x06")
}

/// The files of the archive at `path`, open as `file`, by lower-case name without a folder; of two files of one name that the profile reads
/// (`is_read`) the name is told.
///
/// # Errors
/// [`EncodeError::Input`] naming the archive and the rule; an entry's own name is not quoted.
pub(crate) fn list(
    path: &Path,
    file: File,
    name: &str,
    is_read: impl Fn(&str) -> bool,
) -> Result<BTreeMap<String, (String, ArchiveEntry)>, EncodeError> {
    let refused = |rule: &str, remedy: &str| EncodeError::input(name, rule, remedy);
    let damaged =
        || refused("the archive can't be read: it was cut off or damaged", "copy it again, or make it again");
    let mut buffer = vec![0_u8; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipArchive::from_file(file, &mut buffer).map_err(|_| damaged())?;
    let (mut files, mut folders, mut ranges) = (BTreeMap::new(), Vec::new(), Vec::new());
    let (mut count, mut total) = (0_usize, 0_u64);
    let mut entries = archive.entries(&mut buffer);
    while let Some(entry) = entries.next_entry().map_err(|_| damaged())? {
        count += 1;
        if count > MOST_ENTRIES {
            return Err(refused("the archive has more than 10,000 entries", "pack the export's files only"));
        }
        let written = entry.file_path();
        let Some(parts) = parts(written.as_bytes()) else {
            return Err(refused(
                "the archive has an entry whose name leads out of its folder",
                "don't use this archive; pack the export's files anew",
            ));
        };
        if entry.mode().is_symlink() {
            return Err(refused("the archive has a link among its entries", "pack the files themselves"));
        }
        if parts.len() == 1 && parts[0] == "[Content_Types].xml" {
            return Err(refused(
                "this is an Excel workbook or another document, and no archive of an export's files",
                "save each of its sheets as CSV (UTF-8)",
            ));
        }
        // What a Mac adds, and folders.
        let added = parts[0] == "__MACOSX" || parts.last().is_none_or(|name| name.starts_with('.'));
        if entry.is_dir() || added {
            continue;
        }
        let (bytes, packed) = (entry.uncompressed_size_hint(), entry.compressed_size_hint());
        total = total.saturating_add(bytes);
        if total > MOST_BYTES || (bytes > SMALL && bytes / MOST_RATIO > packed) {
            return Err(refused(
                "the archive unpacks to so much more than it is that it can hold no export",
                "don't use this archive; pack the export's files anew",
            ));
        }
        if entry.flags().is_encrypted() {
            return Err(refused("the archive is protected by a password", "unpack it, and give the folder"));
        }
        let method = entry.compression_method();
        if method != CompressionMethod::STORE && method != CompressionMethod::DEFLATE {
            return Err(refused(
                "the archive is packed by a method other than deflate",
                "unpack it and give the folder, or pack it anew as an ordinary zip",
            ));
        }
        let crc = entry.crc32();
        let found = archive.get_entry(entry.wayfinder()).map_err(|_| damaged())?;
        let (start, end) = found.compressed_data_range();
        ranges.push((start, end));
        let file = ArchiveEntry {
            archive: path.to_owned(),
            start,
            packed: end - start,
            deflated: method == CompressionMethod::DEFLATE,
            bytes,
            crc,
        };
        let (folder, name) = (parts[..parts.len() - 1].join("/"), parts[parts.len() - 1].clone());
        let read = is_read(&name);
        let twin = files.insert(name.to_lowercase(), (name, file));
        // Files that no profile reads may be called as they like.
        if let Some((twin, _)) = twin.filter(|_| read) {
            let remedy = "pack one export alone, with each file once";
            return Err(EncodeError::input(&twin, "the archive has two files of this name", remedy));
        }
        folders.push(folder);
    }
    ranges.sort_unstable();
    if ranges.windows(2).any(|pair| pair[1].0 < pair[0].1) {
        return Err(refused(
            "files of the archive lie over one another, as in archives that are made to do harm",
            "don't use this archive; pack the export's files anew",
        ));
    }
    folders.sort_unstable();
    folders.dedup();
    if folders.len() > 1 || folders.first().is_some_and(|folder| folder.contains('/')) {
        return Err(refused(
            "the files of the archive lie in several folders, or deeper than one",
            "pack one folder with the export's files",
        ));
    }
    Ok(files)
}

/// The parts of an entry's name; none where it is absolute, or leads out of the folder.
fn parts(name: &[u8]) -> Option<Vec<String>> {
    // Names in an old code page: nothing is looked for by what is lost.
    let name = String::from_utf8_lossy(name).replace('\\', "/");
    let drive = name.as_bytes().get(1) == Some(&b':');
    if name.starts_with('/') || drive || name.contains('\0') {
        return None;
    }
    let parts: Vec<String> =
        name.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect();
    (!parts.is_empty() && !parts.iter().any(|part| part == "..")).then_some(parts)
}

impl ArchiveEntry {
    /// Where the archive is.
    pub(crate) fn archive(&self) -> &Path {
        &self.archive
    }

    /// Reads the entry from its archive, which is `file`; what is damaged ends in an error at its end.
    pub(crate) fn open(&self, mut file: File) -> io::Result<Box<dyn Read>> {
        file.seek(SeekFrom::Start(self.start))?;
        let packed = io::BufReader::with_capacity(1 << 15, file).take(self.packed);
        let bytes: Box<dyn Read> =
            if self.deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
        Ok(Box::new(Checked { bytes, left: self.bytes, expected: self.crc, crc: Crc::new() }))
    }
}

/// Passes on no more bytes than an entry says it has, and checks them at the end.
struct Checked {
    bytes: Box<dyn Read>,
    left: u64,
    expected: u32,
    crc: Crc,
}

impl Read for Checked {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let damaged = |rule| io::Error::new(io::ErrorKind::InvalidData, Damaged(rule));
        let n = self.bytes.read(out).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::UnexpectedEof => {
                damaged("the file is damaged within its archive")
            }
            _ => error,
        })?;
        self.left = (self.left)
            .checked_sub(n as u64)
            .ok_or_else(|| damaged("the file is larger than its archive says"))?;
        self.crc.update(&out[..n]);
        if n == 0 && !out.is_empty() && (self.left > 0 || self.crc.sum() != self.expected) {
            return Err(damaged("the file is damaged within its archive: its checksum is another"));
        }
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_in_their_folder() {
        let joined = |name: &str| parts(name.as_bytes()).map(|parts| parts.join("/"));
        assert_eq!(joined("export/Client.csv").as_deref(), Some("export/Client.csv"));
        assert_eq!(joined("./export\\Client.csv").as_deref(), Some("export/Client.csv"));
        for name in ["../Client.csv", "a/../../Client.csv", "/etc/Client.csv", "C:\\Client.csv", "\\x", ""] {
            assert_eq!(joined(name), None, "{name}");
        }
    }
}
