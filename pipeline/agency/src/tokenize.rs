//! Identity fields to tokens: HMAC-SHA256 under one key a family, 128 bits kept.
//!
//! A message is the fields of a family, in the order of its name, each ended by 0x1F, which no
//! normalized field holds. A family whose field is missing gives no token.
//!
//! - `nickname_dob`: the head of the first name's nickname group ([`crate::nickname`]).
//! - `soundex_*`, `metaphone_dob`: sound codes of first and last name. Of a SOUNDEX form
//!   ([`crate::hashed_hmis`]) 16 digits tell all 8,918 codes apart and keep the message to one block.
//! - `swapped_names_dob`: both names in alphabetic order, so that a record with the names in each
//!   other's column meets one with them in place.
//! - `*_swapped_dob`: year, then the smaller and the larger of day and month; only where day and
//!   month can be mistaken for each other (both at most 12, and different).
//! - `*_masked_dob`, `*_masked_ssn`: one token a digit, with that digit blotted out.
//! - `first_deleted_dob`, `last_deleted_dob`: the name as it is and with each one of its first 15
//!   letters left out; the other name exact. Two names one edit apart share a token.
//! - `*_street`: house number and street; `street_name_dob`: the street alone.
//! - `zip3`: the first three digits. `year`: of birth. `ssn4`: the last four digits.
//! - `prefixes_dob`: the first three letters of either name.
//! - `dob_ssn` of a hashed SSN: the hash, in a namespace of its own.
//!
//! # Source
//! Linkage reference, sections 1 and 3; [`domain::FAMILIES`].

use domain::{FAMILIES, TOKEN_BYTES};
use hmac::{Hmac, KeyInit, Mac};
use keys::KeyFile;
use rphonetic::{Encoder, Metaphone};
use sha2::Sha256;

use crate::identity::Identity;
use crate::nickname::nickname_head;
use crate::token_fields::Fields;
use crate::token_set::TokenSet;

const SEPARATOR: u8 = 0x1f;
const BLOT: u8 = b'*';
const DELETIONS: usize = 15;

/// Digits of a SOUNDEX form that take part.
pub(crate) const SOUND_DIGITS: usize = 16;

/// The position of a family, found when the program is compiled.
const fn family(name: &str) -> usize {
    let mut i = 0;
    while i < FAMILIES.len() {
        let (a, b) = (FAMILIES[i].name.as_bytes(), name.as_bytes());
        let mut same = a.len() == b.len();
        let mut j = 0;
        while same && j < a.len() {
            same = a[j] == b[j];
            j += 1;
        }
        if same {
            return i;
        }
        i += 1;
    }
    panic!("no such family");
}

macro_rules! family {
    ($name:literal) => {{
        const FAMILY: usize = family($name);
        FAMILY
    }};
}

/// The first three letters.
fn prefix(name: &str) -> &str {
    &name[..name.char_indices().nth(3).map_or(name.len(), |(at, _)| at)]
}

/// Makes tokens. Holds one keyed HMAC state a family; making a token clones the state.
pub(crate) struct Tokenizer {
    states: Vec<Hmac<Sha256>>,
    metaphone: Metaphone,
    message: Vec<u8>,
}

impl Tokenizer {
    pub(crate) fn new(linkage: &KeyFile) -> Self {
        let states = FAMILIES.iter().map(|family| {
            let key = linkage.derive(&format!("family/{}", family.name));
            Hmac::new_from_slice(&*key).expect("HMAC takes a key of any length")
        });
        Self {
            states: states.collect(),
            metaphone: Metaphone::new(Some(6)),
            message: Vec::with_capacity(128),
        }
    }

    /// Tokens of `identity` into `out`, which is cleared first.
    pub(crate) fn tokenize(&mut self, identity: &Identity, out: &mut TokenSet) {
        out.clear();
        let fields = Fields::of(identity);
        self.names_and_birth(&fields, identity, out);
        self.addresses(&fields, identity, out);
        self.contacts(&fields, identity, out);
        self.numbers(&fields, identity, out);
        self.further(&fields, identity, out);
    }

