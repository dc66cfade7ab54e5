//! The verdict on a column: what its values have in common first, single cells last.

use crate::ages::exact_ages;
use crate::calendar::year_of;
use crate::cell::{certain, lookalike, whole_date};
use crate::codes::codes;
use crate::dates::{Dates, births_within, dates};
use crate::documents::documents;
use crate::drawn::drawn;
use crate::fields::fields;
use crate::fractions::fractions;
use crate::given::are_given_out;
use crate::handles::{is_handle, is_login};
use crate::hashes::{are_digests, cut_hashes, hashes, undressed};
use crate::kind::{Basis, Finding, KINDS, Kind};
use crate::masked::masked;
use crate::moments::moments;
use crate::notes::is_written;
use crate::numbers::numbers;
use crate::sketch::{Alarm, Sketch};
use crate::states::is_state;
use crate::telephones::{abroad_share, in_tens, local_share};
use crate::values::{Value, Values};
use crate::vocabulary::{are_called_after, are_entries};
use crate::words::{is_list_of_things, is_told, words};
use crate::written::{Written, is_time};

/// Looks at what was read of a column. `newest_day` is the day of the newest event that the data may
/// hold, from 1970-01-01: ages are counted to it, and two digits of a year read by it. `None` is a column that identifies nobody.
pub fn judge(sketch: &Sketch, newest_day: i64) -> Option<Finding> {
    if sketch.is_opaque() {
        return Some(Finding::column(Kind::Opaque, 1.0));
    }
    let values = sketch.values();
    column(&values, sketch.typed(), newest_day, Depth::Outside)
        .or_else(|| within(&values, newest_day))
        .or_else(|| single_cells(sketch, &values))
        .or_else(|| outliers(&values, newest_day))
        .or_else(|| few(&values, newest_day))
}

/// Whether values may still be text in another dress.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Outside,
    Undressed,
}

/// What a value is made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    Digits,
    Fraction,
    Code,
    Words,
}

fn form(text: &str) -> Form {
    let text = text.trim();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let signs = text.bytes().filter(|b| *b != b' ').count();
    let whole = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = whole.strip_suffix(".0").unwrap_or(whole);
    if !whole.is_empty() && whole.bytes().all(|b| b.is_ascii_digit()) {
        Form::Digits
    } else if digits > 0 && text.contains('.') && text.parse::<f64>().is_ok() {
        Form::Fraction
    } else if digits > 0 && (digits * 2 > signs || numbered(text)) {
        Form::Code
    } else {
        Form::Words
    }
}

/// Whether each word has a digit in it; a state's letters may stand before them: `NY ABC1234`.
fn numbered(text: &str) -> bool {
    let text = text.split_once(' ').filter(|(first, _)| is_state(first)).map_or(text, |(_, rest)| rest);
    text.split(' ').all(|word| word.bytes().any(|b| b.is_ascii_digit()))
}

fn column(values: &Values, typed: bool, newest_day: i64, depth: Depth) -> Option<Finding> {
    let meant = values.meant().count();
    if meant == 0 {
        return None;
    }
    if let Some(finding) = mostly_certain(values) {
        return Some(finding);
    }
    if let Some(members) = values.members() {
        return column(&members, typed, newest_day, depth);
    }
    for counted in [dates, moments] {
        match counted(values, newest_day) {
            Dates::Births(share) => return Some(Finding::column(Kind::BirthDate, share)),
            Dates::Events => return None,
            Dates::None => {}
        }
    }
    let times = values.meant().filter(|v| is_time(&v.text)).count();
    if times as f64 >= 0.8 * meant as f64 {
        return None;
    }
    if let Some(share) = exact_ages(values).or_else(|| births_within(values, newest_day)) {
        return Some(Finding::column(Kind::BirthDate, share));
    }
    if let Some(found) = masked(values) {
        return Some(found);
    }
    if are_given_out(values, newest_day) {
        return None;
    }
    if depth == Depth::Outside {
        if let Some(found) = dressed(values, typed, newest_day) {
            return Some(found);
        }
        if are_digests(values) {
            return hashes(values);
        }
        if let Some(found) = cut_hashes(values) {
            return Some(found);
        }
    }
    let mut forms = [0_usize; 4];
    values.meant().for_each(|v| forms[form(&v.text) as usize] += 1);
    let share = |form: Form| forms[form as usize] as f64 / meant as f64;
    if let Some(found) = signed(values) {
        return Some(found);
    }
    if share(Form::Words) < 0.5 {
        let found = abroad_share(values).or_else(|| local_share(values));
        let found = found.map(|share| Finding::column(Kind::Phone, share));
        if let Some(found) = found.or_else(|| documents(values, newest_day)) {
            return Some(found);
        }
    }
    let numbered = values.meant().filter(|v| v.text.bytes().any(|b| b.is_ascii_digit())).count();
    let document = || {
        let open = numbered as f64 >= 0.9 * meant as f64;
        drawn(values).filter(|_| open).map(|share| Finding::column(Kind::Document, share))
    };
    let found = by_form(values, typed, &forms.map(|count| count as f64 / meant as f64));
    found.or_else(document)
}

