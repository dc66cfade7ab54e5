//! What is refused whole.

use std::fs;

use chrono::TimeDelta;
use keys::{KeyFile, KeyKind, KnownKey};
use seal::SigningKey;
use tar::EntryType::{Directory, Fifo, GNULongName, Link, Regular, Symlink, XHeader};

use crate::fixture::{City, SOURCE, label, noon};

fn city() -> City {
    let city = City::new();
    fs::create_dir(city.path("out")).unwrap();
    city
}

#[test]
fn an_archive_of_anything_but_the_three_files_is_refused() {
    let city = city();
    let (people, events) = (("people.parquet", Regular, &b"p"[..]), ("events.parquet", Regular, &b"e"[..]));
    for (entries, rule) in [
        (vec![("../people.parquet", Regular, &b"p"[..]), events], "seal.entry_name"),
        (vec![("/etc/cron.d/x", Regular, &b"p"[..]), events], "seal.entry_name"),
        (vec![("./people.parquet", Regular, &b"p"[..]), events], "seal.entry_name"),
        (vec![("a/../people.parquet", Regular, &b"p"[..]), events], "seal.entry_name"),
        (vec![("people.parquet\\..\\x", Regular, &b"p"[..]), events], "seal.entry_name"),
        (vec![people, events, ("notes.txt", Regular, &b"n"[..])], "seal.entry_name"),
        (vec![people, events, people], "seal.entry_name"),
        (vec![("people.parquet", Symlink, &b""[..]), events], "seal.entry_kind"),
        (vec![("people.parquet", Link, &b""[..]), events], "seal.entry_kind"),
        (vec![people, events, ("folder", Directory, &b""[..])], "seal.entry_kind"),
        (vec![people, events, ("pipe", Fifo, &b""[..])], "seal.entry_kind"),
        (vec![("x", XHeader, &b"19 path=people.csv\n"[..]), people, events], "seal.entry_kind"),
        (vec![("././@LongLink", GNULongName, &b"../../x\0"[..]), people, events], "seal.entry_kind"),
        (vec![people, ("events.csv", Regular, &b"e"[..])], "seal.incomplete"),
        (vec![people, events, ("people.csv", Regular, &b"p"[..])], "seal.incomplete"),
        (vec![people], "seal.incomplete"),
    ] {
        let path = city.seal_bytes(&city.tar(&entries));
        assert_eq!(city.refused(city.open(&path)), rule, "{entries:?}");
    }
    city.open(&city.seal_bytes(&city.tar(&[people, events]))).unwrap();
}

#[test]
fn more_than_the_source_may_send_is_refused_before_it_is_written() {
    let city = city();
    city.write_extract(&vec![0; 1 << 20], b"e");
    let path = city.seal();
    assert_eq!(city.refused(city.open_as(&path, &city.known, SOURCE, None, 1 << 20)), "seal.too_large");
    // A header that claims an exabyte, with nothing behind it.
    let mut tar = city.tar(&[("people.parquet", Regular, b"p"), ("events.parquet", Regular, b"e")]);
    let manifest = 512
        + usize::from_str_radix(std::str::from_utf8(&tar[124..135]).unwrap(), 8)
            .unwrap()
            .next_multiple_of(512);
    tar[manifest + 124..manifest + 136].copy_from_slice(b"\x80\0\0\0\x0f\xff\xff\xff\xff\xff\xff\xff");
    let mut header = tar::Header::from_byte_slice(&tar[manifest..manifest + 512]).clone();
    header.set_cksum();
    tar[manifest..manifest + 512].copy_from_slice(header.as_bytes());
    assert_eq!(city.refused(city.open(&city.seal_bytes(&tar))), "seal.too_large");
}