    fn names_and_birth(&mut self, f: &Fields<'_>, identity: &Identity, out: &mut TokenSet) {
        let Some(dob) = &f.dob else { return };
        if let (Some(first), Some(last)) = (f.first, f.last) {
            let initial = &first[..first.chars().next().map_or(0, char::len_utf8)];
            self.one(out, family!("name_dob"), &[first.as_bytes(), last.as_bytes(), dob]);
            self.one(out, family!("nickname_dob"), &[nickname_head(first).as_bytes(), last.as_bytes(), dob]);
            self.one(out, family!("initial_dob"), &[initial.as_bytes(), last.as_bytes(), dob]);
            if let Some(sex) = &identity.sex {
                let parts: [&[u8]; 4] = [initial.as_bytes(), last.as_bytes(), sex.as_bytes(), dob];
                self.one(out, family!("initial_sex_dob"), &parts);
            }
        }
        if let Some((first, last)) = f.sounds {
            self.one(out, family!("soundex_dob"), &[first.as_bytes(), last.as_bytes(), dob]);
        }
        if let (Some(first), Some(last)) = (f.first, f.last) {
            if let (Some(a), Some(b)) = (self.sound(first), self.sound(last)) {
                self.one(out, family!("metaphone_dob"), &[a.as_bytes(), b.as_bytes(), dob]);
            }
            let (low, high) = if first <= last { (first, last) } else { (last, first) };
            self.one(out, family!("swapped_names_dob"), &[low.as_bytes(), high.as_bytes(), dob]);
            if let Some(swapped) = &f.swapped_dob {
                self.one(out, family!("name_swapped_dob"), &[first.as_bytes(), last.as_bytes(), swapped]);
            }
            self.masked(out, family!("name_masked_dob"), &[first.as_bytes(), last.as_bytes()], dob);
        }
        if let (Some((first, last)), Some(swapped)) = (f.sounds, &f.swapped_dob) {
            self.one(out, family!("soundex_swapped_dob"), &[first.as_bytes(), last.as_bytes(), swapped]);
        }
        if let (Some(first), Some(last)) = (f.first, f.last) {
            self.deleted(out, family!("first_deleted_dob"), first, &[last.as_bytes(), dob]);
            self.deleted(out, family!("last_deleted_dob"), last, &[first.as_bytes(), dob]);
        }
    }

    fn addresses(&mut self, f: &Fields<'_>, identity: &Identity, out: &mut TokenSet) {
        let dob = f.dob.as_ref().map(<[u8; 8]>::as_slice);
        let year = f.year.as_ref().map(<[u8; 4]>::as_slice);
        let (first, last) = (f.first.map(str::as_bytes), f.last.map(str::as_bytes));
        let zip3 = f.zip3.map(str::as_bytes);
        let postcode = identity.postcode.as_deref().map(str::as_bytes);
        let number = f.street.map(|(number, _)| number.as_bytes());
        let street = f.street.map(|(_, street)| street.as_bytes());
        let street_name = identity.street_name.as_deref().map(str::as_bytes);
        let (sound1, sound2) = (f.sounds.map(|s| s.0.as_bytes()), f.sounds.map(|s| s.1.as_bytes()));
        self.all(out, family!("first_dob_zip3"), &[first, dob, zip3]);
        self.all(out, family!("first_dob_street"), &[first, dob, number, street]);
        self.all(out, family!("last_dob_street"), &[last, dob, number, street]);
        self.all(out, family!("street_dob"), &[number, street, dob]);
        self.all(out, family!("street_name_dob"), &[street_name, dob]);
        self.all(out, family!("name_zip3_year"), &[first, last, zip3, year]);
        self.all(out, family!("name_postcode"), &[first, last, postcode]);
        self.all(out, family!("name_street"), &[first, last, number, street]);
        self.all(out, family!("soundex_street"), &[sound1, sound2, number, street]);
        self.all(out, family!("first_street"), &[first, number, street]);
        self.all(out, family!("last_street_year"), &[last, number, street, year]);
    }

    fn contacts(&mut self, f: &Fields<'_>, identity: &Identity, out: &mut TokenSet) {
        let dob = f.dob.as_ref().map(<[u8; 8]>::as_slice);
        let (first, last) = (f.first.map(str::as_bytes), f.last.map(str::as_bytes));
        let phone = identity.phone.as_deref().map(str::as_bytes);
        let email = identity.email.as_deref().map(str::as_bytes);
        self.all(out, family!("first_phone"), &[first, phone]);
        self.all(out, family!("last_phone"), &[last, phone]);
        self.all(out, family!("dob_phone"), &[dob, phone]);
        self.all(out, family!("first_email"), &[first, email]);
        self.all(out, family!("last_email"), &[last, email]);
        self.all(out, family!("dob_email"), &[dob, email]);
    }

    fn numbers(&mut self, f: &Fields<'_>, identity: &Identity, out: &mut TokenSet) {
        let dob = f.dob.as_ref().map(<[u8; 8]>::as_slice);
        let year = f.year.as_ref().map(<[u8; 4]>::as_slice);
        let (first, last) = (f.first.map(str::as_bytes), f.last.map(str::as_bytes));
        let ssn = identity.ssn.as_deref().map(str::as_bytes);
        let ssn4 = identity.ssn_last_four.as_deref().map(str::as_bytes);
        self.all(out, family!("first_ssn"), &[first, ssn]);
        self.all(out, family!("last_ssn"), &[last, ssn]);
        match (ssn, &identity.ssn_hash) {
            (None, Some(hash)) => {
                self.all(out, family!("dob_ssn"), &[dob, Some(b"hash".as_slice()), Some(hash.as_bytes())]);
            }
            _ => self.all(out, family!("dob_ssn"), &[dob, ssn]),
        }
        self.all(out, family!("last_ssn4_year"), &[last, ssn4, year]);
        self.all(out, family!("first_ssn4_dob"), &[first, ssn4, dob]);
        if let Some(ssn) = ssn {
            if let Some(last) = last {
                self.masked(out, family!("last_masked_ssn"), &[last], ssn);
            }
            if let Some(dob) = dob {
                self.masked(out, family!("dob_masked_ssn"), &[dob], ssn);
            }
        }
    }

