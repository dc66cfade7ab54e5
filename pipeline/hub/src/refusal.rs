//! What can go wrong: a source that is refused, and a hub that can't go on.

use std::io;
use std::path::{Path, PathBuf};

use domain::{CityId, Rule};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A source that was refused whole: place, rule, remedy. The other sources carry on.
///
/// # Privacy
/// Never holds a cell's value, nor any text of the extract; names of columns are shown, for the
/// steward must know which one to take out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Source.
    pub source: String,
    /// File, and column or row where there is one.
    pub place: String,
    /// Rule id, for example `identified.ssn`.
    pub rule: String,
    /// What the rule says.
    pub reason: String,
    /// What to do.
    pub remedy: String,
}

impl Refusal {
    pub(crate) fn new(source: &str, place: impl Into<String>, rule: &Rule) -> Self {
        Self {
            source: source.to_owned(),
            place: place.into(),
            rule: rule.id.to_owned(),
            reason: rule.reason.to_owned(),
            remedy: rule.remedy.to_owned(),
        }
    }

    /// The same, told of another place.
    pub(crate) fn at(mut self, place: &str) -> Self {
        place.clone_into(&mut self.place);
        self
    }

    /// Adds what the configuration expects; never what the extract holds.
    pub(crate) fn expecting(mut self, expected: &str) -> Self {
        self.reason = format!("{} (expected: {expected})", self.reason);
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}: {}; {} [{}]", self.source, self.place, self.reason, self.remedy, self.rule)
    }
}

impl std::error::Error for Refusal {}

/// Why the hub can't go on with a city.
#[derive(Debug, Error)]
pub enum HubError {
    /// The disk.
    #[error("{path}: {error}; make room there or let the hub's user write, then run again")]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The hub's own copy of a source can't be read.
    #[error(
        "{path}: the hub's own copy of this source can't be read; delete that folder, and the next run pulls the extract again"
    )]
    Store {
        /// Folder.
        path: PathBuf,
    },
    /// What earlier nights of linkage left can't be read.
    #[error(
        "{path}: what earlier nights of linkage left can't be read; restore that folder, or delete it to link anew with new pseudonyms"
    )]
    Linkage {
        /// Folder.
        path: PathBuf,
    },
    /// The epoch's weights can't be read.
    #[error(
        "{path}: the kept weights of linkage can't be read, as after an update of the program; `run --relink weights` estimates them anew, and persons keep their pseudonyms"
    )]
    Weights {
        /// Folder.
        path: PathBuf,
    },
    /// A key of another city.
    #[error("the {key} belongs to another city than {city}; cities never share keys: name {city}'s own")]
    City {
        /// Which key.
        key: &'static str,
        /// The city whose it should be.
        city: CityId,
    },
    /// An attribute which the hub can't compute.
    #[error(
        "attribute `{name}`: the hub has no measure or breakdown of this name and these categories; use the standard workload"
    )]
    Attribute {
        /// Its name.
        name: String,
    },
    /// Persons that do not fit the records.
    #[error(
        "{found} records were given a person where {expected} were ingested; link the records of this very run"
    )]
    Persons {
        /// Records ingested.
        expected: usize,
        /// Persons given.
        found: usize,
    },
    /// Too many records.
    #[error(transparent)]
    Records(#[from] linkage::RecordsError),
    /// Linkage can't go on.
    #[error(transparent)]
    Link(#[from] linkage::LinkError),
    /// The person table does not fit the workload.
    #[error(transparent)]
    PersonTable(#[from] release::PersonTableError),
}

impl HubError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::Io { path, error }
    }
}

/// Why a source stops: it is refused, or the hub itself can't go on.
#[derive(Debug)]
pub(crate) enum Halt {
    Refused(Refusal),
    Hub(HubError),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<HubError> for Halt {
    fn from(error: HubError) -> Self {
        Self::Hub(error)
    }
}