#[test]
fn a_bad_inside_under_a_good_signature_is_refused() {
    let city = city();
    assert_eq!(city.refused(city.open(&city.seal_bytes(b"no tar at all"))), "seal.broken");
    let tar = city.tar(&[("people.parquet", Regular, b"p"), ("events.parquet", Regular, b"e")]);
    assert_eq!(city.refused(city.open(&city.seal_bytes(&tar[..tar.len() - 2048]))), "seal.incomplete");
    let trailing = [&tar[..], &[1; 4096]].concat();
    assert_eq!(city.refused(city.open(&city.seal_bytes(&trailing))), "seal.broken");
    // A ciphertext that ends early, signed as it is.
    let recipient: age::x25519::Recipient = city.opening().recipient().parse().unwrap();
    let body = age::encrypt(
        &recipient,
        &city.tar(&[
            ("people.parquet", Regular, &vec![7; 200_000][..]),
            ("events.parquet", Regular, &b"e"[..]),
        ]),
    )
    .unwrap();
    let path = city.sign(&body[..body.len() - 70_000], &label(noon()));
    assert_eq!(city.refused(city.open(&path)), "seal.broken");
    let path = city.sign(b"no age file", &label(noon()));
    assert_eq!(city.refused(city.open(&path)), "seal.form");
}

#[test]
fn a_label_that_the_inside_belies_is_refused() {
    let city = city();
    let recipient: age::x25519::Recipient = city.opening().recipient().parse().unwrap();
    let tar = city.tar(&[("people.parquet", Regular, b"p"), ("events.parquet", Regular, b"e")]);
    let belied = label(noon()).replace(SOURCE, "shelter");
    let path = city.sign(&age::encrypt(&recipient, &tar).unwrap(), &belied);
    assert_eq!(city.refused(city.open_as(&path, &city.known, "shelter", None, 1 << 30)), "seal.manifest");
}

#[test]
fn a_wrong_key_source_or_time_is_told_before_anything_is_decrypted() {
    let city = city();
    let path = city.seal();
    let known = |epoch: &str, fingerprint: &str| KnownKey {
        epoch: epoch.to_owned(),
        fingerprint: fingerprint.to_owned(),
        ..city.known.clone()
    };
    let chicago = KnownKey { city: domain::CityId::new("us-il-chicago").unwrap(), ..city.known.clone() };
    // With no opening key at all these are still told: the label is judged first.
    let open = |key: &KnownKey, source: &str, newest| {
        city.refused(city.open_as(&path, key, source, newest, 1 << 30))
    };
    assert_eq!(open(&known("2027", "00112233445566aa"), SOURCE, None), "seal.key_epoch");
    assert_eq!(open(&known("2026", "ff112233445566aa"), SOURCE, None), "seal.key_fingerprint");
    assert_eq!(open(&chicago, SOURCE, None), "seal.city");
    assert_eq!(open(&city.known, "shelter", None), "seal.source");
    assert_eq!(open(&city.known, SOURCE, Some(noon() + TimeDelta::seconds(1))), "seal.older");
    let ahead = city.sign(b"", &label(noon() + TimeDelta::hours(25)));
    assert_eq!(city.refused(city.open(&ahead)), "seal.time");
}

#[test]
fn somebody_elses_signature_is_refused() {
    let city = city();
    let path = city.path("keys/thief.signing.key");
    KeyFile::create(&path, KeyKind::Signing, &city.id, "2026").unwrap();
    let thief = SigningKey::read(&path, &city.id).unwrap();
    let recipient = city.opening().recipient().parse().unwrap();
    let out = city.path("clinic.sealed");
    seal::seal(&city.path("extract"), &thief, &recipient, &out, noon()).unwrap();
    assert_eq!(city.refused(city.open(&out)), "seal.signer");
    // The thief's signature under the agency's key id.
    let forged = fs::read(&out).unwrap();
    let (honest, lines) = (fs::read(city.seal()).unwrap(), |bytes: &[u8]| -> Vec<String> {
        String::from_utf8_lossy(bytes).lines().take(4).map(str::to_owned).collect()
    });
    let (ours, theirs) = (lines(&honest), lines(&forged));
    let head = theirs.join("\n").len() + 1;
    let mixed = [ours.join("\n").as_bytes(), b"\n", &forged[head..]].concat();
    fs::write(&out, mixed).unwrap();
    assert_eq!(city.refused(city.open(&out)), "seal.signature");
}

#[test]
fn what_is_no_sealed_extract_is_refused() {
    let city = city();
    let path = city.path("clinic.sealed");
    for bytes in [
        &b""[..],
        b"PK\x03\x04",
        &[0xff; 5_000],
        &b"line\n".repeat(4),
        b"untrusted comment: pathways sealed extract 1\n",
    ] {
        fs::write(&path, bytes).unwrap();
        assert_eq!(city.refused(city.open(&path)), "seal.form");
    }
}
