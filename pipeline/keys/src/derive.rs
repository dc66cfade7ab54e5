//! Derivation of purpose keys and fingerprints from a key file's secret.

use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Hexadecimal digits of a fingerprint.
pub const FINGERPRINT_HEX: usize = 16;

/// 32 bytes derived for one purpose, wiped when dropped.
pub type DerivedKey = Zeroizing<[u8; 32]>;

/// HKDF-SHA256 with the city and epoch as salt and the purpose as info.
///
/// # Source
/// RFC 5869. Distinct infos give independent keys, so a token of one family tells nothing about
/// another family's key.
pub(crate) fn derive(secret: &[u8], city: &str, epoch: &str, purpose: &str) -> DerivedKey {
    let salt = format!("pathways/v1/{city}/{epoch}");
    let mut out = Zeroizing::new([0_u8; 32]);
    Hkdf::<Sha256>::new(Some(salt.as_bytes()), secret)
        .expand(purpose.as_bytes(), &mut *out)
        .expect("32 bytes are fewer than HKDF's limit of 255 blocks");
    out
}

/// The first 64 bits of a key derived for nothing else, in hexadecimal: tells keys apart and
/// reveals nothing of them.
pub(crate) fn fingerprint(secret: &[u8], city: &str, epoch: &str) -> String {
    let key = derive(secret, city, epoch, "fingerprint");
    hex::encode(&key[..FINGERPRINT_HEX / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hkdf_matches_rfc_5869_case_1() {
        let mut okm = [0_u8; 42];
        let salt = hex::decode("000102030405060708090a0b0c").expect("hex");
        let info = hex::decode("f0f1f2f3f4f5f6f7f8f9").expect("hex");
        Hkdf::<Sha256>::new(Some(&salt), &[0x0b; 22]).expand(&info, &mut okm).expect("short");
        assert_eq!(
            hex::encode(okm),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        );
    }

    #[test]
    fn city_epoch_and_purpose_all_matter() {
        let base = derive(&[7; 32], "us-ga-atlanta", "2026", "family/first_dob");
        for (city, epoch, purpose) in [
            ("us-il-chicago", "2026", "family/first_dob"),
            ("us-ga-atlanta", "2027", "family/first_dob"),
            ("us-ga-atlanta", "2026", "family/dob_ssn"),
        ] {
            assert_ne!(*base, *derive(&[7; 32], city, epoch, purpose));
        }
    }
}
