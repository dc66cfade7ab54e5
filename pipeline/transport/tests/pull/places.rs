//! Each kind of place gives its file once, and again only when it changed.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use domain::PullConfig;
use transport::{Fetched, Record, fetch, look};

use crate::server::{config, nginx, noise, private, s3_store, sshd};

/// Fetches into a folder and returns the bytes and what to remember, or nothing when it is unchanged.
pub(crate) fn pull(pull: &PullConfig, folder: &Path, before: Option<&Record>) -> Option<(Vec<u8>, Record)> {
    match fetch(pull, folder, before, &mut |_, _| {}) {
        Ok(Fetched::Unchanged) => None,
        Ok(Fetched::Whole { path, record }) => Some((fs::read(path).unwrap(), record)),
        Err(failure) => panic!("{failure}"),
    }
}

/// Puts a file in its place whole, as an agency does, with another time than before.
pub(crate) fn deliver(path: &Path, bytes: &[u8], later: u64) {
    let aside = path.with_extension("aside");
    fs::write(&aside, bytes).unwrap();
    let file = fs::File::options().write(true).open(&aside).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(later)).unwrap();
    fs::rename(&aside, path).unwrap();
}

fn there_and_again(place: &PullConfig, mut put: impl FnMut(&[u8], u64)) {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (noise(3_000_000, 1), noise(2_500_001, 2));
    put(&first, 0);
    assert_eq!(look(place).unwrap().bytes, first.len() as u64);
    let (bytes, record) = pull(place, folder.path(), None).expect("new");
    assert!(bytes == first, "what came is not what was sent");
    assert_eq!(record.seen.bytes, first.len() as u64);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing but the file is left");
    fs::remove_file(folder.path().join("sealed")).unwrap();
    assert_eq!(pull(place, folder.path(), Some(&record)), None, "it was pulled before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    put(&second, 10);
    let (bytes, after) = pull(place, folder.path(), Some(&record)).expect("changed");
    assert!(bytes == second && after.sha256 != record.sha256);
}

#[test]
fn from_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clinic.sealed");
    there_and_again(&config(&format!("[folder]\nfile = \"{}\"\n", file.display())), |bytes, later| {
        deliver(&file, bytes, later);
    });
}

#[test]
fn from_an_sftp_server() {
    let server = sshd();
    let file = server.path("clinic.sealed");
    there_and_again(&server.sftp(server.port, &file), |bytes, later| deliver(&file, bytes, later));
}

#[test]
fn from_a_web_server() {
    let server = nginx();
    let file = server.path("www/clinic.sealed");
    there_and_again(&server.https(server.port, "clinic.sealed"), |bytes, later| deliver(&file, bytes, later));
}

#[test]
fn from_a_web_server_that_asks_for_a_password() {
    let server = nginx();
    let file = server.path("www/private/clinic.sealed");
    let mut place = server.https(server.port, "private/clinic.sealed");
    deliver(&file, b"sealed", 0);
    assert_eq!(look(&place).unwrap_err().rule.id, "pull.denied");
    let credentials = server.path("credentials");
    fs::write(&credentials, "username = \"hub\"\npassword = \"a sentinel password\"\n").unwrap();
    private(&credentials);
    place.https.as_mut().unwrap().credentials = Some(credentials);
    there_and_again(&place, |bytes, later| deliver(&file, bytes, later));
}

#[test]
fn from_an_s3_store() {
    let server = s3_store();
    there_and_again(&server.s3(server.port, "clinic/sealed"), |bytes, _| {
        server.put("extracts/clinic/sealed", bytes);
    });
}

/// The same bytes under a new time are the same file.
#[test]
fn a_file_that_was_sent_again_is_not_new() {
    let (server, folder) = (nginx(), tempfile::tempdir().unwrap());
    let file = server.path("www/clinic.sealed");
    let place = server.https(server.port, "clinic.sealed");
    deliver(&file, b"sealed", 0);
    let (_, record) = pull(&place, folder.path(), None).expect("new");
    deliver(&file, b"sealed", 10);
    assert_eq!(pull(&place, folder.path(), Some(&record)), None);
}
