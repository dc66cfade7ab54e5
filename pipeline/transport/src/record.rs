//! What is remembered of a file that was fetched, so that it is not fetched again.

use serde::{Deserialize, Serialize};

/// What a server says of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// Bytes.
    pub bytes: u64,
    /// The server's own mark of this content, where it gives one.
    pub etag: Option<String>,
    /// When it was last modified, where the server says.
    pub modified: Option<String>,
}

impl Seen {
    /// Whether two looks at a place saw the same file. A server that gives neither mark nor time can't tell.
    pub(crate) fn is_surely(&self, other: &Self) -> bool {
        (self.etag.is_some() || self.modified.is_some()) && self == other
    }
}

/// A file that was fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// Where it lay.
    pub place: String,
    /// What the server said of it.
    pub seen: Seen,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
}
