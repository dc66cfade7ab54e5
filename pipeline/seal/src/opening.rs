//! The hub's half.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use domain::CityId;
use keys::{KeyError, KeyFile, KeyKind, KnownKey, retired_keys};
use minisign_verify::Signature;
use zeroize::Zeroizing;

use crate::archive::unpack;
use crate::error::{OpenError, SealError, refuse};
use crate::label::Label;
use crate::rule;
use crate::signature::{MAGIC, VerifyingKey};

/// The signature's four lines are some 350 bytes; more is something else.
const MOST_HEADER_BYTES: u64 = 2048;

/// Whom an extract is sealed to: the hub's public key.
pub struct Recipient(pub(crate) age::x25519::Recipient);

impl std::str::FromStr for Recipient {
    type Err = SealError;

    /// Reads a recipient as age and `pathways keys show` write it (`age1…`).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.trim().parse().map(Self).map_err(|_| SealError::Recipient)
    }
}

/// The hub's keys that open sealed extracts: the current one, and retired ones that were not destroyed yet.
///
/// # Privacy
/// Never at an agency: who has one reads what was sealed to it, which is tokens and coded events, no identifier.
/// No `Clone`, no `Debug`; wiped when dropped.
pub struct OpeningKeys {
    current: age::x25519::Identity,
    retired: Vec<age::x25519::Identity>,
}

impl OpeningKeys {
    /// Reads a city's opening keys: the one at `path` and those retired beside it.
    ///
    /// # Errors
    /// [`KeyError`] when one is missing, readable by others, or of another kind or city.
    pub fn read(path: &Path, city: &CityId) -> Result<Self, KeyError> {
        let current = identity(path, city)?;
        let retired = retired_keys(path)?;
        let retired = retired.iter().map(|path| identity(path, city)).collect::<Result<_, _>>()?;
        Ok(Self { current, retired })
    }

    /// What agencies seal to.
    pub fn recipient(&self) -> String {
        self.current.to_public().to_string()
    }
}

fn identity(path: &Path, city: &CityId) -> Result<age::x25519::Identity, KeyError> {
    let file = KeyFile::read(path, KeyKind::Opening, city)?;
    let format = || KeyError::Format { path: path.to_owned() };
    let prefix = bech32::Hrp::parse("age-secret-key-").map_err(|_| format())?;
    let text = Zeroizing::new(
        bech32::encode_upper::<bech32::Bech32>(prefix, &*file.derive("x25519")).map_err(|_| format())?,
    );
    text.parse().map_err(|_| format())
}

/// What a sealed extract must be.
pub struct Expected<'a> {
    /// Source.
    pub source: &'a str,
    /// City, epoch and fingerprint.
    pub key: &'a KnownKey,
    /// The agency's public keys; during a rotation there are two.
    pub signed_by: &'a [VerifyingKey],
    /// When the newest that was taken had been sealed.
    pub newest: Option<DateTime<Utc>>,
    /// Today, by the hub's clock.
    pub now: DateTime<Utc>,
}

/// How much is taken.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes that an extract may have in all.
    pub most_bytes: u64,
}

/// An extract that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What stood on it.
    pub label: Label,
}

/// Reads what stands on a sealed extract; nothing is verified.
///
/// # Errors
/// [`OpenError`] when it can't be read or is no sealed extract.
pub fn read_label(path: &Path) -> Result<Label, OpenError> {
    let file = File::open(path).map_err(OpenError::io(path))?;
    header(&mut BufReader::new(file), path).map(|(_, label, _)| label)
}

