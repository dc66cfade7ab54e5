//! Numbers as a line of JSON writes them. A parser keeps 64 bits of a number, and an id of twenty digits would
//! become its neighbour's.

/// The number that the flat object in `line`, which is valid JSON, has under `key`.
pub(crate) fn number_as_written<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    let bytes = line.as_bytes();
    let (mut at, mut depth, mut found) = (0, 0_u32, None);
    let mut name: Option<String> = None;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'"' => {
                at = string_end(bytes, start);
                if depth == 1 && name.is_none() {
                    name = serde_json::from_str(line.get(start..at)?).ok();
                }
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b',' if depth == 1 => name = None,
            b'-' | b'0'..=b'9' => {
                let number = |b: &u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
                at += bytes[at..].iter().take_while(|b| number(b)).count();
                if depth == 1 && name.as_deref() == Some(key) {
                    found = line.get(start..at);
                }
            }
            _ => {}
        }
    }
    found
}

/// Behind the string that begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'"' => return at,
            b'\\' => at += 1,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_its_digits() {
        let line = r#"{"note": "id\": 7, \\", "a\u0062": -12.50, "id":123456789012345678901234567890, "list": [1, {"id": 2}], "z":1e3}"#;
        assert!(serde_json::from_str::<serde_json::Value>(line).is_ok());
        for (key, text) in
            [("id", Some("123456789012345678901234567890")), ("ab", Some("-12.50")), ("z", Some("1e3"))]
        {
            assert_eq!(number_as_written(line, key), text, "{key}");
        }
        assert_eq!(number_as_written(line, "note"), None);
        assert_eq!(number_as_written(r#"{"id": 1.5, "id": 2.5}"#, "id"), Some("2.5"), "as parsers do");
    }
}
