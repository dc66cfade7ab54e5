//! The extract folder: written aside, then put in place by renaming.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use domain::{FileEntry, Manifest, RowsRead};
use serde::Serialize;
use tempfile::{NamedTempFile, TempDir};

use crate::accounting::entries;
use crate::error::EncodeError;
use crate::spill::Sorter;
use crate::write_table::Written;

const PEOPLE: &str = "people.parquet";
const EVENTS: &str = "events.parquet";
const MANIFEST: &str = "manifest.json";
/// How the folder is called in which an extract is written.
const WRITING: &str = ".encode-";
/// How the folder is called in which the extract before it waits until its place is taken.
const REPLACED: &str = ".replaced-";

/// Where the quarantine of the extract at `out` lies: beside it, since it stays at the agency.
pub(crate) fn quarantine_path(out: &Path) -> PathBuf {
    let mut name = out.file_name().unwrap_or_default().to_owned();
    name.push(".quarantine.json");
    out.with_file_name(name)
}

/// A text that is to stand beside an extract and tells of it.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub text: String,
}

/// A finished file that waits to be put in its place.
struct Waiting {
    file: NamedTempFile,
    path: PathBuf,
}

/// The folder that is to become an extract, beside its place; removed again unless it is put there.
pub(crate) struct ExtractFolder {
    out: PathBuf,
    aside: TempDir,
    /// Whose extract it is.
    source: String,
    /// Held as long as the folder is in use, so that no other run takes it for one that was left behind.
    held: Option<File>,
}

impl ExtractFolder {
    /// Makes the folder.
    ///
    /// # Errors
    /// [`EncodeError::Io`] when the place is taken by something that is no extract, or can't be written.
    pub(crate) fn prepare(out: &Path, source: &str) -> Result<Self, EncodeError> {
        check_place(out, source)?;
        let parent = parent(out);
        fs::create_dir_all(parent).map_err(EncodeError::io(parent))?;
        remove_left_behind(WRITING, parent);
        let (aside, held) = held_folder(WRITING, parent)?;
        Ok(Self { out: out.to_owned(), aside, source: source.to_owned(), held })
    }

    /// Where temporary files may lie: nameless ones, which go when the program ends, however it ends.
    pub(crate) fn scratch(&self) -> &Path {
        self.aside.path()
    }

    pub(crate) fn people(&self) -> PathBuf {
        self.aside.path().join(PEOPLE)
    }

    pub(crate) fn events(&self) -> PathBuf {
        self.aside.path().join(EVENTS)
    }

    /// An extract of people is not replaced by one of nobody, nor one of events by one in which nothing happened:
    /// an export of headers alone, or of shifted columns, would take its agency out of what is released.
    fn refuse_emptying(&self, manifest: &Manifest) -> Result<(), EncodeError> {
        let here = manifest_in(&self.out);
        let emptied = |file: fn(&Manifest) -> &FileEntry| {
            file(manifest).rows == 0 && here.as_ref().is_some_and(|here| file(here).rows > 0)
        };
        if !emptied(|manifest| &manifest.people) && !emptied(|manifest| &manifest.events) {
            return Ok(());
        }
        let sum = |of: fn(&RowsRead) -> u64| manifest.rows_read.iter().map(of).sum::<u64>();
        Err(EncodeError::input(
            &self.out.display().to_string(),
            format!(
                "the extract that is here stays: the new one would hold {} records and {} events, of {} rows read, {} skipped and {} \
                 set aside",
                manifest.people.rows,
                manifest.events.rows,
                sum(|rows| rows.read),
                sum(|rows| rows.skipped),
                sum(|rows| rows.quarantined),
            ),
            "encode into another folder and see its quarantine file for the reasons; where the source really holds nothing any more, \
             delete the extract that is here",
        ))
    }

    /// Writes manifest, quarantine and papers, and puts all of them in their places, or none.
    pub(crate) fn finish(
        self,
        manifest: &Manifest,
        entries: Sorter,
        papers: &[Paper],
    ) -> Result<(), EncodeError> {
        self.refuse_emptying(manifest)?;
        write_json(&self.aside.path().join(MANIFEST), manifest)?;
        let parent = parent(&self.out);
        let quarantine = quarantine_path(&self.out);
        let mut waiting = vec![
            self.waiting(quarantine, |file| write_quarantine(file, &manifest.agency, manifest, entries))?,
        ];
        for paper in papers {
            let write = |mut file: &File| file.write_all(paper.text.as_bytes());
            let paper = self.waiting(paper.path.clone(), write)?;
            // Unlike the quarantine it may be read by whoever may read the place.
            open_to_readers(&paper)?;
            waiting.push(paper);
        }
        // The papers go first: an extract in place always has its quarantine beside it.
        let replaced = replace(waiting, parent)?;
        if let Err(error) = put_in_place(self.aside, &self.out, &self.source) {
            replaced.undo();
            return Err(error);
        }
        drop(replaced);
        drop(self.held);
        remove_left_behind(REPLACED, parent);
        Ok(())
    }

