//! Which files an export consists of: one, a folder's, or a zip archive's.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::archive::{self, ArchiveEntry};
use crate::error::EncodeError;
use crate::near_name::are_near;
use crate::profile::{Format, Profile};
use crate::text_file::read_fault;
use crate::unchanged::Watch;

/// A file of the export: the name for messages and accounting, and where it lies.
#[derive(Clone)]
pub(crate) struct RawFile {
    pub(crate) name: String,
    place: Place,
    read: Rc<Cell<u64>>,
    watch: Watch,
}

#[derive(Clone)]
enum Place {
    Path(PathBuf),
    Entry(ArchiveEntry),
}

impl RawFile {
    /// Its size; 0 where nobody can tell, for what rests on it is no more than thrift and progress.
    pub(crate) fn bytes(&self) -> u64 {
        match &self.place {
            Place::Path(path) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
            Place::Entry(entry) => entry.bytes,
        }
    }

    /// Opens it from its start.
    pub(crate) fn open(&self) -> Result<Box<dyn Read>, EncodeError> {
        let inner: Box<dyn Read> = match &self.place {
            Place::Path(path) => Box::new(self.watch.open(path)?),
            Place::Entry(entry) => {
                let archive = self.watch.open(entry.archive())?;
                entry.open(archive).map_err(EncodeError::io(Path::new(&self.name)))?
            }
        };
        Ok(Box::new(Counted { inner, read: Rc::clone(&self.read) }))
    }

    /// Opens it for reading here and there, which an archive does not allow.
    pub(crate) fn open_file(&self) -> Result<File, EncodeError> {
        match &self.place {
            Place::Path(path) => self.watch.open(path),
            Place::Entry(_) => Err(EncodeError::input(
                &self.name,
                "Parquet can't be read from an archive",
                "unpack it and give the folder; Parquet is compressed already",
            )),
        }
    }
}

/// Counts the bytes that are read.
struct Counted {
    inner: Box<dyn Read>,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.read.set(self.read.get() + n as u64);
        Ok(n)
    }
}

/// The files of an export: one, or those of a folder or an archive, by lower-case name.
pub(crate) struct RawFiles {
    place: String,
    single: Option<RawFile>,
    folder: BTreeMap<String, RawFile>,
    /// The folder that was listed, where the export is one.
    listed: Option<PathBuf>,
    /// The names that the profile reads, in lower case.
    names_read: BTreeSet<String>,
    /// What else lies there, by lower-case name.
    others: BTreeMap<String, Other>,
    read: Rc<Cell<u64>>,
    watch: Watch,
}

/// What is no file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Other {
    Folder,
    /// A link that leads nowhere, or in a circle.
    LostLink,
    /// A pipe, a socket, a device.
    Odd,
}

/// What lies in a folder.
#[derive(Default)]
struct Listing {
    files: BTreeMap<String, PathBuf>,
    folders: Vec<PathBuf>,
    others: BTreeMap<String, Other>,
}

impl Listing {
    /// Lists a folder; `is_read` tells the names that the profile reads.
    fn of(folder: &Path, is_read: impl Fn(&str) -> bool) -> Result<Self, EncodeError> {
        let mut listing = Self::default();
        for entry in fs::read_dir(folder).map_err(EncodeError::io(folder))? {
            let path = entry.map_err(EncodeError::io(folder))?.path();
            let name = name_of(&path);
            let other = match fs::metadata(&path) {
                Ok(metadata) if metadata.is_file() => {
                    let twin = listing.files.insert(name.to_lowercase(), path);
                    // Files that no profile reads may be called as they like.
                    if let Some(twin) = twin.map(|twin| name_of(&twin)).filter(|twin| is_read(twin)) {
                        let rule = "two files of the export have this name but for upper and lower case";
                        return Err(EncodeError::input(&twin, rule, "leave one of them"));
                    }
                    continue;
                }
                Ok(metadata) if metadata.is_dir() => {
                    listing.folders.push(path);
                    Other::Folder
                }
                Ok(_) => Other::Odd,
                Err(_) => Other::LostLink,
            };
            listing.others.insert(name.to_lowercase(), other);
        }
        Ok(listing)
    }