/// What a column's values are by what they are made of, as shares of them.
fn by_form(values: &Values, typed: bool, shares: &[f64; 4]) -> Option<Finding> {
    let share = |form: Form| shares[form as usize];
    if share(Form::Digits) >= 0.7 {
        numbers(values, typed)
    } else if share(Form::Digits) + share(Form::Fraction) >= 0.7 {
        fractions(values)
    } else if share(Form::Code) + share(Form::Digits) >= 0.7 {
        let code = codes(values);
        // Units ("#258", "4B") and addresses without blanks are codes by their form alone.
        code.or_else(|| words(values).filter(|f| f.kind == Kind::Address))
    } else {
        words(values)
    }
}

/// A field of the values that identifies by itself.
fn within(values: &Values, newest_day: i64) -> Option<Finding> {
    // `Wagner Act`, `Byrd Act`: without the word that they share they would be names.
    if are_called_after(values) || are_given_out(values, newest_day) || are_digests(values) {
        return None;
    }
    fields(values).iter().find_map(|field| {
        column(field, false, newest_day, Depth::Undressed).filter(|found| is_told(field, found.kind))
    })
}

/// Handles, and logins made of names: one word each, more of them than a list has.
fn signed(values: &Values) -> Option<Finding> {
    let meant = values.meant().count();
    let share = |pass: fn(&str) -> bool| {
        values.meant().filter(|v| pass(&v.text)).count() as f64 / meant.max(1) as f64
    };
    let handles = share(is_handle);
    if meant >= 2 && handles >= 0.7 {
        return Some(Finding::column(Kind::Name, handles));
    }
    let single = |text: &str| !text.trim().contains(' ');
    if meant < 4 || values.variety() < 0.2 || share(single) < 0.9 {
        return None;
    }
    let logins = share(is_login);
    (logins >= 0.25).then(|| Finding::column(Kind::Name, logins.max(0.6)))
}

/// Most values are certain by themselves.
fn mostly_certain(values: &Values) -> Option<Finding> {
    let mut counts = [0_usize; KINDS];
    let mut all = 0;
    for value in values.meant() {
        all += 1;
        if let Some(kind) = certain(&value.text) {
            counts[kind as usize] += 1;
        }
    }
    let (kind, most) = Kind::ALL.iter().map(|k| (*k, counts[*k as usize])).max_by_key(|(_, n)| *n)?;
    let share = most as f64 / f64::from(u32::try_from(all).unwrap_or(u32::MAX).max(1));
    (share >= 0.3 && !(kind == Kind::Phone && in_tens(values))).then(|| Finding::column(kind, share))
}

/// Texts under hexadecimal digits or base 64.
fn dressed(values: &Values, typed: bool, newest_day: i64) -> Option<Finding> {
    let meant = values.meant().count();
    let undone = values.map(undressed);
    let lettered = values.meant().filter(|v| v.text.bytes().any(|b| b.is_ascii_alphabetic())).count();
    if meant < 3 || lettered * 3 < meant || (undone.sample.len() as f64) < 0.9 * meant as f64 {
        return None;
    }
    let found = column(&undone, typed, newest_day, Depth::Undressed)?;
    Some(Finding { kind: Kind::Hash, ..found })
}

