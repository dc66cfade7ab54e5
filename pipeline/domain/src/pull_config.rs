//! Where a hub pulls a sealed extract from: `[city.source.pull]` with one table of a kind.
//!
//! Holds no secret: only the files that hold one are named.

use std::path::PathBuf;

use serde::Deserialize;

use crate::host_key::is_host_key;

/// Bytes that a sealed extract may have where configuration does not say.
const MOST_BYTES: u64 = 32 << 30;

/// How a source's sealed extract comes to the hub.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullConfig {
    /// The agency's public keys, as `pathways keys show` prints them; two while it rotates its signing key.
    pub signed_by: Vec<String>,
    /// Most bytes that are taken.
    #[serde(default = "most_bytes")]
    pub most_bytes: u64,
    /// Seconds after which a request, or a connection without a byte, is given up and tried again.
    #[serde(default = "timeout_seconds")]
    pub timeout_seconds: u32,
    /// How often in a row something is tried without getting a byte further.
    #[serde(default = "attempts")]
    pub attempts: u32,
    /// A file on a disk that the hub reads.
    pub folder: Option<FolderPull>,
    /// A file on a server by SFTP.
    pub sftp: Option<SftpPull>,
    /// An object in an S3-compatible store.
    pub s3: Option<S3Pull>,
    /// A file on a web server, by HTTPS.
    pub https: Option<HttpsPull>,
}

/// A file on a disk that the hub reads.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FolderPull {
    /// The sealed extract.
    pub file: PathBuf,
}

/// A file on a server by SFTP, through the system's `ssh`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SftpPull {
    /// Host.
    pub host: String,
    /// Port.
    #[serde(default = "ssh_port")]
    pub port: u16,
    /// User.
    pub user: String,
    /// Path on the server.
    pub path: String,
    /// File of the hub's private SSH key, without a passphrase and readable by its owner alone.
    pub key: PathBuf,
    /// The server's public keys, one `ssh-ed25519 AAAA…` each, as its operator gave them. No other is trusted.
    pub host_keys: Vec<String>,
}

/// An object in an S3-compatible store.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Pull {
    /// Address of the store (`https://…`); without it, Amazon's.
    pub endpoint: Option<String>,
    /// Region.
    pub region: String,
    /// Bucket.
    pub bucket: String,
    /// Name of the object.
    pub path: String,
    /// File with `access_key_id` and `secret_access_key`; without it, `AWS_ACCESS_KEY_ID` and
    /// `AWS_SECRET_ACCESS_KEY` of the environment.
    pub credentials: Option<PathBuf>,
    /// Certificate of the one authority that is trusted (PEM); without it, the system's.
    pub ca: Option<PathBuf>,
}

/// A file on a web server.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpsPull {
    /// Address, `https://…`.
    pub url: String,
    /// File with `username` and `password`, or `token`.
    pub credentials: Option<PathBuf>,
    /// Certificate of the one authority that is trusted (PEM); without it, the system's.
    pub ca: Option<PathBuf>,
}

