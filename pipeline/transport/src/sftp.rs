//! SFTP through the system's `ssh`.
//!
//! By the crates that opendal uses itself, without opendal between: it can't be told which key the server must
//! have, makes missing folders on the server, and reads the user's own `ssh` settings.

use std::fs;
use std::io::SeekFrom;
use std::path::Path;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use domain::SftpPull;
use openssh::{KnownHosts, Session, SessionBuilder};
use openssh_sftp_client::error::SftpErrorKind;
use openssh_sftp_client::file::File;
use openssh_sftp_client::{Error, Sftp, SftpOptions};
use tempfile::TempDir;
use tokio::io::AsyncSeekExt;

use crate::fault::{Fault, root_cause};
use crate::record::Seen;
use crate::{rule, secret};

/// A session with one file of a server.
pub(crate) struct SftpFile {
    client: Sftp,
    path: String,
    open: Option<File>,
    /// `ssh`'s settings and control socket; removed with the session.
    _folder: TempDir,
}

impl SftpFile {
    pub(crate) async fn connect(sftp: &SftpPull, timeout: Duration) -> Result<Self, Fault> {
        // `ssh` would ignore a key that others can read with a message of its own.
        secret::private(&sftp.key)?;
        let folder = tempfile::Builder::new()
            .prefix("pathways-ssh-")
            .tempdir()
            .map_err(Fault::disk(Path::new("temporary folder")))?;
        let config = folder.path().join("config");
        let known = folder.path().join("known_hosts");
        fs::write(&known, known_hosts(sftp)).map_err(Fault::disk(&known))?;
        fs::write(&config, settings(&known)).map_err(Fault::disk(&config))?;
        let session = SessionBuilder::default()
            .user(sftp.user.clone())
            .port(sftp.port)
            .keyfile(&sftp.key)
            .config_file(&config)
            .user_known_hosts_file(&known)
            .known_hosts_check(KnownHosts::Strict)
            .connect_timeout(timeout)
            .server_alive_interval(Duration::from_secs((timeout.as_secs() / 3).max(1)))
            .control_directory(folder.path())
            .connect(&sftp.host)
            .await
            .map_err(|error| connect_fault(&error))?;
        let client = open_client(session).await?;
        Ok(Self { client, path: sftp.path.clone(), open: None, _folder: folder })
    }

    pub(crate) async fn look(&self) -> Result<Seen, Fault> {
        let there = self.client.fs().metadata(&self.path).await.map_err(|error| fault(&error))?;
        if !there.file_type().is_some_and(|kind| kind.is_file()) {
            return Err(Fault::stop(&rule::MISSING, "it is no file"));
        }
        let modified = there.modified().map(openssh_sftp_client::UnixTimeStamp::as_system_time);
        let modified = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        Ok(Seen {
            bytes: there
                .len()
                .ok_or_else(|| Fault::stop(&rule::MISSING, "the server does not tell its size"))?,
            etag: None,
            modified: modified.map(|since| since.as_secs().to_string()),
        })
    }

    pub(crate) async fn read(&mut self, from: u64, length: u64) -> Result<Bytes, Fault> {
        if self.open.is_none() {
            self.open = Some(self.client.open(&self.path).await.map_err(|error| fault(&error))?);
        }
        let file = self.open.as_mut().ok_or_else(Fault::changed)?;
        file.seek(SeekFrom::Start(from)).await.map_err(|error| Fault::again(&rule::UNREACHABLE, error))?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        match file.read_all(length, BytesMut::with_capacity(length)).await {
            Ok(bytes) => Ok(bytes.freeze()),
            // Shorter than it was a moment ago.
            Err(Error::IOError(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => {
                Err(Fault::changed())
            }
            Err(error) => Err(fault(&error)),
        }
    }
}

async fn open_client(session: Session) -> Result<Sftp, Fault> {
    Sftp::from_session(session, SftpOptions::default()).await.map_err(|error| fault(&error))
}

/// The one server that is trusted, under the name by which `ssh` looks it up.
fn known_hosts(sftp: &SftpPull) -> String {
    let name = if sftp.port == 22 { sftp.host.clone() } else { format!("[{}]:{}", sftp.host, sftp.port) };
    let lines: Vec<String> = sftp.host_keys.iter().map(|key| format!("{name} {}", key.trim())).collect();
    lines.join("\n") + "\n"
}

/// Nothing of the machine's or the user's own settings takes part.
fn settings(known: &Path) -> String {
    format!(
        "Host *\n  GlobalKnownHostsFile /dev/null\n  UserKnownHostsFile \"{}\"\n  StrictHostKeyChecking yes\n  \
         UpdateHostKeys no\n  IdentitiesOnly yes\n  IdentityAgent none\n  PasswordAuthentication no\n  \
         KbdInteractiveAuthentication no\n  BatchMode yes\n  ForwardAgent no\n",
        known.display()
    )
}

fn connect_fault(error: &openssh::Error) -> Fault {
    let said = root_cause(error);
    if let openssh::Error::Ssh(cause) | openssh::Error::Connect(cause) | openssh::Error::Master(cause) = error
        && cause.kind() == std::io::ErrorKind::NotFound
    {
        return Fault::stop(&rule::NO_SSH, "");
    }
    if said.contains("Host key verification failed") || said.contains("IDENTIFICATION HAS CHANGED") {
        return Fault::stop(&rule::HOST_KEY, "");
    }
    // The server's own words may name anything, a person's account among them.
    if said.contains("Too many authentication failures") {
        return Fault::stop(&rule::DENIED, "after too many attempts");
    }
    if said.contains("Permission denied") {
        let takes_keys = said.contains("publickey") || !said.contains('(');
        return Fault::stop(&rule::DENIED, if takes_keys { "" } else { "it takes no keys" });
    }
    Fault::again(&rule::UNREACHABLE, said)
}

fn fault(error: &Error) -> Fault {
    match error {
        Error::SftpError(SftpErrorKind::NoSuchFile, _) => Fault::stop(&rule::MISSING, ""),
        Error::SftpError(SftpErrorKind::PermDenied, _) => Fault::stop(&rule::DENIED, ""),
        other => Fault::again(&rule::UNREACHABLE, root_cause(other)),
    }
}