    /// Writes a file that is to stand at `path`, on the same disk.
    fn waiting(
        &self,
        path: PathBuf,
        write: impl FnOnce(&File) -> io::Result<()>,
    ) -> Result<Waiting, EncodeError> {
        if path.is_dir() {
            return Err(EncodeError::place(
                &path,
                "a folder is in the place of a file that goes beside the extract, so that nothing was written",
                "move it away, or write the extract elsewhere",
            ));
        }
        let file = tempfile::Builder::new().prefix(WRITING).tempfile_in(self.aside.path());
        let file = file.map_err(EncodeError::io(&path))?;
        write(file.as_file()).and_then(|()| file.as_file().sync_all()).map_err(EncodeError::io(&path))?;
        Ok(Waiting { file, path })
    }
}

#[cfg(unix)]
fn open_to_readers(paper: &Waiting) -> Result<(), EncodeError> {
    let readable = std::os::unix::fs::PermissionsExt::from_mode(0o644);
    paper.file.as_file().set_permissions(readable).map_err(EncodeError::io(&paper.path))
}

#[cfg(not(unix))]
fn open_to_readers(_: &Waiting) -> Result<(), EncodeError> {
    Ok(())
}

/// Files that were put in their places, and what stood there before.
struct Replaced {
    before: (TempDir, Option<File>),
    /// Every place, and whether something stood there.
    places: Vec<(PathBuf, bool)>,
}

impl Replaced {
    fn old(&self, at: usize) -> PathBuf {
        self.before.0.path().join(format!("paper{at}"))
    }

    /// Puts back what stood there. Best effort: the error that led to it is the one to tell.
    fn undo(self) {
        for (at, (path, stood)) in self.places.iter().enumerate() {
            drop(if *stood { fs::rename(self.old(at), path) } else { fs::remove_file(path) });
        }
    }
}

/// Renames each file to its place. Where one can't be, all places are as they were.
fn replace(files: Vec<Waiting>, parent: &Path) -> Result<Replaced, EncodeError> {
    let mut replaced = Replaced { before: held_folder(REPLACED, parent)?, places: Vec::new() };
    for Waiting { file, path } in files {
        let stood = match fs::rename(&path, replaced.old(replaced.places.len())) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(error) => {
                replaced.undo();
                return Err(EncodeError::Io { path, error });
            }
        };
        let put = file.persist(&path);
        if let Err(error) = put {
            if stood {
                replaced.places.push((path.clone(), true));
            }
            replaced.undo();
            return Err(EncodeError::Io { path, error: error.error });
        }
        replaced.places.push((path, stood));
    }
    Ok(replaced)
}

