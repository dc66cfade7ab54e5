//! Connections that break, stall and crawl, and files that change meanwhile.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use domain::PullConfig;
use transport::fetch;

use crate::places::{deliver, pull};
use crate::proxy::{Fate, Proxy};
use crate::server::{Server, nginx, noise, put, s3_store, sshd};

const SIZE: usize = 12_000_000;

/// Each kind of server with a file of noise, and the place of it behind any port.
fn each(check: impl Fn(&str, &Server, &dyn Fn(u16) -> PullConfig, &Path, &[u8])) {
    let bytes = noise(SIZE, 3);
    let server = sshd();
    let file = server.path("clinic.sealed");
    deliver(&file, &bytes, 0);
    check("sftp", &server, &|port| server.sftp(port, &file), &file, &bytes);
    let server = nginx();
    let file = server.path("www/clinic.sealed");
    deliver(&file, &bytes, 0);
    check("https", &server, &|port| server.https(port, "clinic.sealed"), &file, &bytes);
    let server = s3_store();
    server.put("extracts/sealed", &bytes);
    check("s3", &server, &|port| server.s3(port, "sealed"), &file, &bytes);
}

#[test]
fn a_connection_that_breaks_goes_on_where_it_stopped() {
    each(|kind, server, place, _, bytes| {
        let cuts = [2_000_000, 5_000_000, 11_000_000].map(|after| (after, Fate::Cut));
        let proxy = Proxy::before(server.port, cuts.into(), Duration::ZERO);
        let folder = tempfile::tempdir().unwrap();
        let (got, _) = pull(&place(proxy.port), folder.path(), None).expect("whole");
        assert!(got == bytes, "{kind}: what came is not what was sent");
        // Three broken ranges are read again, and no more.
        assert!(proxy.bytes() < SIZE as u64 + 9_500_000, "{kind}: {} bytes for {SIZE}", proxy.bytes());
    });
}

#[test]
fn a_night_that_gave_up_is_gone_on_with_the_next() {
    each(|kind, server, place, _, bytes| {
        let proxy = Proxy::before(server.port, vec![(9_000_000, Fate::Cut)], Duration::ZERO);
        let folder = tempfile::tempdir().unwrap();
        let impatient = PullConfig { attempts: 1, ..place(proxy.port) };
        let failure = fetch(&impatient, folder.path(), None, &mut |_, _| {}).unwrap_err();
        assert_eq!(failure.rule.id, "pull.unreachable", "{kind}: {failure}");
        assert!(!folder.path().join("sealed").exists(), "{kind}: half a file was taken");
        let there = fs::metadata(folder.path().join("sealed.part")).unwrap().len();
        assert!(there > 2_000_000, "{kind}: {there}");
        let (got, before) = (pull(&impatient, folder.path(), None).expect("whole"), proxy.bytes());
        assert!(got.0 == bytes && before < SIZE as u64 + 9_500_000, "{kind}: {before}");
    });
}

#[test]
fn a_server_that_falls_silent_is_given_up_in_time() {
    each(|kind, server, place, _, _| {
        let proxy = Proxy::before(server.port, vec![(500_000, Fate::Stall)], Duration::ZERO);
        let folder = tempfile::tempdir().unwrap();
        let started = Instant::now();
        let impatient = PullConfig { attempts: 2, timeout_seconds: 2, ..place(proxy.port) };
        let failure = fetch(&impatient, folder.path(), None, &mut |_, _| {}).unwrap_err();
        assert!(["pull.timeout", "pull.unreachable"].contains(&failure.rule.id), "{kind}: {failure}");
        assert!(started.elapsed() < Duration::from_secs(40), "{kind}: {:?}", started.elapsed());
    });
}

/// Slower in all than the time-out, and never silent for as long.
#[test]
fn a_slow_server_is_waited_for() {
    let server = nginx();
    let bytes = noise(1_500_000, 4);
    deliver(&server.path("www/slow"), &bytes, 0);
    let proxy = Proxy::before(server.port, Vec::new(), Duration::from_millis(60));
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    let place = PullConfig { timeout_seconds: 2, attempts: 4, ..server.https(proxy.port, "slow") };
    let (got, _) = pull(&place, folder.path(), None).expect("whole");
    assert!(got == bytes);
    assert!(started.elapsed() > Duration::from_secs(2), "it was not slow: {:?}", started.elapsed());
}

#[test]
fn a_file_that_changes_while_it_is_read_comes_whole_or_not_at_all() {
    each(|kind, server, place, file, _| {
        let after = noise(SIZE - 77, 5);
        let (target, new) = (file.to_owned(), after.clone());
        // As a person would: put over it in the middle of the download.
        let mut replace: Box<dyn FnMut() + Send> = Box::new(move || deliver(&target, &new, 10));
        if kind == "s3" {
            let (port, ca) = (server.port, server.path("ca.pem"));
            let new = after.clone();
            replace = Box::new(move || put(port, &ca, "extracts/sealed", &new));
        }
        let proxy = Proxy::before(server.port, vec![(4_000_000, Fate::Do(replace))], Duration::ZERO);
        let folder = tempfile::tempdir().unwrap();
        let (got, record) = pull(&place(proxy.port), folder.path(), None).expect("whole");
        assert!(got == after, "{kind}: a mixture of two files was taken");
        assert_eq!(record.seen.bytes, after.len() as u64);
    });
}

#[test]
fn a_file_that_never_rests_is_refused() {
    let server = sshd();
    let file = server.path("restless");
    deliver(&file, &noise(4_000_000, 6), 0);
    let rests = Arc::new(AtomicBool::new(false));
    let (target, stop) = (file.clone(), Arc::clone(&rests));
    let writer = std::thread::spawn(move || {
        for later in 1.. {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            deliver(&target, &noise(4_000_000 + later as usize, later), later);
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    // Slow enough for every reading to be overtaken.
    let proxy = Proxy::before(server.port, Vec::new(), Duration::from_millis(5));
    let folder = tempfile::tempdir().unwrap();
    let place = PullConfig { attempts: 3, ..server.sftp(proxy.port, &file) };
    let failure = fetch(&place, folder.path(), None, &mut |_, _| {}).unwrap_err();
    rests.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    assert_eq!(failure.rule.id, "pull.changing", "{failure}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing of it is kept");
}
