//! A keyed id as an extract writes it.

/// Reads 32 lower-case hexadecimal digits.
pub(crate) fn keyed_id(text: &str) -> Option<u128> {
    let (high, low) = text.as_bytes().split_at_checked(16)?;
    Some(u128::from(sixteen_digits(high)?) << 64 | u128::from(sixteen_digits(low)?))
}

fn sixteen_digits(digits: &[u8]) -> Option<u64> {
    let digits: &[u8; 16] = digits.try_into().ok()?;
    let (number, seen) = digits.iter().fold((0_u64, 0_u8), |(number, seen), digit| {
        let value = DIGITS[usize::from(*digit)];
        (number << 4 | u64::from(value & 0xf), seen | value)
    });
    (seen & NO_DIGIT == 0).then_some(number)
}

/// What each byte is worth as a hexadecimal digit. A branch on every digit of ten million ids costs more than all
/// else that is done with them.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    digits
};

const NO_DIGIT: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keyed_ids_have_one_form() {
        assert_eq!(keyed_id(&format!("{:032x}", 77_u128)), Some(77));
        for bad in ["", "77", &"A".repeat(32), &"0".repeat(31), &format!("+{}", "0".repeat(31))] {
            assert_eq!(keyed_id(bad), None, "{bad:?}");
        }
        for at in 0..32 {
            for byte in (0..=u8::MAX).filter(u8::is_ascii) {
                let mut text = vec![b'7'; 32];
                text[at] = byte;
                let text = String::from_utf8(text).expect("ASCII");
                let digit = byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                let expected = digit.then(|| u128::from_str_radix(&text, 16).expect("digits"));
                assert_eq!(keyed_id(&text), expected, "{text:?}");
            }
        }
    }
}
