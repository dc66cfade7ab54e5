//! Whether bytes that a profile calls something else are UTF-8. `é` of UTF-8 is `Ã©` to Windows-1252, and every
//! name with an accent would be read as nobody's.

/// Looks at bytes as they go by.
#[derive(Default)]
pub(crate) struct Utf8Watch {
    broken: bool,
    /// Whether any letter took several bytes.
    several: bool,
    /// The beginning of a letter whose end has not come.
    rest: Vec<u8>,
}

impl Utf8Watch {
    pub(crate) fn feed(&mut self, bytes: &[u8]) {
        if self.broken || (self.rest.is_empty() && bytes.is_ascii()) {
            return;
        }
        self.rest.extend_from_slice(bytes);
        let whole = match str::from_utf8(&self.rest) {
            Ok(_) => self.rest.len(),
            Err(error) => {
                self.broken = error.error_len().is_some();
                error.valid_up_to()
            }
        };
        self.several |= !self.rest[..whole].is_ascii();
        self.rest.drain(..whole);
    }

    /// Whether all that went by is UTF-8 beyond ASCII, which text in another encoding never is by chance.
    pub(crate) fn is_utf8(&self) -> bool {
        !self.broken && self.several && self.rest.is_empty()
    }
}

/// Whether a text holds letters that were made UTF-8 twice: `Ã±` for `ñ`. No name has such a sign behind such a letter.
pub(crate) fn is_encoded_twice(text: &str) -> bool {
    !text.is_ascii()
        && text.as_bytes().windows(4).any(|bytes| matches!(bytes, [0xc3, 0x82 | 0x83, 0xc2, 0x80..=0xbf]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_encoded_twice_is_told() {
        for text in ["Pe\u{c3}\u{b1}a", "Jos\u{c3}\u{a9} Ruiz", "O\u{c2}\u{b4}Neill"] {
            assert!(is_encoded_twice(text), "{text}");
        }
        for text in ["Peña", "José", "JOÃO", "SÃ", "Ana", "Â", "漢字"] {
            assert!(!is_encoded_twice(text), "{text}");
        }
    }

    fn is_utf8(bytes: &[u8]) -> bool {
        let (mut whole, mut pieces) = (Utf8Watch::default(), Utf8Watch::default());
        whole.feed(bytes);
        for byte in bytes {
            pieces.feed(&[*byte]);
        }
        assert_eq!(whole.is_utf8(), pieces.is_utf8());
        whole.is_utf8()
    }

    #[test]
    fn only_letters_of_several_bytes_show_utf8() {
        assert!(is_utf8("id,José".as_bytes()) && is_utf8("漢字".as_bytes()));
        assert!(!is_utf8(b"id,Jose") && !is_utf8(b""));
        assert!(!is_utf8(b"id,Jos\xe9,x") && !is_utf8(b"Jos\xc3"));
        assert!(!is_utf8(b"Jos\xc3\xa9,N\xfa\xf1ez"), "one such pair may be by chance, a whole file not");
    }
}