    fn further(&mut self, f: &Fields<'_>, identity: &Identity, out: &mut TokenSet) {
        let dob = f.dob.as_ref().map(<[u8; 8]>::as_slice);
        let year = f.year.as_ref().map(<[u8; 4]>::as_slice);
        let (first, last) = (f.first.map(str::as_bytes), f.last.map(str::as_bytes));
        for (family, with) in
            [(family!("first_other"), first), (family!("last_other"), last), (family!("dob_other"), dob)]
        {
            let Some(with) = with else { continue };
            let start = out.bytes.len();
            for other in &identity.other {
                self.push(out, family, &[with, other.as_bytes()]);
            }
            out.close(family, start);
        }
        let place = identity.birth_place.as_deref().map(str::as_bytes);
        self.all(out, family!("name_birthplace"), &[first, last, place]);
        self.all(out, family!("name_birthplace_year"), &[first, last, place, year]);
        self.all(out, family!("birthplace_dob"), &[place, dob]);
        if let (Some(first), Some(last), Some(dob)) = (f.first, f.last, &f.dob) {
            let parts: [&[u8]; 3] = [prefix(first).as_bytes(), prefix(last).as_bytes(), dob];
            self.one(out, family!("prefixes_dob"), &parts);
        }
        if let (Some((first, last)), Some(dob)) = (f.sounds, &f.dob) {
            self.masked(out, family!("soundex_masked_dob"), &[first.as_bytes(), last.as_bytes()], dob);
        }
    }

    /// One token, if every field is there.
    fn all(&mut self, out: &mut TokenSet, family: usize, parts: &[Option<&[u8]>]) {
        self.message.clear();
        for part in parts {
            let Some(part) = part else { return };
            self.message.extend_from_slice(part);
            self.message.push(SEPARATOR);
        }
        self.finish(out, family);
        out.counts[family] = 1;
    }

    fn one(&mut self, out: &mut TokenSet, family: usize, parts: &[&[u8]]) {
        self.push(out, family, parts);
        out.counts[family] = 1;
    }

    /// One token for each digit of `digits`, with that digit blotted out.
    fn masked(&mut self, out: &mut TokenSet, family: usize, parts: &[&[u8]], digits: &[u8]) {
        let start = out.bytes.len();
        let mut blotted = [0_u8; 9];
        let blotted = &mut blotted[..digits.len()];
        for i in 0..digits.len() {
            blotted.copy_from_slice(digits);
            blotted[i] = BLOT;
            self.message.clear();
            for part in parts {
                self.message.extend_from_slice(part);
                self.message.push(SEPARATOR);
            }
            self.message.extend_from_slice(blotted);
            self.message.push(SEPARATOR);
            self.finish(out, family);
        }
        out.close(family, start);
    }

    /// The name as it is, and without each of its first letters.
    fn deleted(&mut self, out: &mut TokenSet, family: usize, name: &str, parts: &[&[u8]]) {
        let start = out.bytes.len();
        let mut letters: Vec<(usize, usize)> =
            name.char_indices().take(DELETIONS).map(|(at, c)| (at, at + c.len_utf8())).collect();
        letters.push((name.len(), name.len()));
        for (from, to) in letters {
            self.message.clear();
            self.message.extend_from_slice(&name.as_bytes()[..from]);
            self.message.extend_from_slice(&name.as_bytes()[to..]);
            self.message.push(SEPARATOR);
            for part in parts {
                self.message.extend_from_slice(part);
                self.message.push(SEPARATOR);
            }
            self.finish(out, family);
        }
        out.close(family, start);
    }

    fn push(&mut self, out: &mut TokenSet, family: usize, parts: &[&[u8]]) {
        self.message.clear();
        for part in parts {
            self.message.extend_from_slice(part);
            self.message.push(SEPARATOR);
        }
        self.finish(out, family);
    }

    fn finish(&self, out: &mut TokenSet, family: usize) {
        let mut state = self.states[family].clone();
        state.update(&self.message);
        out.bytes.extend_from_slice(&state.finalize().into_bytes()[..TOKEN_BYTES]);
    }

    /// The metaphone code; `None` for a name without Latin letters.
    fn sound(&self, name: &str) -> Option<String> {
        let code = if name.is_ascii() {
            self.metaphone.encode(name)
        } else {
            self.metaphone.encode(&name.chars().filter(char::is_ascii_alphabetic).collect::<String>())
        };
        (!code.is_empty()).then_some(code)
    }
}
