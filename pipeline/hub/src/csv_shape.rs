//! The shape of a CSV file: its header, its rows, and that every row has as many fields.
//!
//! Polars fills short rows with nulls; a row that was cut off would pass.

/// Header and number of data rows.
pub(crate) struct Shape {
    pub(crate) header: Vec<String>,
    pub(crate) rows: usize,
}

/// What is wrong with the shape.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ShapeError {
    /// A row (counted from 1 after the header) with another number of fields.
    Ragged { row: usize },
    /// No header, a quote that never closes, or a quote in the middle of a field.
    Unreadable,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Bare,
    Quoted,
    QuoteInQuoted,
}

/// Scans a CSV text with commas, double quotes and line feeds (with or without carriage returns).
pub(crate) fn csv_shape(text: &str) -> Result<Shape, ShapeError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut header = Vec::new();
    let mut width = None;
    let (mut rows, mut fields, mut start) = (0_usize, 0_usize, 0_usize);
    let mut state = State::FieldStart;
    let mut close_row = |header: &[String], fields: usize, rows: &mut usize| match width {
        None => {
            width = Some(header.len());
            Ok(())
        }
        Some(width) => {
            *rows += 1;
            if fields == width { Ok(()) } else { Err(ShapeError::Ragged { row: *rows }) }
        }
    };
    let mut in_header = true;
    for (at, byte) in text.bytes().enumerate() {
        state = match (state, byte) {
            (State::Quoted, b'"') | (State::QuoteInQuoted, b'\r') => State::QuoteInQuoted,
            (State::FieldStart | State::QuoteInQuoted, b'"') | (State::Quoted, _) => State::Quoted,
            (_, b',' | b'\n') => {
                fields += 1;
                if in_header {
                    header.push(unquoted(&text[start..at]));
                }
                start = at + 1;
                if byte == b'\n' {
                    close_row(&header, fields, &mut rows)?;
                    (fields, in_header) = (0, false);
                }
                State::FieldStart
            }
            (State::Bare, b'"') | (State::QuoteInQuoted, _) => return Err(ShapeError::Unreadable),
            (State::FieldStart | State::Bare, _) => State::Bare,
        };
    }
    if state == State::Quoted {
        return Err(ShapeError::Unreadable);
    }
    if start < text.len() || fields > 0 {
        fields += 1;
        if in_header {
            header.push(unquoted(&text[start..]));
        }
        close_row(&header, fields, &mut rows)?;
    }
    if header.is_empty() { Err(ShapeError::Unreadable) } else { Ok(Shape { header, rows }) }
}

fn unquoted(field: &str) -> String {
    let field = field.strip_suffix('\r').unwrap_or(field);
    field.strip_prefix('"').and_then(|f| f.strip_suffix('"')).unwrap_or(field).replace("\"\"", "\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Result<(Vec<String>, usize), ShapeError> {
        csv_shape(text).map(|s| (s.header, s.rows))
    }

    #[test]
    fn whole_files_have_a_shape() {
        let header = vec!["a".to_owned(), "b".to_owned()];
        for text in
            ["a,b\n1,2\n3,4\n", "a,b\n1,2\n3,4", "a,b\r\n1,\r\n,4\r\n", "\"a\",b\n\"1,\n\"\"x\",2\n3,4\n"]
        {
            assert_eq!(shape(text), Ok((header.clone(), 2)), "{text:?}");
        }
        assert_eq!(shape("a,b\n"), Ok((header, 0)));
    }

    #[test]
    fn torn_files_do_not() {
        assert_eq!(shape("a,b\n1,2\n3\n"), Err(ShapeError::Ragged { row: 2 }));
        assert_eq!(shape("a,b\n1,2,3\n"), Err(ShapeError::Ragged { row: 1 }));
        assert_eq!(shape("a,b\n1,\"2\n"), Err(ShapeError::Unreadable));
        assert_eq!(shape("a,b\n1,\"2\"x\n"), Err(ShapeError::Unreadable));
        assert_eq!(shape(""), Err(ShapeError::Unreadable));
    }
}