fn parent(out: &Path) -> &Path {
    out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file's entry in the manifest.
pub(crate) fn people_entry(written: Written) -> FileEntry {
    FileEntry { name: PEOPLE.to_owned(), rows: written.rows, sha256: written.sha256 }
}

/// The file's entry in the manifest.
pub(crate) fn events_entry(written: Written) -> FileEntry {
    FileEntry { name: EVENTS.to_owned(), rows: written.rows, sha256: written.sha256 }
}

/// A JSON array, an entry at a time.
fn write_quarantine(file: &File, source: &str, manifest: &Manifest, sorted: Sorter) -> io::Result<()> {
    let mut out = io::BufWriter::new(file);
    let mut before = "[";
    entries(source, &manifest.rows_read, sorted, |entry| {
        let text = serde_json::to_string_pretty(entry)?.replace('\n', "\n  ");
        write!(out, "{before}\n  {text}")?;
        before = ",";
        Ok(())
    })?;
    out.write_all(if before == "[" { b"[]\n" } else { b"\n]\n" })?;
    out.into_inner().map_err(io::IntoInnerError::into_error).map(drop)
}

/// The manifest of the extract that is there, where it can be read.
fn manifest_in(folder: &Path) -> Option<Manifest> {
    fs::read(folder.join(MANIFEST)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok())
}

/// Refuses a place that holds something other than an extract of the source.
fn check_place(out: &Path, source: &str) -> Result<bool, EncodeError> {
    match fs::symlink_metadata(out) {
        Ok(metadata) if !metadata.is_dir() => {
            Err(EncodeError::place(out, "there is a file here that is no extract folder", "move it away"))
        }
        Ok(_) if !is_extract(out)? => {
            Err(EncodeError::place(out, "the folder is not empty and holds no extract", "name another"))
        }
        Ok(_) if manifest_in(out).is_some_and(|here| here.agency != source) => Err(EncodeError::place(
            out,
            &format!(
                "the folder holds an extract of another source than `{source}`, which would be replaced"
            ),
            "name another folder, or move that extract away",
        )),
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        // A file where a folder should be is told when the folder is made.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(EncodeError::Io { path: out.to_owned(), error }),
    }
}

/// Renames the finished folder to `out`; what stood there before goes only once its place is taken.
fn put_in_place(aside: TempDir, out: &Path, source: &str) -> Result<(), EncodeError> {
    let old = if check_place(out, source)? {
        let old = held_folder(REPLACED, parent(out))?;
        fs::rename(out, old.0.path().join("extract")).map_err(EncodeError::io(out))?;
        Some(old)
    } else {
        None
    };
    let aside = aside.keep();
    if let Err(error) = fs::rename(&aside, out) {
        if let Some(old) = &old {
            // Best effort: the old extract back in its place. The first error is the one to tell.
            drop(fs::rename(old.0.path().join("extract"), out));
        }
        drop(fs::remove_dir_all(&aside));
        return Err(EncodeError::Io { path: out.to_owned(), error });
    }
    Ok(())
}

/// A temporary folder that is held while it is in use.
fn held_folder(prefix: &str, parent: &Path) -> Result<(TempDir, Option<File>), EncodeError> {
    loop {
        let folder = owners_folder(prefix, parent)?;
        // Another run that tidies up may have come upon it before it was held.
        match hold(folder.path()) {
            Held::Ours(held) => return Ok((folder, Some(held))),
            Held::Unknown if folder.path().exists() => return Ok((folder, None)),
            Held::Unknown | Held::Theirs => {}
        }
    }
}

/// Whether a folder is in use.
enum Held {
    /// By nobody till now.
    Ours(File),
    /// By another run.
    Theirs,
    /// The system can't tell: it locks no folders, or it is gone.
    Unknown,
}

fn hold(folder: &Path) -> Held {
    let Ok(file) = File::open(folder) else { return Held::Unknown };
    match file.try_lock() {
        Ok(()) if folder.exists() => Held::Ours(file),
        Err(fs::TryLockError::WouldBlock) => Held::Theirs,
        Ok(()) | Err(fs::TryLockError::Error(_)) => Held::Unknown,
    }
}

/// Removes what runs that were killed left beside an extract. A folder that is in use stays, and so does one
/// that can't be removed: the run does not hang on it.
fn remove_left_behind(prefix: &str, parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours =
            name.to_str().and_then(|name| name.strip_prefix(prefix)).is_some_and(|rest| rest.len() == 6);
        if ours
            && entry.file_type().is_ok_and(|kind| kind.is_dir())
            && let Held::Ours(held) = hold(&entry.path())
        {
            drop(fs::remove_dir_all(entry.path()));
            drop(held);
        }
    }
}

/// A temporary folder that only its owner can enter.
fn owners_folder(prefix: &str, parent: &Path) -> Result<TempDir, EncodeError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent).map_err(EncodeError::io(parent))
}

/// Creates a file that only its owner can read.
pub(crate) fn owners_file(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Whether a folder may be replaced: an extract, or empty.
///
/// # Errors
/// An extract holds something else too, which would go with it.
fn is_extract(folder: &Path) -> Result<bool, EncodeError> {
    let entries = fs::read_dir(folder).map_err(EncodeError::io(folder))?;
    let entries: Vec<_> = entries.flatten().collect();
    if !folder.join(MANIFEST).is_file() {
        return Ok(entries.is_empty());
    }
    let manifest = manifest_in(folder);
    let own: Vec<_> = manifest.iter().flat_map(|here| [&*here.people.name, &*here.events.name]).collect();
    let may_go = |entry: &fs::DirEntry| {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        is_file && entry.file_name().to_str().is_some_and(|name| own.contains(&name) || may_go(name))
    };
    let others = entries.iter().filter(|entry| !may_go(entry)).count();
    if others == 0 {
        return Ok(true);
    }
    Err(EncodeError::place(
        folder,
        &format!(
            "the extract's folder holds {others} other files or folders, which would go with the extract that is replaced"
        ),
        "move them away",
    ))
}

/// Whether a file of this name is an extract's, or one that file managers leave in any folder.
fn may_go(name: &str) -> bool {
    let known =
        [MANIFEST, PEOPLE, EVENTS, "desktop.ini", "Thumbs.db", ".DS_Store", ".localized", ".directory"];
    // What a Mac writes beside each file, and what a server leaves of one that is open still.
    name.starts_with("._") || name.starts_with(".nfs") || known.contains(&name)
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<(), EncodeError> {
    let io = EncodeError::io(path);
    let mut text = serde_json::to_vec_pretty(value)
        .map_err(|e| EncodeError::Io { path: path.to_owned(), error: io::Error::other(e) })?;
    text.push(b'\n');
    let write = || {
        let mut file = owners_file(path)?;
        file.write_all(&text)?;
        file.sync_all()
    };
    write().map_err(io)
}
