//! Columns of the extract that hold keyed values, built without looking at each value: there are a hundred columns of
//! tokens a record.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, DictionaryArray, StringArray, UInt16Array, new_null_array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType;
use domain::TOKEN_BYTES;

use crate::key_pair::Id;

/// Hexadecimal digits of an id.
const ID_DIGITS: usize = 2 * size_of::<Id>();
/// The two digits of each byte.
const DIGITS: [[u8; 2]; 256] = {
    let (digits, mut pairs, mut byte) = (b"0123456789abcdef", [[0; 2]; 256], 0);
    while byte < pairs.len() {
        pairs[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    pairs
};

/// Ids in hexadecimal digits.
#[derive(Default)]
pub(crate) struct IdColumn {
    text: Vec<u8>,
}

impl IdColumn {
    pub(crate) fn push(&mut self, id: &Id) {
        let mut digits = [0_u8; ID_DIGITS];
        for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(id) {
            *pair = DIGITS[usize::from(*byte)];
        }
        self.text.extend_from_slice(&digits);
    }

    /// The column, which is empty then.
    pub(crate) fn finish(&mut self) -> ArrayRef {
        let rows = self.text.len() / ID_DIGITS;
        let text = std::mem::replace(&mut self.text, Vec::with_capacity(rows * ID_DIGITS));
        let offsets = OffsetBuffer::from_repeated_length(ID_DIGITS, rows);
        Arc::new(StringArray::try_new(offsets, Buffer::from_vec(text), None).expect("digits are text"))
    }
}

/// Tokens of one family, none for some records, several end to end for others.
#[derive(Default)]
pub(crate) struct TokenColumn {
    bytes: Vec<u8>,
    ends: Vec<i32>,
}

impl TokenColumn {
    /// Appends a record's tokens; none is null.
    pub(crate) fn push(&mut self, tokens: &[u8]) {
        if let Ok(one) = <&[u8; TOKEN_BYTES]>::try_from(tokens) {
            self.bytes.extend_from_slice(one);
        } else {
            self.bytes.extend_from_slice(tokens);
        }
        self.ends.push(i32::try_from(self.bytes.len()).expect("a batch is far below 2 GB"));
    }

    /// The column, which is empty then.
    pub(crate) fn finish(&mut self) -> ArrayRef {
        let rows = self.ends.len();
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        offsets.append(&mut self.ends);
        let room = self.bytes.len();
        let bytes = std::mem::replace(&mut self.bytes, Vec::with_capacity(room));
        let nulls = NullBuffer::new(BooleanBuffer::collect_bool(rows, |row| offsets[row] < offsets[row + 1]));
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
        Arc::new(BinaryArray::new(offsets, Buffer::from_vec(bytes), Some(nulls)))
    }
}

/// Words of a list, by their places in it; some rows have none.
pub(crate) struct WordColumn {
    list: ArrayRef,
    places: Vec<u16>,
    present: Vec<bool>,
}

impl WordColumn {
    /// A column of the words of `list`.
    pub(crate) fn of<'a>(list: impl IntoIterator<Item = &'a str>) -> Self {
        let list = Arc::new(StringArray::from_iter_values(list));
        Self { list, places: Vec::new(), present: Vec::new() }
    }

    /// Arrow's type of it: the words stand once.
    pub(crate) fn data_type() -> DataType {
        DataType::Dictionary(Box::new(DataType::UInt16), Box::new(DataType::Utf8))
    }

    pub(crate) fn push(&mut self, place: Option<u16>) {
        self.places.push(place.unwrap_or_default());
        self.present.push(place.is_some());
    }

    /// The column, which is empty then.
    pub(crate) fn finish(&mut self) -> ArrayRef {
        let rows = self.places.len();
        let places = std::mem::replace(&mut self.places, Vec::with_capacity(rows));
        let nulls = NullBuffer::from(self.present.as_slice());
        self.present.clear();
        // A row without a word has a place all the same, which may be in no list.
        if self.list.is_empty() {
            return new_null_array(&Self::data_type(), rows);
        }
        let places = UInt16Array::new(places.into(), Some(nulls));
        Arc::new(DictionaryArray::new(places, Arc::clone(&self.list)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;
    use arrow::compute::cast;

    #[test]
    fn words_come_by_their_places_and_none_where_there_is_none() {
        for (list, places) in [(&["a", "b"][..], &[Some(1), None, Some(0)][..]), (&[], &[None, None])] {
            let mut words = WordColumn::of(list.iter().copied());
            for _ in 0..2 {
                for place in places {
                    words.push(*place);
                }
                let text = cast(&words.finish(), &DataType::Utf8).expect("in a test");
                let said: Vec<_> = text.as_string::<i32>().iter().collect();
                let expected: Vec<_> =
                    places.iter().map(|place| place.map(|at| list[usize::from(at)])).collect();
                assert_eq!(said, expected);
            }
        }
    }

    #[test]
    fn columns_hold_what_was_pushed_and_start_again() {
        let mut ids = IdColumn::default();
        let mut tokens = TokenColumn::default();
        for _ in 0..2 {
            for row in 0..20_u8 {
                ids.push(&[row.wrapping_mul(29); 16]);
                tokens.push(&vec![row; TOKEN_BYTES * usize::from(row % 3)]);
            }
            let (ids, tokens) = (ids.finish(), tokens.finish());
            let (ids, tokens) = (ids.as_string::<i32>(), tokens.as_binary::<i32>());
            assert_eq!((ids.len(), tokens.len()), (20, 20));
            for row in 0..20_u8 {
                let at = usize::from(row);
                assert_eq!(ids.value(at), hex::encode([row.wrapping_mul(29); 16]));
                assert_eq!(tokens.is_null(at), row % 3 == 0);
                assert_eq!(tokens.value(at), vec![row; TOKEN_BYTES * usize::from(row % 3)]);
            }
        }
    }
}
