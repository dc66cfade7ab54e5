//! The archive inside: a plain tar of three files, and nothing else is taken out of one.
//!
//! Nothing is compressed (Parquet is already), so what comes out is never more than what came in.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::path::Path;

use domain::Manifest;

use crate::error::{OpenError, refuse};
use crate::rule;

/// Name of the manifest.
pub(crate) const MANIFEST: &str = "manifest.json";

const NAMES: [&str; 5] = [MANIFEST, "people.parquet", "people.csv", "events.parquet", "events.csv"];

/// Adds a file of `length` bytes.
pub(crate) fn append<W: Write>(
    archive: &mut tar::Builder<W>,
    name: &str,
    length: u64,
    bytes: &mut dyn Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name)?;
    header.set_size(length);
    header.set_mode(0o600);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    let mut exact = Exact { inner: bytes, left: length };
    archive.append(&header, &mut exact)?;
    if exact.left == 0 { Ok(()) } else { Err(io::Error::other("it grew shorter while it was read")) }
}

/// Unpacks into `folder`, which is empty, and returns the manifest.
pub(crate) fn unpack(archive: impl Read, folder: &Path, most_bytes: u64) -> Result<Manifest, OpenError> {
    let mut archive = tar::Archive::new(archive);
    let broken = |_: io::Error| refuse(&rule::BROKEN);
    let mut names: Vec<String> = Vec::new();
    let mut total = 0_u64;
    // Raw: an extended header is an entry of its own, and refused, not a name or a size for the next one.
    for entry in archive.entries().map_err(broken)?.raw(true) {
        let mut entry = entry.map_err(broken)?;
        if entry.header().entry_type() != tar::EntryType::Regular || entry.header().as_ustar().is_none() {
            return Err(refuse(&rule::ENTRY_KIND));
        }
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap_or_default();
        if !NAMES.contains(&name.as_str()) || names.contains(&name) {
            return Err(refuse(&rule::ENTRY_NAME));
        }
        total = total.saturating_add(entry.size());
        if total > most_bytes {
            return Err(refuse(&rule::TOO_LARGE));
        }
        let path = folder.join(&name);
        write(&mut entry, &path)?;
        names.push(name);
    }
    // To the end, for only there does age tell whether it was cut off.
    let rest = io::copy(&mut archive.into_inner().take(1 << 20), &mut Blank).map_err(broken)?;
    if rest >= 1 << 20 {
        return Err(refuse(&rule::ENTRY_NAME));
    }
    let path = folder.join(MANIFEST);
    let manifest = fs::read(&path).map_err(|_| refuse(&rule::INCOMPLETE))?;
    let manifest: Manifest = serde_json::from_slice(&manifest).map_err(|_| refuse(&rule::MANIFEST))?;
    let mut expected = [MANIFEST, &manifest.people.name, &manifest.events.name];
    expected.sort_unstable();
    names.sort_unstable();
    if names == expected { Ok(manifest) } else { Err(refuse(&rule::INCOMPLETE)) }
}

fn write(entry: &mut impl Read, path: &Path) -> Result<(), OpenError> {
    let io = OpenError::io(path);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(&io)?;
    let mut writer = BufWriter::with_capacity(1 << 20, file);
    let mut buffer = vec![0_u8; 1 << 16];
    loop {
        let read = entry.read(&mut buffer).map_err(|_| refuse(&rule::BROKEN))?;
        if read == 0 {
            break;
        }
        writer.write_all(&buffer[..read]).map_err(&io)?;
    }
    writer.into_inner().map_err(|e| io(e.into_error())).and_then(|file: File| file.sync_all().map_err(&io))
}

/// As many bytes as a header said, though the file may have grown since.
struct Exact<'a> {
    inner: &'a mut dyn Read,
    left: u64,
}

impl Read for Exact<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

/// What is left after the archive's end: tar pads with zeros, and nothing else may be there.
struct Blank;

impl Write for Blank {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.iter().all(|byte| *byte == 0) { Ok(bytes.len()) } else { Err(io::Error::other("not blank")) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
