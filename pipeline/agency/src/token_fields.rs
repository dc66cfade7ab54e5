//! The parts of an identity that token families are made of.

use chrono::Datelike;

use crate::identity::Identity;
use crate::tokenize::SOUND_DIGITS;

/// The fields that families are made of; `None` where the record lacks it.
pub(crate) struct Fields<'a> {
    pub(crate) first: Option<&'a str>,
    pub(crate) last: Option<&'a str>,
    pub(crate) sounds: Option<(&'a str, &'a str)>,
    pub(crate) dob: Option<[u8; 8]>,
    pub(crate) swapped_dob: Option<[u8; 8]>,
    pub(crate) year: Option<[u8; 4]>,
    pub(crate) street: Option<(&'a str, &'a str)>,
    pub(crate) zip3: Option<&'a str>,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(identity: &'a Identity) -> Self {
        let date = identity.birth.date;
        let digits = |year: i32, a: u32, b: u32| {
            let mut out = [0_u8; 8];
            write_digits(&mut out[..4], year.unsigned_abs());
            write_digits(&mut out[4..6], a);
            write_digits(&mut out[6..], b);
            out
        };
        let year = identity.birth.year.map(|year| {
            let mut out = [0_u8; 4];
            write_digits(&mut out, year.unsigned_abs());
            out
        });
        Self {
            first: identity.first.as_deref(),
            last: identity.last.as_deref(),
            sounds: sound(identity.first_soundex.as_deref()).zip(sound(identity.last_soundex.as_deref())),
            dob: date.map(|d| digits(d.year(), d.month(), d.day())),
            swapped_dob: date
                .filter(|d| d.day() <= 12 && d.day() != d.month())
                .map(|d| digits(d.year(), d.day().min(d.month()), d.day().max(d.month()))),
            year,
            street: identity.street_number.as_deref().zip(identity.street_name.as_deref()),
            zip3: identity.postcode.as_deref().and_then(|code| code.get(..3)),
        }
    }
}

fn sound(form: Option<&str>) -> Option<&str> {
    form.and_then(|form| form.get(..SOUND_DIGITS))
}

fn write_digits(out: &mut [u8], mut number: u32) {
    for digit in out.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}
