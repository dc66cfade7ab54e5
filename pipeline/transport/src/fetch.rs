//! A file fetched whole: in ranges into a `.part` file, on from where an earlier attempt or an earlier night
//! stopped, and only if it is the same file from the first byte to the last.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use domain::PullConfig;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::fault::{Again, Fault, PullFailure};
use crate::record::{Record, Seen};
use crate::remote::Remote;
use crate::rule;

/// Ranges start at a mebibyte; they grow while all goes well, and shrink where connections break.
const FIRST_RANGE: u64 = 1 << 20;
const LEAST_RANGE: u64 = 1 << 14;
const MOST_RANGE: u64 = 8 << 20;

/// The pause after the first failure in a row; it doubles with each.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const MOST_PAUSE: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The server still has the file that was fetched before.
    Unchanged,
    /// A whole file.
    Whole {
        /// Where it lies now.
        path: PathBuf,
        /// What to remember of it.
        record: Record,
    },
}

/// What a `.part` file is a part of.
#[derive(PartialEq, Serialize, Deserialize)]
struct Part {
    place: String,
    seen: Seen,
}

/// Looks at the file without reading it.
///
/// # Errors
/// [`PullFailure`] with place, rule and remedy.
pub fn look(pull: &PullConfig) -> Result<Seen, PullFailure> {
    let mut remote = Remote::new(pull).map_err(|fault| fault.at("pull"))?;
    let place = remote.place();
    block_on(async {
        let mut patience = Patience::new(pull);
        look_patiently(&mut remote, &mut patience, pull.most_bytes).await
    })
    .map_err(|fault| fault.at(&place))
}

/// Fetches the file into `folder` as `sealed`, unless it is the one that `before` tells of. `progress` is told
/// how many bytes are there, of how many.
///
/// # Errors
/// [`PullFailure`] with place, rule and remedy. What had come stays as a `.part` file, and the next call goes on
/// from there if the server still has the same file.
pub fn fetch(
    pull: &PullConfig,
    folder: &Path,
    before: Option<&Record>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Fetched, PullFailure> {
    let mut remote = Remote::new(pull).map_err(|fault| fault.at("pull"))?;
    let place = remote.place();
    block_on(fetch_from(&mut remote, &place, pull, folder, before, progress))
        .map_err(|fault| fault.at(&place))
}

fn block_on<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::stop(&rule::DISK, error))?
        .block_on(work)
}

