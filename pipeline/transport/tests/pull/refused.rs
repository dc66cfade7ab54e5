//! Servers that are not the right one, doors that are shut, secrets that are not kept.

use std::fs;

use domain::PullConfig;
use transport::{PullFailure, fetch, look};

use crate::server::{Server, config, nginx, s3_store, self_signed_nginx, sshd};

fn refused(place: &PullConfig) -> PullFailure {
    let folder = tempfile::tempdir().unwrap();
    let failure =
        fetch(&PullConfig { attempts: 2, ..place.clone() }, folder.path(), None, &mut |_, _| {}).unwrap_err();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "something was taken");
    assert!(!failure.to_string().contains("sentinel"), "{failure}");
    failure
}

#[test]
fn an_ssh_server_with_another_key_is_not_spoken_to() {
    let server = sshd();
    let file = server.path("sealed");
    fs::write(&file, b"sealed").unwrap();
    let mut place = server.sftp(server.port, &file);
    assert!(look(&place).is_ok());
    let other = fs::read_to_string(server.path("stranger.pub")).unwrap();
    place.sftp.as_mut().unwrap().host_keys = vec![other.trim().to_owned()];
    assert_eq!(refused(&place).rule.id, "pull.host_key");
    // Beside the right one it does no harm: a server may be about to change its key.
    let right = fs::read_to_string(server.path("host.pub")).unwrap();
    place.sftp.as_mut().unwrap().host_keys.push(right.trim().to_owned());
    assert!(look(&place).is_ok());
}

#[test]
fn an_ssh_server_that_does_not_know_the_hub_lets_nobody_in() {
    let server = sshd();
    let file = server.path("sealed");
    let mut place = server.sftp(server.port, &file);
    assert_eq!(refused(&place).rule.id, "pull.missing");
    place.sftp.as_mut().unwrap().key = server.path("stranger");
    let denied = refused(&place);
    assert_eq!(
        (denied.rule.id, denied.detail.as_str()),
        ("pull.denied", ""),
        "nothing of the server's own words"
    );
    place.sftp.as_mut().unwrap().key = server.path("no such key");
    assert_eq!(refused(&place).rule.id, "pull.secret");
    let exposed = server.path("user");
    fs::set_permissions(&exposed, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
    place.sftp.as_mut().unwrap().key = exposed;
    let failure = refused(&place);
    assert!(failure.rule.id == "pull.secret" && failure.detail.contains("group or others"), "{failure}");
}

fn another_authority(server: &Server, place: &mut PullConfig) {
    let other = Some(server.path("other.pem"));
    place.https.iter_mut().for_each(|https| https.ca.clone_from(&other));
    place.s3.iter_mut().for_each(|s3| s3.ca.clone_from(&other));
}

#[test]
fn a_server_with_a_strange_certificate_gets_no_secret() {
    let (web, store) = (nginx(), s3_store());
    for (server, mut place) in [(&web, web.https(web.port, "x")), (&store, store.s3(store.port, "x"))] {
        assert_eq!(refused(&place).rule.id, "pull.missing");
        another_authority(server, &mut place);
        assert_eq!(refused(&place).rule.id, "pull.certificate");
        // By the system's own authorities it is no better.
        place.https.iter_mut().for_each(|https| https.ca = None);
        place.s3.iter_mut().for_each(|s3| s3.ca = None);
        assert_eq!(refused(&place).rule.id, "pull.certificate");
    }
}

/// Both were told as a broken connection, or in a type's name.
#[test]
fn a_redirect_and_a_self_signed_certificate_are_told_in_words() {
    let web = nginx();
    fs::write(web.path("www/clinic.sealed"), b"sealed").unwrap();
    let failure = refused(&web.https(web.port, "moved/x"));
    assert_eq!(failure.rule.id, "pull.redirect", "{failure}");
    let web = self_signed_nginx();
    let failure = refused(&web.https(web.port, "x"));
    assert_eq!(failure.rule.id, "pull.certificate", "{failure}");
    assert!(failure.detail.contains("self-signed") && !failure.detail.contains("Other"), "{failure}");
}

#[test]
fn secrets_that_others_can_read_are_not_used() {
    let store = s3_store();
    let place = store.s3(store.port, "x");
    let credentials = store.path("credentials");
    fs::set_permissions(&credentials, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    assert_eq!(refused(&place).rule.id, "pull.secret");
    crate::server::private(&credentials);
    fs::write(&credentials, "access_key_id = \"hub\"\nsecret = \"a sentinel secret\"\n").unwrap();
    assert_eq!(refused(&place).rule.id, "pull.secret");
}

#[test]
fn what_is_too_large_or_nowhere_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sealed");
    let place = config(&format!("[folder]\nfile = \"{}\"\n", file.display()));
    assert_eq!(refused(&place).rule.id, "pull.missing");
    fs::write(&file, vec![0; 101]).unwrap();
    assert_eq!(refused(&PullConfig { most_bytes: 100, ..place }).rule.id, "pull.too_large");
    let nowhere = config("[https]\nurl = \"https://localhost:1/x\"\n");
    assert_eq!(refused(&nowhere).rule.id, "pull.unreachable");
    let absent =
        config(&format!("[folder]\nfile = \"{}\"\n", folder.path().join("no/such/folder/x").display()));
    assert_eq!(refused(&absent).rule.id, "pull.missing");
    assert!(!folder.path().join("no").exists(), "looking makes no folder");
}
