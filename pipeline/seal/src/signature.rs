//! Signatures in minisign's format, prehashed: Ed25519 over the BLAKE2b-512 of a file, and over that
//! signature with the trusted comment.
//!
//! # Source
//! <https://jedisct1.github.io/minisign/>, "Signature format"; RFC 8032; RFC 7693.

use std::fmt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use blake2::Blake2b512;
use domain::CityId;
use ed25519_dalek::Signer;
use keys::{KeyError, KeyFile, KeyKind};

/// First line of a sealed extract.
pub(crate) const MAGIC: &str = "untrusted comment: pathways sealed extract 1";

const TRUSTED: &str = "trusted comment: ";

/// The key with which an agency signs what it seals.
///
/// # Privacy
/// Never at the hub: who has it can send an extract in the agency's name. No `Clone`, no `Debug`; wiped when dropped.
pub struct SigningKey {
    city: CityId,
    id: [u8; 8],
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// Reads an agency's signing key.
    ///
    /// # Errors
    /// [`KeyError`] when the file is missing, readable by others, or of another kind or city.
    pub fn read(path: &Path, city: &CityId) -> Result<Self, KeyError> {
        let file = KeyFile::read(path, KeyKind::Signing, city)?;
        let mut id = [0; 8];
        hex::decode_to_slice(file.fingerprint(), &mut id)
            .map_err(|_| KeyError::Format { path: path.to_owned() })?;
        let key = ed25519_dalek::SigningKey::from_bytes(&file.derive("ed25519"));
        Ok(Self { city: city.clone(), id, key })
    }

    /// The city it belongs to.
    pub fn city(&self) -> &CityId {
        &self.city
    }

    /// The public key, as minisign writes it: what the hub's configuration names in `signed_by`.
    pub fn public(&self) -> String {
        STANDARD.encode([b"Ed".as_slice(), &self.id, self.key.verifying_key().as_bytes()].concat())
    }

    /// The four lines over a file of this hash.
    pub(crate) fn sign(&self, hash: Blake2b512, comment: &str) -> String {
        use blake2::Digest;
        let signature = self.key.sign(&hash.finalize()).to_bytes();
        let global = self.key.sign(&[signature.as_slice(), comment.as_bytes()].concat()).to_bytes();
        let first = STANDARD.encode([b"ED".as_slice(), &self.id, &signature].concat());
        format!("{MAGIC}\n{first}\n{TRUSTED}{comment}\n{}\n", STANDARD.encode(global))
    }

    /// How long those lines will be.
    pub(crate) fn signed_length(comment: &str) -> usize {
        // Base64 of 74 and of 64 bytes.
        MAGIC.len() + 100 + TRUSTED.len() + comment.len() + 88 + 4
    }
}

/// An agency's public key, by which the hub tells its extracts.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey(minisign_verify::PublicKey);

impl std::str::FromStr for VerifyingKey {
    type Err = &'static str;

    /// Reads a public key as minisign and `pathways keys show` write it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        minisign_verify::PublicKey::from_base64(text.trim())
            .map(Self)
            .map_err(|_| "not a public key; copy it from the agency's `pathways keys show`")
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey")
    }
}

impl VerifyingKey {
    /// A verifier of a file under `signature`, if it may be this key's.
    pub(crate) fn verifier<'a>(
        &'a self,
        signature: &'a minisign_verify::Signature,
    ) -> Option<minisign_verify::StreamVerifier<'a>> {
        self.0.verify_stream(signature).ok()
    }
}

#[cfg(test)]
mod tests {
    use blake2::Digest;

    use super::*;

    /// What one hand signs, another's code verifies.
    #[test]
    fn minisigns_own_code_verifies_what_is_signed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("clinic.signing.key");
        let city = CityId::new("us-ga-atlanta").expect("a slug");
        KeyFile::create(&path, KeyKind::Signing, &city, "2026").expect("made");
        let key = SigningKey::read(&path, &city).expect("read");
        for body in [&b""[..], b"body", &[7; 300]] {
            let text = key.sign(Blake2b512::new().chain_update(body), "a comment");
            assert_eq!(text.len(), SigningKey::signed_length("a comment"));
            let public = minisign_verify::PublicKey::from_base64(&key.public()).expect("a key");
            let signature = minisign_verify::Signature::decode(&text).expect("a signature");
            assert_eq!(signature.trusted_comment(), "a comment");
            public.verify(body, &signature, false).expect("verified");
            assert!(public.verify(b"another", &signature, false).is_err());
            let other =
                minisign_verify::Signature::decode(&text.replace("a comment", "b comment")).expect("form");
            assert!(public.verify(body, &other, false).is_err());
        }
    }
}