/// Cells that are certain by themselves, in a column that is clean without them.
fn single_cells(sketch: &Sketch, values: &Values) -> Option<Finding> {
    // Of lists each member is judged: `Logan; Miami` is no name, and an agency's is one of those that come again.
    let members = values.members().filter(|_| values.distinct <= values.sample.len() as f64);
    let (values, members) = (members.as_ref().unwrap_or(values), members.is_some());
    let alarms = Kind::ALL.iter().map(|kind| {
        let alarm = sketch.alarms()[*kind as usize];
        let named = values.meant().filter(|v| certain(&v.text) == Some(Kind::Name)).map(|v| v.count);
        let in_members = members && *kind == Kind::Name;
        (*kind, if in_members { Alarm { count: named.sum(), ..alarm } } else { alarm })
    });
    let entries = |kind: Kind| match kind {
        Kind::Name => are_entries(values),
        Kind::Phone => in_tens(values),
        _ => false,
    };
    let raised = alarms.filter(|(kind, alarm)| alarm.count > 0 && !entries(*kind));
    let (kind, alarm) = raised.max_by_key(|(_, alarm)| alarm.count)?;
    // A house called after somebody stands there as often as the others do.
    if kind == Kind::Name && alarm.count >= 2 && is_list_of_things(values) {
        return None;
    }
    let basis = Basis::Cells { count: alarm.count, first_row: alarm.first_row };
    Some(Finding { kind, basis, certainty: 0.9 })
}

/// Long numbers among codes of one to three signs: nine or ten digits, or an old date, do not get there by
/// themselves.
fn outliers(values: &Values, newest_day: i64) -> Option<Finding> {
    let cells: u64 = values.sample.iter().map(|v| v.count).sum();
    let short: u64 = values.sample.iter().filter(|v| v.text.chars().count() <= 3).map(|v| v.count).sum();
    if values.filled < 5 || (short as f64) < 0.8 * cells as f64 {
        return None;
    }
    let long = |value: &Value| {
        let digits = value.text.bytes().all(|b| b.is_ascii_digit());
        let same = value.text.bytes().all(|b| b == value.text.as_bytes()[0]);
        match value.text.len() {
            9 if digits && !same => Some(Kind::Ssn),
            10 if digits && !same => Some(Kind::Phone),
            _ => is_old_date(&value.text, newest_day).then_some(Kind::BirthDate),
        }
    };
    let (value, kind) = values.sample.iter().find_map(|value| Some((value, long(value)?)))?;
    Some(cells_of(kind, value))
}

/// Columns of a few cells, or of one value, show nothing in common: each is held to what it looks like.
fn few(values: &Values, newest_day: i64) -> Option<Finding> {
    let alike = values.meant().count() < 3;
    if values.filled >= 5 && !alike {
        return None;
    }
    values.meant().find_map(|value| {
        let text = &value.text;
        let name = values.filled < 5 && form(text) == Form::Words && lookalike(text) == Some(Kind::Name);
        let kind = if is_old_date(text, newest_day) {
            Kind::BirthDate
        } else if name {
            Kind::Name
        } else if values.filled < 5 && is_sentence(text) {
            Kind::FreeText
        } else {
            return None;
        };
        Some(cells_of(kind, value))
    })
}

fn cells_of(kind: Kind, value: &Value) -> Finding {
    Finding { kind, basis: Basis::Cells { count: value.count, first_row: 0 }, certainty: 0.7 }
}

/// A date so long before the newest event that it is nobody's visit.
fn is_old_date(text: &str, newest_day: i64) -> bool {
    const YEARS: i64 = 15 * 365;
    let days = Written::read(text).map(|written| written.any_day(year_of(newest_day)));
    whole_date(text) && days.is_some_and(|day| day.is_some_and(|day| day < newest_day - YEARS))
}

/// Four words or more, most of them in lower case, as no list writes its words.
fn is_sentence(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let lower = words.iter().filter(|w| w.starts_with(char::is_lowercase)).count();
    words.len() >= 4
        && lower * 2 > words.len()
        && !text.contains('(')
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && is_written(text)
}
