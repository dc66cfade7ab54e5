//! Which files an export consists of: one, a folder's, or a zip archive's.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use crate::archive::{self, ArchiveEntry};
use crate::error::EncodeError;
use crate::profile::{Format, Profile};

/// A file of the export: the name for messages and accounting, and where it lies.
#[derive(Clone)]
pub(crate) struct RawFile {
    pub(crate) name: String,
    place: Place,
    read: Rc<Cell<u64>>,
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
            Place::Path(path) => Box::new(File::open(path).map_err(EncodeError::io(path))?),
            Place::Entry(entry) => entry.open().map_err(EncodeError::io(Path::new(&self.name)))?,
        };
        Ok(Box::new(Counted { inner, read: Rc::clone(&self.read) }))
    }

    /// Opens it for reading here and there, which an archive does not allow.
    pub(crate) fn open_file(&self) -> Result<File, EncodeError> {
        match &self.place {
            Place::Path(path) => File::open(path).map_err(EncodeError::io(path)),
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
    read: Rc<Cell<u64>>,
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
        if metadata.is_file() && metadata.len() == 0 {
            return Err(EncodeError::input(&place, "the file is empty", "export it again"));
        }
        let mut files =
            Self { place: place.clone(), single: None, folder: BTreeMap::new(), read: Rc::default() };
        let raw = |name, place| RawFile { name, place, read: Rc::clone(&files.read) };
        let archive = metadata.is_file() && profile.format != Format::Parquet && archive::is_archive(input);
        if metadata.is_file() && !archive {
            // Rules are found by file name, and a single file is the file of identities whatever it is called.
            let name = profile.people.clone().unwrap_or(place);
            files.single = Some(raw(name, Place::Path(input.to_owned())));
            return Ok(files);
        }
        let mut folder = BTreeMap::new();
        if archive {
            let mut entries = archive::list(input, &place)?;
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
            for entry in fs::read_dir(input).map_err(EncodeError::io(input))? {
                let path = entry.map_err(EncodeError::io(input))?.path();
                if path.is_file() {
                    let file = raw(name_of(&path), Place::Path(path));
                    if let Some(twin) = folder.insert(file.name.to_lowercase(), file) {
                        return Err(EncodeError::input(
                            &twin.name,
                            "two files of the export have this name but for upper and lower case",
                            "leave one of them",
                        ));
                    }
                }
            }
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

    pub(crate) fn require(&self, name: &str) -> Result<RawFile, EncodeError> {
        self.find(name).ok_or_else(|| {
            EncodeError::input(
                &format!("{}/{name}", self.place),
                "the export lacks this file, which the source profile reads",
                "export it, or mark it `optional = true` in the profile",
            )
        })
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

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