async fn fetch_from(
    remote: &mut Remote<'_>,
    place: &str,
    pull: &PullConfig,
    folder: &Path,
    before: Option<&Record>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Fetched, Fault> {
    let mut patience = Patience::new(pull);
    let part = PartFile::at(folder);
    let mut restarts = 0;
    loop {
        let seen = look_patiently(remote, &mut patience, pull.most_bytes).await?;
        if before.is_some_and(|before| before.place == place && before.seen.is_surely(&seen)) {
            part.remove()?;
            return Ok(Fetched::Unchanged);
        }
        let done = match read_all(remote, place, &seen, &part, &mut patience, progress).await {
            // Looked at once more: where a server gives no mark to hold a range against, this is what tells.
            Ok(()) => look_patiently(remote, &mut patience, pull.most_bytes).await.map(|after| after == seen),
            Err(fault) if fault.again == Again::Anew => Ok(false),
            Err(fault) => Err(fault),
        }?;
        if done {
            let sha256 = part.sha256()?;
            let record = Record { place: place.to_owned(), seen, sha256 };
            if before.is_some_and(|before| before.place == place && before.sha256 == record.sha256) {
                part.remove()?;
                return Ok(Fetched::Unchanged);
            }
            return Ok(Fetched::Whole { path: part.finish(folder)?, record });
        }
        part.remove()?;
        remote.hang_up();
        restarts += 1;
        if restarts >= pull.attempts {
            return Err(Fault { again: Again::Stop, ..Fault::changed() });
        }
        tokio::time::sleep(pause(restarts)).await;
    }
}

async fn look_patiently(
    remote: &mut Remote<'_>,
    patience: &mut Patience,
    most_bytes: u64,
) -> Result<Seen, Fault> {
    loop {
        match remote.look().await {
            Ok(seen) if seen.bytes > most_bytes => {
                return Err(Fault::stop(&rule::TOO_LARGE, format!("{} bytes", seen.bytes)));
            }
            Ok(seen) => {
                patience.renew();
                return Ok(seen);
            }
            Err(fault) => patience.spend(fault, remote).await?,
        }
    }
}

/// Reads what is missing of the file that was seen.
async fn read_all(
    remote: &mut Remote<'_>,
    place: &str,
    seen: &Seen,
    part: &PartFile,
    patience: &mut Patience,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), Fault> {
    let (mut file, mut done) = part.open(&Part { place: place.to_owned(), seen: seen.clone() })?;
    let mut range = FIRST_RANGE;
    progress(done, seen.bytes);
    while done < seen.bytes {
        match remote.read(done, range.min(seen.bytes - done), seen).await {
            Ok(bytes) => {
                file.write_all(&bytes).map_err(Fault::disk(&part.bytes))?;
                done += bytes.len() as u64;
                range = (range * 2).min(MOST_RANGE);
                patience.renew();
                progress(done, seen.bytes);
            }
            Err(fault) => {
                range = (range / 4).max(LEAST_RANGE);
                patience.spend(fault, remote).await?;
            }
        }
    }
    file.sync_all().map_err(Fault::disk(&part.bytes))
}

/// How many failures in a row are borne.
struct Patience {
    attempts: u32,
    failed: u32,
}

impl Patience {
    fn new(pull: &PullConfig) -> Self {
        Self { attempts: pull.attempts, failed: 0 }
    }

    fn renew(&mut self) {
        self.failed = 0;
    }

    /// Waits before the next attempt, or gives the failure back.
    async fn spend(&mut self, fault: Fault, remote: &mut Remote<'_>) -> Result<(), Fault> {
        self.failed += 1;
        if fault.again != Again::Try || self.failed >= self.attempts {
            return Err(fault);
        }
        remote.hang_up();
        tokio::time::sleep(pause(self.failed)).await;
        Ok(())
    }
}

fn pause(failed: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1 << (failed - 1).min(10)).min(MOST_PAUSE)
}

/// The bytes that have come, and what they are of.
struct PartFile {
    bytes: PathBuf,
    note: PathBuf,
}

impl PartFile {
    fn at(folder: &Path) -> Self {
        Self { bytes: folder.join("sealed.part"), note: folder.join("sealed.part.json") }
    }

    /// Opens the file behind what it holds already of `part`; anything else in it is thrown away.
    fn open(&self, part: &Part) -> Result<(File, u64), Fault> {
        let known = fs::read(&self.note).ok().and_then(|text| serde_json::from_slice::<Part>(&text).ok());
        let resumes = known.is_some_and(|known| known == *part && part.seen.is_surely(&known.seen));
        if !resumes {
            self.remove()?;
            let note = serde_json::to_vec(part).map_err(|error| Fault::stop(&rule::DISK, error))?;
            fs::write(&self.note, note).map_err(Fault::disk(&self.note))?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&self.bytes).map_err(Fault::disk(&self.bytes))?;
        let there = file.metadata().map_err(Fault::disk(&self.bytes))?.len();
        if there > part.seen.bytes {
            file.set_len(0).map_err(Fault::disk(&self.bytes))?;
            return Ok((file, 0));
        }
        Ok((file, there))
    }

    fn sha256(&self) -> Result<String, Fault> {
        let mut file = File::open(&self.bytes).map_err(Fault::disk(&self.bytes))?;
        let (mut hash, mut buffer) = (Sha256::new(), vec![0_u8; 1 << 20]);
        loop {
            match file.read(&mut buffer).map_err(Fault::disk(&self.bytes))? {
                0 => return Ok(hex::encode(hash.finalize())),
                read => hash.update(&buffer[..read]),
            }
        }
    }

    fn finish(&self, folder: &Path) -> Result<PathBuf, Fault> {
        let whole = folder.join("sealed");
        fs::rename(&self.bytes, &whole).map_err(Fault::disk(&whole))?;
        self.remove()?;
        Ok(whole)
    }

    fn remove(&self) -> Result<(), Fault> {
        for path in [&self.bytes, &self.note] {
            match fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Fault::disk(path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
