//! What the escapes of a JSON text stand for, in lines that no JSON reader takes.

use std::borrow::Cow;

/// The texts between quotes that no backslash stands before, which values and names are among. Where a line is broken,
/// nobody knows which of them are quoted.
pub(crate) fn between_quotes(line: &str) -> impl Iterator<Item = &str> {
    let mut escaped = false;
    line.split(move |c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

/// The text without its escapes. Half of a pair of surrogates, as a program leaves it that cut a text in two, becomes
/// U+FFFD; a backslash that begins no escape stays.
pub(crate) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('\\') {
        return Cow::Borrowed(text);
    }
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (said, length) = escape(&rest[at..]);
        out.push(said);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What the escape at the start of a text says, and how long it is.
fn escape(text: &str) -> (char, usize) {
    let said = match text.as_bytes().get(1) {
        Some(b'"') => '"',
        Some(b'\\') => '\\',
        Some(b'/') => '/',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        _ => {
            let Some(unit) = unit(text) else { return ('\\', 1) };
            let pair = std::iter::once(unit).chain(text.get(6..).and_then(self::unit));
            return match char::decode_utf16(pair).next() {
                Some(Ok(c)) => (c, 6 * c.len_utf16()),
                _ => (char::REPLACEMENT_CHARACTER, 6),
            };
        }
    };
    (said, 2)
}

/// The unit of UTF-16 that a text begins with, as `\u00e9`.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u16::from_str_radix(digits, 16).ok().filter(|_| hex)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_broken_is_read_as_far_as_it_goes() {
        for (text, said) in [
            (r"\ud83d\ude00 Ana", "😀 Ana"),
            (r"\ud83d", "\u{fffd}"),
            (r"\ud83dAna \ude00", "\u{fffd}Ana \u{fffd}"),
            (r"\ud83d\u0041", "\u{fffd}A"),
            (r"C:\Users\ana", "C:\\Users\\ana"),
            (r"\u00", "\\u00"),
            (r"\u+123", "\\u+123"),
            (r"\", "\\"),
            (r"\é", "\\é"),
        ] {
            assert_eq!(unescaped(text), said, "{text}");
        }
        let line = r#"{"a":"say \"hi\"","id":"C1\\","b":2"#;
        let pieces: Vec<_> = between_quotes(line).map(unescaped).collect();
        assert_eq!(pieces, ["{", "a", ":", "say \"hi\"", ",", "id", ":", "C1\\", ",", "b", ":2"]);
    }

    proptest! {
        /// Against the reader that takes what is whole.
        #[test]
        fn what_is_whole_is_read_as_json(text in any::<String>(), ascii in any::<bool>()) {
            let mut written = serde_json::to_string(&text).expect("a text");
            if ascii {
                let ascii = |out: String, c: char| match c {
                    c if c.is_ascii() => out + c.encode_utf8(&mut [0; 4]),
                    c => c.encode_utf16(&mut [0; 2]).iter().fold(out, |out, unit| out + &format!("\\u{unit:04x}")),
                };
                written = written.chars().fold(String::new(), ascii);
            }
            prop_assert_eq!(unescaped(&written[1..written.len() - 1]), text);
        }
    }
}