    /// The only folder, where there is nothing beside it but what systems add.
    fn only_folder(&self) -> Option<&Path> {
        let added = |name: &str| name.starts_with('.') || name == "__macosx";
        let mut folders = self.folders.iter().filter(|path| !added(&name_of(path).to_lowercase()));
        let alone = self.files.keys().all(|name| added(name) || name == "desktop.ini" || name == "thumbs.db");
        folders.next().filter(|_| alone && folders.next().is_none()).map(PathBuf::as_path)
    }
}

impl RawFiles {
    pub(crate) fn open(profile: &Profile, input: &Path) -> Result<Self, EncodeError> {
        let metadata = fs::metadata(input).map_err(EncodeError::typed(input))?;
        let place = name_of(input);
        if !metadata.is_file() && !metadata.is_dir() {
            return Err(EncodeError::place(
                input,
                "this is neither a file nor a folder",
                "give the export as a file, a folder or a zip archive",
            ));
        }
        // Of lines a file may have none.
        if metadata.is_file() && metadata.len() == 0 && profile.format != Format::Ndjson {
            return Err(EncodeError::input(&place, "the file is empty", "export it again"));
        }
        let mut files = Self {
            place: place.clone(),
            single: None,
            folder: BTreeMap::new(),
            listed: None,
            names_read: names_read(profile),
            others: BTreeMap::new(),
            read: Rc::default(),
            watch: Watch::default(),
        };
        let (read, watch) = (Rc::clone(&files.read), files.watch.clone());
        let raw = |name, place| RawFile { name, place, read: Rc::clone(&read), watch: watch.clone() };
        let archive = metadata.is_file() && profile.format != Format::Parquet && archive::is_archive(input);
        if metadata.is_file() && !archive && archive::stands_behind(input) {
            return Err(EncodeError::input(
                &place,
                "an archive stands in it behind something else, as in one that unpacks itself",
                "unpack it, and give the folder",
            ));
        }
        if metadata.is_file() && !archive {
            // Rules are found by file name, and a single file is the file of identities whatever it is called.
            let name = profile.people.clone().unwrap_or(place);
            files.single = Some(raw(name, Place::Path(input.to_owned())));
            return Ok(files);
        }
        let names = files.names_read.clone();
        let is_read = |name: &str| names.contains(&name.to_lowercase());
        let mut folder = BTreeMap::new();
        if archive {
            let mut entries = archive::list(input, watch.open(input)?, &place, is_read)?;
            if profile.people.is_none() {
                let (Some((_, (name, entry))), true) = (entries.pop_first(), entries.is_empty()) else {
                    return Err(profile.fault(
                        "people: the export is an archive; name the file in it that holds the identities",
                    ));
                };
                files.single = Some(raw(name, Place::Entry(entry)));
                return Ok(files);
            }
            for (lower, (name, entry)) in entries {
                folder.insert(lower, raw(name, Place::Entry(entry)));
            }
        } else {
            if profile.people.is_none() {
                return Err(profile
                    .fault("people: the export is a folder; name the file in it that holds the identities"));
            }
            let (mut listing, mut listed) = (Listing::of(input, is_read)?, input.to_owned());
            // As an archive may hold one folder.
            if let Some(only) = listing.only_folder() {
                (listing, listed) = (Listing::of(only, is_read)?, only.to_owned());
            }
            files.listed = Some(listed);
            for (lower, path) in listing.files {
                folder.insert(lower, raw(name_of(&path), Place::Path(path)));
            }
            files.others = listing.others;
        }
        files.folder = folder;
        Ok(files)
    }

    /// The file with identities.
    pub(crate) fn people(&self, profile: &Profile) -> Result<RawFile, EncodeError> {
        match (&self.single, &profile.people) {
            (Some(file), _) => Ok(file.clone()),
            (None, Some(name)) => self.require(name),
            (None, None) => Err(profile.fault("people: name the file that holds the identities")),
        }
    }

