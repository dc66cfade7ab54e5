//! Which files an export consists of.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::EncodeError;
use crate::profile::Profile;

/// A file of the export: the name for messages and accounting, and where it lies.
#[derive(Clone)]
pub(crate) struct RawFile {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
}

impl RawFile {
    /// Its size; 0 where nobody can tell, for what rests on it is no more than thrift.
    pub(crate) fn bytes(&self) -> u64 {
        fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }
}

/// The files of an export: one, or those of a folder, by lower-case name.
pub(crate) struct RawFiles {
    place: String,
    single: Option<RawFile>,
    folder: BTreeMap<String, RawFile>,
}

impl RawFiles {
    pub(crate) fn open(profile: &Profile, input: &Path) -> Result<Self, EncodeError> {
        let metadata = fs::metadata(input).map_err(EncodeError::io(input))?;
        let name_of =
            |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if metadata.is_file() {
            // Rules are found by file name, and a single file is the file of identities whatever it is called.
            let name = profile.people.clone().unwrap_or_else(|| name_of(input));
            let file = RawFile { name, path: input.to_owned() };
            return Ok(Self { place: name_of(input), single: Some(file), folder: BTreeMap::new() });
        }
        if profile.people.is_none() {
            return Err(profile
                .fault("people: the export is a folder; name the file in it that holds the identities"));
        }
        let mut folder = BTreeMap::new();
        for entry in fs::read_dir(input).map_err(EncodeError::io(input))? {
            let path = entry.map_err(EncodeError::io(input))?.path();
            if path.is_file() {
                let file = RawFile { name: name_of(&path), path };
                if let Some(twin) = folder.insert(file.name.to_lowercase(), file) {
                    return Err(EncodeError::input(
                        &twin.name,
                        "two files of the export have this name but for upper and lower case",
                        "leave one of them",
                    ));
                }
            }
        }
        Ok(Self { place: name_of(input), single: None, folder })
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
}
