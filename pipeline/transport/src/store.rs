//! Folders, S3-compatible stores and web servers, by opendal.

use std::path::Path;
use std::sync::Once;
use std::time::Duration;

use bytes::Bytes;
use domain::{FolderPull, HttpsPull, S3Pull};
use opendal::services::{Fs, Http, S3};
use opendal::{ErrorKind, HttpTransporter, OperationContext, Operator};
use opendal_http_transport_reqwest::ReqwestTransport;
use serde::Deserialize;

use crate::fault::{Fault, root_cause};
use crate::record::Seen;
use crate::{rule, secret};

/// One file of a store.
pub(crate) struct Store {
    operator: Operator,
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreCredentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WebCredentials {
    username: Option<String>,
    password: Option<String>,
    token: Option<String>,
}

impl Store {
    pub(crate) fn folder(folder: &FolderPull) -> Result<Self, Fault> {
        let parent = folder.file.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = folder.file.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| Fault::stop(&rule::SETTING, "folder.file names no file"))?;
        // opendal would make the folder.
        let root = parent.canonicalize().map_err(|_| Fault::stop(&rule::MISSING, parent.display()))?;
        let root = root.to_str().ok_or_else(|| Fault::stop(&rule::SETTING, "folder.file is no UTF-8"))?;
        let operator = Operator::new(Fs::default().root(root)).map_err(|error| fault(&error))?;
        Ok(Self { operator, path: name.to_owned() })
    }

    pub(crate) fn s3(s3: &S3Pull, timeout: Duration) -> Result<Self, Fault> {
        let credentials = match &s3.credentials {
            Some(path) => secret::read(path, "access_key_id and secret_access_key")?,
            None => from_environment()?,
        };
        let mut builder = S3::default()
            .bucket(&s3.bucket)
            .region(&s3.region)
            .access_key_id(&credentials.access_key_id)
            .secret_access_key(&credentials.secret_access_key)
            // No other file, and no machine's own identity, decides who the hub is.
            .disable_config_load()
            .disable_ec2_metadata();
        if let Some(token) = &credentials.session_token {
            builder = builder.session_token(token);
        }
        if let Some(endpoint) = &s3.endpoint {
            builder = builder.endpoint(endpoint);
        }
        let operator = Operator::new(builder).map_err(|error| fault(&error))?;
        Ok(Self { operator: over(operator, s3.ca.as_deref(), timeout)?, path: s3.path.clone() })
    }

    pub(crate) fn https(https: &HttpsPull, timeout: Duration) -> Result<Self, Fault> {
        let after = https.url.strip_prefix("https://").unwrap_or_default();
        let (host, path) = after.split_once('/').unwrap_or((after, ""));
        let mut builder = Http::default().endpoint(&format!("https://{host}"));
        if let Some(file) = &https.credentials {
            let credentials: WebCredentials = secret::read(file, "username and password, or token")?;
            if let Some(username) = &credentials.username {
                builder = builder.username(username);
            }
            if let Some(password) = &credentials.password {
                builder = builder.password(password);
            }
            if let Some(token) = &credentials.token {
                builder = builder.token(token);
            }
        }
        let operator = Operator::new(builder).map_err(|error| fault(&error))?;
        Ok(Self { operator: over(operator, https.ca.as_deref(), timeout)?, path: path.to_owned() })
    }

    pub(crate) async fn look(&self) -> Result<Seen, Fault> {
        let there = self.operator.stat(&self.path).await.map_err(|error| fault(&error))?;
        if !there.is_file() {
            return Err(Fault::stop(&rule::MISSING, "it is a folder"));
        }
        Ok(Seen {
            bytes: there.content_length(),
            etag: there.etag().map(str::to_owned),
            modified: there.last_modified().map(|time| time.to_string()),
        })
    }

    /// `length` bytes from `from` on, of the file that was seen.
    pub(crate) async fn read(&self, from: u64, length: u64, seen: &Seen) -> Result<Bytes, Fault> {
        let mut request = self.operator.reader_with(&self.path);
        // A weak mark (`W/`) is not for comparing bytes, and servers answer it with a refusal.
        let strong = seen.etag.as_ref().filter(|etag| !etag.starts_with("W/"));
        if let Some(etag) = strong.filter(|_| self.operator.info().capability().read_with_if_match) {
            request = request.if_match(etag);
        }
        let reader = request.await.map_err(|error| fault(&error))?;
        let bytes = reader.read(from..from + length).await.map_err(|error| fault(&error))?.to_bytes();
        match (bytes.len() as u64).cmp(&length) {
            std::cmp::Ordering::Equal => Ok(bytes),
            std::cmp::Ordering::Less => Err(Fault::again(&rule::UNREACHABLE, "the answer ended early")),
            std::cmp::Ordering::Greater => Err(Fault::stop(&rule::NO_RANGES, "")),
        }
    }
}