/// Opens the sealed extract at `path` into the folder `out`, whole or not at all, in the place of what was there.
///
/// The signature comes first: not a byte is decrypted of what the agency did not sign.
///
/// # Errors
/// [`OpenError::Refused`] with rule and remedy; [`OpenError::Io`] when the hub's own disk fails.
///
/// # Privacy
/// `out` is its owner's alone, and holds agency tokens: whoever calls removes it as soon as they are re-keyed.
pub fn open(
    path: &Path,
    expected: &Expected<'_>,
    keys: &OpeningKeys,
    limits: Limits,
    out: &Path,
) -> Result<Opened, OpenError> {
    let io = OpenError::io(path);
    // One open file from the first byte to the last: what is verified is what is decrypted.
    let mut reader = BufReader::with_capacity(1 << 20, File::open(path).map_err(&io)?);
    let (signature, label, header_bytes) = header(&mut reader, path)?;
    verify(&mut reader, &signature, expected.signed_by).map_err(|failed| match failed {
        Failed::Rule(refused) => refused,
        Failed::Io(error) => io(error),
    })?;
    judge(&label, expected)?;

    reader.seek(SeekFrom::Start(header_bytes)).map_err(&io)?;
    let decryptor = age::Decryptor::new_buffered(&mut reader).map_err(|_| refuse(&rule::FORM))?;
    let identities = std::iter::once(&keys.current).chain(&keys.retired);
    let plain =
        decryptor.decrypt(identities.map(|key| key as &dyn age::Identity)).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => refuse(&rule::RECIPIENT),
            _ => refuse(&rule::BROKEN),
        })?;

    let parent = out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".opening-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    // Removed again if anything below fails.
    let aside = builder.tempdir_in(parent).map_err(OpenError::io(parent))?;
    let manifest = unpack(plain, aside.path(), limits.most_bytes)?;
    let inside = (&manifest.city, &manifest.agency, &manifest.key_epoch, &manifest.key_fingerprint);
    if inside != (&label.city, &label.source, &label.epoch, &label.fingerprint) {
        return Err(refuse(&rule::MANIFEST));
    }
    if out.exists() {
        fs::remove_dir_all(out).map_err(OpenError::io(out))?;
    }
    fs::rename(aside.keep(), out).map_err(OpenError::io(out))?;
    Ok(Opened { label })
}

/// The signature, the label, and where the ciphertext begins.
fn header(reader: &mut impl BufRead, path: &Path) -> Result<(Signature, Label, u64), OpenError> {
    let mut lines = String::new();
    let mut limited = reader.take(MOST_HEADER_BYTES);
    for _ in 0..4 {
        match limited.read_line(&mut lines) {
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => return Err(refuse(&rule::FORM)),
            Err(error) => return Err(OpenError::io(path)(error)),
        }
    }
    let whole = lines.ends_with('\n') && lines.lines().count() == 4 && lines.lines().next() == Some(MAGIC);
    if !whole || lines.contains('\r') {
        return Err(refuse(&rule::FORM));
    }
    let signature = Signature::decode(&lines).map_err(|_| refuse(&rule::FORM))?;
    let label = Label::parse(signature.trusted_comment()).ok_or_else(|| refuse(&rule::FORM))?;
    Ok((signature, label, lines.len() as u64))
}

enum Failed {
    Rule(OpenError),
    Io(std::io::Error),
}

fn verify(reader: &mut impl Read, signature: &Signature, keys: &[VerifyingKey]) -> Result<(), Failed> {
    let mut verifier = keys
        .iter()
        .find_map(|key| key.verifier(signature))
        .ok_or_else(|| Failed::Rule(refuse(&rule::SIGNER)))?;
    let mut buffer = vec![0_u8; 1 << 20];
    loop {
        match reader.read(&mut buffer).map_err(Failed::Io)? {
            0 => break,
            read => verifier.update(&buffer[..read]),
        }
    }
    verifier.finalize().map_err(|_| Failed::Rule(refuse(&rule::SIGNATURE)))
}

/// Holds a label, which is now known to be the agency's, against what is expected.
fn judge(label: &Label, expected: &Expected<'_>) -> Result<(), OpenError> {
    let rule = if label.city != expected.key.city {
        &rule::CITY
    } else if label.source != expected.source {
        &rule::SOURCE
    } else if label.epoch != expected.key.epoch {
        &rule::EPOCH
    } else if label.fingerprint != expected.key.fingerprint {
        &rule::FINGERPRINT
    } else if expected.newest.is_some_and(|newest| label.sealed < newest) {
        &rule::OLDER
    } else if label.sealed > expected.now + TimeDelta::days(1) {
        &rule::AHEAD
    } else {
        return Ok(());
    };
    Err(refuse(rule))
}