    /// Whether `name` is the file with identities.
    pub(crate) fn is_people(profile: &Profile, name: &str) -> bool {
        profile.people.as_ref().is_some_and(|people| people.eq_ignore_ascii_case(name))
    }

    pub(crate) fn find(&self, name: &str) -> Option<RawFile> {
        self.folder.get(&name.to_lowercase()).cloned()
    }

    /// As [`Self::find`], of a file that the export may lack.
    ///
    /// # Errors
    /// Something of that name is there, and it is no file; or it is there under a name that was made of it.
    pub(crate) fn find_optional(&self, name: &str) -> Result<Option<RawFile>, EncodeError> {
        let file = self.find(name);
        let otherwise =
            || self.others.contains_key(&name.to_lowercase()) || self.otherwise_called(name).is_some();
        if file.is_none() && otherwise() {
            return self.require(name).map(Some);
        }
        Ok(file)
    }

    pub(crate) fn require(&self, name: &str) -> Result<RawFile, EncodeError> {
        self.find(name).ok_or_else(|| {
            let optional = "export it, or mark it `optional = true` in the profile";
            if let Some(found) = self.otherwise_called(name) {
                return EncodeError::input(
                    &format!("{}/{name}", self.place),
                    format!("the export lacks this file, which the source profile reads; there is `{found}`"),
                    match found.to_lowercase().rsplit_once('.').map(|(_, ending)| ending) {
                        Some("gz" | "zip" | "bz2" | "xz" | "zst" | "7z") => "unpack it",
                        Some("xlsx" | "xls") => "save it as CSV (UTF-8) under that name",
                        _ => "call it by that name; a system may hide how it ends",
                    },
                );
            }
            let (rule, remedy) = match self.others.get(&name.to_lowercase()) {
                Some(Other::LostLink) => (
                    "this can't be opened: a link that leads nowhere or in a circle, or a file that this user may not see",
                    "put the file itself there",
                ),
                Some(Other::Folder) => {
                    ("this is a folder, and the source profile reads a file of this name", "put the file there")
                }
                Some(Other::Odd) => {
                    ("this is neither a file nor a folder", "put the file itself there")
                }
                None if self.folder.keys().any(|name| is_archive_name(name)) => (
                    "the export lacks this file, which the source profile reads; it holds an archive, which is not looked into",
                    "give that archive by itself, or unpack it",
                ),
                None if self.others.values().any(|other| *other == Other::Folder) => (
                    "the export lacks this file, which the source profile reads; it holds folders, which are not looked into",
                    "give the folder that holds the files",
                ),
                None => ("the export lacks this file, which the source profile reads", optional),
            };
            EncodeError::input(&format!("{}/{name}", self.place), rule, remedy)
        })
    }

    /// The file `name` under a name that browsers, mail programs and systems make of it: another ending, a number.
    fn otherwise_called(&self, name: &str) -> Option<String> {
        let name = name.to_lowercase();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
        let is_so = |found: &str| {
            let further = found.strip_prefix(&*name).map(str::trim);
            let another = found.strip_prefix(stem).and_then(|rest| rest.strip_prefix('.'));
            let copy = found.strip_suffix(ending).and_then(|rest| rest.strip_suffix('.'));
            let copied = COPIES_OF.iter().find_map(|words| found.strip_prefix(words)).unwrap_or_default();
            further.is_some_and(|rest| rest.is_empty() || FURTHER_ENDINGS.contains(&rest))
                || found == stem
                || copied == name
                || copy.is_some_and(|copy| are_near(copy, stem))
                || another.is_some_and(|other| OTHER_ENDINGS.contains(&other))
                || copy.and_then(|copy| copy.strip_prefix(stem)).is_some_and(is_copy)
        };
        let mut files = self.folder.iter().filter(|(found, _)| !self.names_read.contains(*found));
        files.find(|(found, _)| is_so(found)).map(|(_, file)| file.name.clone())
    }

