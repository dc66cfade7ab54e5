//! What is sealed is what is opened.

use std::fs;

use keys::{KeyKind, rotate};
use proptest::prelude::*;
use seal::{OpenError, SealError, SigningKey, read_label, seal};

use crate::fixture::{City, noon};

#[test]
fn an_extract_comes_out_as_it_went_in() {
    let city = City::new();
    let sealed = city.seal();
    assert_eq!(read_label(&sealed).unwrap().sealed, noon());
    fs::create_dir(city.path("out")).unwrap();
    let opened = city.open(&sealed).unwrap();
    assert_eq!(opened.label.source, "clinic");
    for name in ["manifest.json", "people.parquet", "events.parquet"] {
        assert_eq!(
            fs::read(city.path("extract").join(name)).unwrap(),
            fs::read(city.path("out/extract").join(name)).unwrap()
        );
    }
    assert_eq!(fs::read_dir(city.path("out/extract")).unwrap().count(), 3);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(city.path("out/extract")), 0o700);
        assert_eq!(mode(city.path("out/extract/people.parquet")), 0o600);
    }
    // A newer one takes its place.
    city.write_extract(b"more people", b"more events");
    city.open(&city.seal()).unwrap();
    assert_eq!(fs::read(city.path("out/extract/people.parquet")).unwrap(), b"more people");
}

/// What a server sees of it.
#[test]
fn the_outside_tells_nothing_of_the_inside() {
    let city = City::new();
    let secret = b"a sentinel that stands for every token";
    city.write_extract(&secret.repeat(5_000), secret);
    let sealed = fs::read(city.seal()).unwrap();
    assert!(!sealed.windows(secret.len()).any(|window| window == secret));
    for word in ["people", "events", "manifest", "parquet", "ustar", "PublicHealth", "rows"] {
        assert!(!sealed.windows(word.len()).any(|w| w == word.as_bytes()), "{word}");
    }
}

#[test]
fn a_rotated_opening_key_still_opens_what_is_under_way_until_it_is_destroyed() {
    let city = City::new();
    let path = city.path("keys/opening.key");
    let old = keys::KeyFile::read(&path, KeyKind::Opening, &city.id).unwrap().fingerprint();
    let sealed = city.seal();
    let before = city.opening().recipient();
    rotate(&path, KeyKind::Opening, &city.id, "2027").unwrap();
    assert_ne!(city.opening().recipient(), before);
    fs::create_dir(city.path("out")).unwrap();
    city.open(&sealed).unwrap();
    fs::remove_dir_all(city.path("out/extract")).unwrap();
    keys::destroy(&keys::retired_path(&path, "2026").unwrap(), KeyKind::Opening, &city.id, &old).unwrap();
    assert_eq!(city.refused(city.open(&sealed)), "seal.recipient");
}

#[test]
fn what_is_no_whole_extract_is_not_sealed() {
    let city = City::new();
    let recipient = city.opening().recipient().parse().unwrap();
    let out = city.path("clinic.sealed");
    let seal = |city: &City| seal(&city.path("extract"), &city.signing, &recipient, &out, noon());
    fs::write(city.path("extract/people.parquet"), b"cut off").unwrap();
    let error = seal(&city).unwrap_err();
    assert!(matches!(error, SealError::Extract { .. }) && error.to_string().contains("SHA-256"), "{error}");
    fs::remove_file(city.path("extract/people.parquet")).unwrap();
    assert!(matches!(seal(&city).unwrap_err(), SealError::Io { .. }));
    fs::write(city.path("extract/manifest.json"), b"{}").unwrap();
    assert!(matches!(seal(&city).unwrap_err(), SealError::Extract { .. }));
    assert!(!out.exists());
    assert!("age1nothing".parse::<seal::Recipient>().is_err());
}

/// The two parts are what `minisign` and `age` read: split, verified and decrypted by their own code.
#[test]
fn minisign_and_age_read_the_two_parts() {
    let city = City::new();
    let bytes = fs::read(city.seal()).unwrap();
    let at = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').nth(3).unwrap().0 + 1;
    let (head, body) = bytes.split_at(at);
    let public = minisign_verify::PublicKey::from_base64(&city.signing.public()).unwrap();
    let signature = minisign_verify::Signature::decode(std::str::from_utf8(head).unwrap()).unwrap();
    public.verify(body, &signature, false).unwrap();
    assert!(body.starts_with(b"age-encryption.org/v1\n-> X25519 "));
}

#[test]
fn a_signing_key_of_another_city_seals_nothing() {
    let city = City::new();
    let other = domain::CityId::new("us-il-chicago").unwrap();
    let path = city.path("keys/other.signing.key");
    keys::KeyFile::create(&path, KeyKind::Signing, &other, "2026").unwrap();
    let key = SigningKey::read(&path, &other).unwrap();
    let recipient = city.opening().recipient().parse().unwrap();
    let error = seal(&city.path("extract"), &key, &recipient, &city.path("x"), noon()).unwrap_err();
    assert!(matches!(error, SealError::City { .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever one byte becomes, and wherever the file is cut, it is refused whole.
    #[test]
    fn no_byte_can_be_changed_and_no_end_cut(at in 0.0_f64..1.0, flip in 1_u8..=255, cut in any::<bool>()) {
        let city = City::new();
        let path = city.seal();
        let mut bytes = fs::read(&path).unwrap();
        let at = (at * bytes.len() as f64) as usize;
        if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
        fs::write(&path, bytes).unwrap();
        fs::create_dir(city.path("out")).unwrap();
        let result = city.open(&path);
        prop_assert!(matches!(result, Err(OpenError::Refused(_))), "{result:?}");
        city.refused(result);
    }
}
