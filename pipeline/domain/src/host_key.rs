//! A server's public SSH key, as its operator gives it: one line of `known_hosts` without the host.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Whether a text is a public SSH key: its kind, the key itself in Base64, perhaps a remark.
///
/// # Source
/// RFC 4253, section 6.6: the key is the name of its kind and the kind's numbers, each behind its length.
pub(crate) fn is_host_key(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let (Some(kind), Some(key)) = (words.next(), words.next()) else { return false };
    let Ok(key) = STANDARD.decode(key) else { return false };
    fields(&key).is_some_and(|fields| fields.len() > 1 && fields[0] == kind.as_bytes())
}

/// The fields of a key; none where one is cut short.
fn fields(mut key: &[u8]) -> Option<Vec<&[u8]>> {
    let mut fields = Vec::new();
    while !key.is_empty() {
        let (length, rest) = key.split_first_chunk()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (field, rest) = rest.split_at_checked(length)?;
        fields.push(field);
        key = rest;
    }
    Some(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMiAMy9EO1saWprIA2JAanV1DYHb6gLj3b1Hjaq69IB/";
    const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBMp0vm/36Vx+Afg8AX/NkoDq7MhIM/Q5l9Lstnf4yUEvKqgP/L/4eJUSJV8dm+rnWAH+WS+daAfWO+lKxH9Yoog=";

    #[test]
    fn a_key_is_told_from_what_is_none() {
        for key in [ED25519, ECDSA, &format!("{ED25519} root@server"), &format!("  {ECDSA}  ")] {
            assert!(is_host_key(key), "{key}");
        }
        for (kind, number) in [("ssh-ed25519", ED25519), ("ecdsa-sha2-nistp256", ECDSA)] {
            let (_, text) = number.split_once(' ').expect("two words");
            for cut in 0..text.len() {
                assert!(!is_host_key(&format!("{kind} {}", &text[..cut])), "cut after {cut}");
            }
        }
        for text in [
            "",
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "garbage",
            "SHA256:SNO9V2NqPMxX3WzE1xmiRKM3MUaHmuMwXpxb7UNf0XQ",
            &ED25519.replace("ssh-ed25519", "ssh-rsa"),
            &ED25519.replace("IMiA", "IM!A"),
            &format!("server.example {ED25519}"),
        ] {
            assert!(!is_host_key(text), "{text}");
        }
    }
}