fn from_environment() -> Result<StoreCredentials, Fault> {
    let variable = |name: &str| {
        std::env::var(name).map_err(|_| {
            Fault::stop(&rule::SECRET, format!("neither `credentials` nor {name} in the environment"))
        })
    };
    Ok(StoreCredentials {
        access_key_id: variable("AWS_ACCESS_KEY_ID")?,
        secret_access_key: variable("AWS_SECRET_ACCESS_KEY")?,
        session_token: std::env::var("AWS_SESSION_TOKEN").ok(),
    })
}

/// The operator over HTTPS that trusts one authority, or the system's.
fn over(operator: Operator, ca: Option<&Path>, timeout: Duration) -> Result<Operator, Fault> {
    static PROVIDER: Once = Once::new();
    // Fails only where somebody has chosen one already, and then theirs serves.
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let mut client = reqwest::Client::builder()
        .https_only(true)
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(timeout)
        .read_timeout(timeout);
    if let Some(path) = ca {
        let refuse = |detail: String| Fault::stop(&rule::AUTHORITY, format!("{}: {detail}", path.display()));
        let pem = std::fs::read(path).map_err(|error| refuse(error.kind().to_string()))?;
        let authorities =
            reqwest::Certificate::from_pem_bundle(&pem).map_err(|_| refuse("no PEM".to_owned()))?;
        if authorities.is_empty() {
            return Err(refuse("no certificate".to_owned()));
        }
        client = client.tls_certs_only(authorities);
    }
    let client = client.build().map_err(|error| Fault::stop(&rule::SETTING, root_cause(&error)))?;
    let transport = HttpTransporter::new(ReqwestTransport::new(client));
    Ok(operator.with_context(OperationContext::new().with_http_transport(transport)))
}

/// opendal's error, by what is to be done about it.
fn fault(error: &opendal::Error) -> Fault {
    let cause = root_cause(error);
    if cause.contains("certificate") || cause.contains("CertNotValid") {
        return Fault::stop(&rule::CERTIFICATE, certificate(&cause));
    }
    // opendal has no kind for these; the answer's status stands in the error's context.
    let answered = error.to_string();
    let status = |code: &&str| answered.contains(&format!("status: {code}"));
    match error.kind() {
        ErrorKind::NotFound => Fault::stop(&rule::MISSING, ""),
        ErrorKind::PermissionDenied => Fault::stop(&rule::DENIED, ""),
        _ if status(&"401") => Fault::stop(&rule::DENIED, ""),
        _ if REDIRECTS.iter().any(status) => Fault::stop(&rule::REDIRECT, ""),
        ErrorKind::ConditionNotMatch | ErrorKind::RangeNotSatisfied => Fault::changed(),
        ErrorKind::ConfigInvalid => Fault::stop(&rule::SETTING, cause),
        ErrorKind::RateLimited => Fault::again(&rule::UNREACHABLE, "the server is busy"),
        _ => Fault::again(&rule::UNREACHABLE, short(&cause)),
    }
}

/// Answers that name another address.
const REDIRECTS: [&str; 5] = ["301", "302", "303", "307", "308"];

/// What is wrong with a certificate, in words for those that rustls names by type.
fn certificate(cause: &str) -> String {
    let words = [
        (
            "CaUsedAsEndEntity",
            "it is an authority's own, self-signed, where a server's is needed: its operator needs one for the server, which that \
             authority signs",
        ),
        ("UnknownIssuer", "no authority that is trusted here has signed it"),
        ("NotValidForName", "it is for another server name"),
        ("not valid for", "it is for another server name"),
        ("Expired", "it has expired; or the hub's clock is wrong"),
        ("expired", "it has expired; or the hub's clock is wrong"),
        ("NotValidYet", "it is not valid yet; or the hub's clock is wrong"),
        ("not valid yet", "it is not valid yet; or the hub's clock is wrong"),
        ("Revoked", "it was revoked"),
    ];
    let told = words.iter().find(|(name, _)| cause.contains(name));
    told.map_or(cause, |(_, told)| told).to_owned()
}

/// An error of opendal's own, without the request's headers that it brings along.
fn short(cause: &str) -> &str {
    cause.split(", context").next().unwrap_or(cause)
}