/// The one kind that a configuration names.
#[derive(Debug, Clone, Copy)]
pub enum Location<'a> {
    /// On a disk.
    Folder(&'a FolderPull),
    /// By SFTP.
    Sftp(&'a SftpPull),
    /// In an S3-compatible store.
    S3(&'a S3Pull),
    /// By HTTPS.
    Https(&'a HttpsPull),
}

impl PullConfig {
    /// Where the extract lies.
    pub fn location(&self) -> Option<Location<'_>> {
        let kinds = [
            self.folder.as_ref().map(Location::Folder),
            self.sftp.as_ref().map(Location::Sftp),
            self.s3.as_ref().map(Location::S3),
            self.https.as_ref().map(Location::Https),
        ];
        let mut named = kinds.into_iter().flatten();
        let only = named.next();
        if named.next().is_some() { None } else { only }
    }

    /// The rule that is broken, with its field.
    pub(crate) fn check(&self) -> Result<(), (&'static str, &'static str)> {
        let Some(location) = self.location() else {
            return Err((
                "pull",
                "name one of [pull.folder], [pull.sftp], [pull.s3] and [pull.https], and only one",
            ));
        };
        if self.signed_by.is_empty() {
            return Err((
                "pull.signed_by",
                "name the agency's public key, as `pathways keys show` prints it there",
            ));
        }
        if self.timeout_seconds == 0 || self.attempts == 0 {
            return Err(("pull", "timeout_seconds and attempts are at least 1"));
        }
        let secure = |url: &str| url.starts_with("https://") && url.len() > "https://".len();
        match location {
            Location::Https(https) if !secure(&https.url) => {
                Err(("pull.https.url", "give an address that starts with https://"))
            }
            Location::Https(https) if https.url.contains('@') => Err((
                "pull.https.url",
                "no user or password in an address; put them into the file that `credentials` names",
            )),
            Location::S3(s3) if s3.endpoint.as_ref().is_some_and(|url| !secure(url)) => {
                Err(("pull.s3.endpoint", "give an address that starts with https://"))
            }
            Location::Sftp(sftp) if sftp.host_keys.is_empty() => Err((
                "pull.sftp.host_keys",
                "name the server's public key, as its operator gave it to you; a server is never trusted on sight",
            )),
            Location::Sftp(sftp) if !plain(&sftp.host) || !plain(&sftp.user) => {
                Err(("pull.sftp", "host and user are letters, digits, dots, hyphens and underscores"))
            }
            Location::Sftp(sftp) if sftp.host_keys.iter().any(|key| key.contains(['\n', '\r'])) => {
                Err(("pull.sftp.host_keys", "a key is one line"))
            }
            Location::Sftp(sftp) if !sftp.host_keys.iter().all(|key| is_host_key(key)) => Err((
                "pull.sftp.host_keys",
                "write each key whole, as `ssh-ed25519 AAAA…` stands in the server's ssh_host_ed25519_key.pub: no fingerprint, and no \
                 host before it",
            )),
            _ => Ok(()),
        }
    }

    /// The files that it names on this machine.
    pub fn files(&self) -> Vec<PathBuf> {
        self.clone().paths().map(std::mem::take).collect()
    }

    /// Every path, so that relative ones can be resolved.
    pub(crate) fn paths(&mut self) -> impl Iterator<Item = &mut PathBuf> {
        let folder = self.folder.iter_mut().map(|folder| &mut folder.file);
        let sftp = self.sftp.iter_mut().map(|sftp| &mut sftp.key);
        let s3 = self.s3.iter_mut().flat_map(|s3| s3.credentials.iter_mut().chain(&mut s3.ca));
        let https = self.https.iter_mut().flat_map(|https| https.credentials.iter_mut().chain(&mut https.ca));
        folder.chain(sftp).chain(s3).chain(https)
    }
}

/// What can stand on a command line and in a file of `ssh` without being taken for anything else.
fn plain(text: &str) -> bool {
    let inner = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b':');
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(inner)
}

fn most_bytes() -> u64 {
    MOST_BYTES
}

fn timeout_seconds() -> u32 {
    60
}

fn attempts() -> u32 {
    5
}

fn ssh_port() -> u16 {
    22
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pull(text: &str) -> Result<PullConfig, String> {
        let pull: PullConfig =
            toml::from_str(&format!("signed_by = [\"RW\"]\n{text}")).map_err(|e| e.to_string())?;
        pull.check().map_err(|(field, rule)| format!("{field}: {rule}"))?;
        Ok(pull)
    }

    #[test]
    fn a_source_is_pulled_from_one_place() {
        let sftp = "[sftp]\nhost = \"h\"\nuser = \"u\"\npath = \"p\"\nkey = \"k\"\nhost_keys = [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMiAMy9EO1saWprIA2JAanV1DYHb6gLj3b1Hjaq69IB/\"]\n";
        let key = &sftp[sftp.find("[\"ssh").expect("a key")..];
        let parsed = pull(sftp).expect("sound");
        assert!(matches!(parsed.location(), Some(Location::Sftp(sftp)) if sftp.port == 22));
        assert_eq!((parsed.attempts, parsed.timeout_seconds), (5, 60));
        for (text, part) in [
            ("", "name one of"),
            (&*format!("{sftp}[folder]\nfile = \"x\"\n"), "only one"),
            (&*sftp.replace(key, "[]"), "never trusted on sight"),
            (&*sftp.replace(key, "[\"\"]"), "whole"),
            (&*sftp.replace(key, "[\"SHA256:SNO9V2NqPMxX3WzE1xmiRKM3\"]"), "whole"),
            (&*sftp.replace("IB/", ""), "whole"),
            (&*sftp.replace("\"h\"", "\"-oProxyCommand=x\""), "letters, digits"),
            (&*sftp.replace("path", "root"), "unknown field"),
            ("[https]\nurl = \"http://h/x\"\n", "https://"),
            ("[https]\nurl = \"https://user:secret@h/x\"\n", "credentials"),
            ("[s3]\nendpoint = \"http://h\"\nregion = \"r\"\nbucket = \"b\"\npath = \"p\"\n", "https://"),
        ] {
            let error = pull(text).expect_err(text);
            assert!(error.contains(part), "{error}");
        }
    }
}
