//! One file somewhere else: looked at, and read in ranges.

use std::future::Future;
use std::time::Duration;

use bytes::Bytes;
use domain::{Location, PullConfig};

use crate::fault::Fault;
use crate::record::Seen;
use crate::rule;
use crate::sftp::SftpFile;
use crate::store::Store;

/// A connection, made when it is first needed and made anew after a failure.
pub(crate) struct Remote<'a> {
    location: Location<'a>,
    timeout: Duration,
    connection: Option<Connection>,
}

enum Connection {
    Store(Store),
    Sftp(SftpFile),
}

impl<'a> Remote<'a> {
    pub(crate) fn new(pull: &'a PullConfig) -> Result<Self, Fault> {
        let location = pull.location().ok_or_else(|| Fault::stop(&rule::SETTING, "name one place"))?;
        Ok(Self { location, timeout: Duration::from_secs(pull.timeout_seconds.into()), connection: None })
    }

    /// Where it lies, for messages and records.
    pub(crate) fn place(&self) -> String {
        match self.location {
            Location::Folder(folder) => folder.file.display().to_string(),
            Location::Sftp(sftp) => {
                // A relative path begins at the user's own folder, as `~` says.
                let slash = if sftp.path.starts_with('/') { "" } else { "/~/" };
                format!("sftp://{}:{}{slash}{}", sftp.host, sftp.port, sftp.path)
            }
            Location::S3(s3) => {
                let store = s3.endpoint.as_deref().unwrap_or("s3:");
                format!("{store}/{}/{}", s3.bucket, s3.path)
            }
            Location::Https(https) => https.url.clone(),
        }
    }

    pub(crate) async fn look(&mut self) -> Result<Seen, Fault> {
        let timeout = self.timeout;
        let connection = self.connected().await?;
        in_time(timeout, async {
            match connection {
                Connection::Store(store) => store.look().await,
                Connection::Sftp(file) => file.look().await,
            }
        })
        .await
    }

    pub(crate) async fn read(&mut self, from: u64, length: u64, seen: &Seen) -> Result<Bytes, Fault> {
        let timeout = self.timeout;
        let connection = self.connected().await?;
        in_time(timeout, async {
            match connection {
                Connection::Store(store) => store.read(from, length, seen).await,
                Connection::Sftp(file) => file.read(from, length).await,
            }
        })
        .await
    }

    /// After a failure: the next request makes a new connection.
    pub(crate) fn hang_up(&mut self) {
        self.connection = None;
    }

    async fn connected(&mut self) -> Result<&mut Connection, Fault> {
        if self.connection.is_none() {
            let timeout = self.timeout;
            let made = match self.location {
                Location::Folder(folder) => Connection::Store(Store::folder(folder)?),
                Location::S3(s3) => Connection::Store(Store::s3(s3, timeout)?),
                Location::Https(https) => Connection::Store(Store::https(https, timeout)?),
                Location::Sftp(sftp) => {
                    Connection::Sftp(in_time(timeout, SftpFile::connect(sftp, timeout)).await?)
                }
            };
            self.connection = Some(made);
        }
        self.connection.as_mut().ok_or_else(Fault::changed)
    }
}

async fn in_time<T>(timeout: Duration, work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    tokio::time::timeout(timeout, work)
        .await
        .unwrap_or_else(|_| Err(Fault::again(&rule::SLOW, format!("{} seconds", timeout.as_secs()))))
}