    /// Refuses the export if a file of it is no more what it was when it was opened, or one came that the profile reads.
    pub(crate) fn refuse_changed(&self) -> Result<(), EncodeError> {
        self.watch.refuse_changed()?;
        let Some(folder) = &self.listed else { return Ok(()) };
        for entry in fs::read_dir(folder).map_err(EncodeError::io(folder))? {
            let name = name_of(&entry.map_err(EncodeError::io(folder))?.path());
            let lower = name.to_lowercase();
            if self.names_read.contains(&lower)
                && self.find(&name).is_none()
                && !self.others.contains_key(&lower)
            {
                let remedy = "wait until the export is done, and encode again";
                return Err(EncodeError::input(&name, "it came while the export was read", remedy));
            }
        }
        Ok(())
    }

    /// Why a file lacks a column: where it is damaged within its archive, which only its end tells, that is the cause.
    pub(crate) fn of_damage(&self, error: EncodeError) -> EncodeError {
        let EncodeError::NoColumn { file: name, .. } = &error else { return error };
        let file = self.single.clone().or_else(|| self.find(name));
        let Some(file) = file.filter(|file| matches!(file.place, Place::Entry(_))) else { return error };
        let read = file.open().and_then(|mut file| {
            io::copy(&mut file, &mut io::sink()).map_err(|error| read_fault(name, &error, 0))
        });
        read.err().unwrap_or(error)
    }

    /// Bytes read so far, of all files.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.read.get()
    }

    /// Bytes that an encoding reads: the file of identities twice, and every other as often as a rule
    /// names it.
    pub(crate) fn bytes_to_read(&self, profile: &Profile) -> u64 {
        let size = |name: &str| self.find(name).map_or(0, |file| file.bytes());
        let people = self.people(profile).map_or(0, |file| file.bytes());
        let others = profile.files.iter().filter(|rules| !Self::is_people(profile, &rules.name));
        let joined = profile.files.iter().flat_map(|rules| &rules.joins);
        let others: u64 =
            others.map(|rules| size(&rules.name)).chain(joined.map(|join| size(&join.file))).sum();
        2 * people + others
    }
}

/// The names of the files that the profile reads, in lower case.
fn names_read(profile: &Profile) -> BTreeSet<String> {
    let joined = profile.files.iter().flat_map(|rules| rules.joins.iter().map(|join| &join.file));
    let own = profile.files.iter().map(|rules| &rules.name);
    let hmis = (profile.format == Format::HmisCsv).then_some("Export.csv");
    let names = own.chain(joined).chain(&profile.people).map(String::as_str).chain(hmis);
    names.map(str::to_lowercase).collect()
}

/// What is written behind the whole name of a file.
const FURTHER_ENDINGS: [&str; 17] = [
    ".txt",
    ".csv",
    ".gz",
    ".zip",
    ".bz2",
    ".xz",
    ".zst",
    ".7z",
    ".xlsx",
    ".bak",
    ".crdownload",
    ".part",
    ".partial",
    ".filepart",
    ".download",
    ".tmp",
    "~",
];
/// What stands in front of the name of a copy.
const COPIES_OF: [&str; 5] = ["copy of ", "kopie von ", "copie de ", "copia de ", "c\u{f3}pia de "];
/// What stands behind it.
const COPY: [&str; 5] = ["copy", "kopie", "copie", "copia", "c\u{f3}pia"];
/// How a file of the same name may end.
const OTHER_ENDINGS: [&str; 10] =
    ["csv", "tsv", "txt", "dat", "tab", "json", "jsonl", "ndjson", "xlsx", "xls"];

/// ` (1)`, `[1]`, ` - copy`, ` 2`, `_1`, or a space: what a second file of one name is called.
fn is_copy(mark: &str) -> bool {
    let (spaced, mark) = (mark.starts_with(' '), mark.trim());
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let between = |open, close| mark.strip_prefix(open).and_then(|mark| mark.strip_suffix(close));
    let copy = mark.trim_start_matches(['-', '_', ' ']);
    (spaced && (mark.is_empty() || number(mark)))
        || between('(', ')').or_else(|| between('[', ']')).is_some_and(number)
        || mark.strip_prefix(['_', '-']).is_some_and(number)
        || COPY.iter().filter_map(|word| copy.strip_prefix(word)).any(|rest| rest.is_empty() || is_copy(rest))
}

fn is_archive_name(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
