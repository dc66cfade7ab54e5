//! Values with several things in them: objects with keys, tags, separated fields, file names. Each field is a column of
//! its own, and what all values have in common says nothing of anybody.

use std::collections::{BTreeMap, BTreeSet};

use crate::values::Values;

/// Texts of one field, counted.
type Counts = BTreeMap<String, u64>;

/// Tells the keys of a text and what stands under each.
type Reader = fn(&str, &mut dyn FnMut(&str, &str));

/// What stands between fields, where most values have it.
const MARKS: [&str; 13] = ["|", "^", "\t", " - ", " – ", ": ", " / ", "\\", "~", " (", "_", "=", ". "];

/// Values that are looked at: what fields they have shows in some.
const ENOUGH: usize = 500;

/// Fields of one value that are looked at.
const MOST_FIELDS: usize = 8;

/// The fields of a column's values, each as a column; none where the values have no more than one.
pub(crate) fn fields(values: &Values) -> Vec<Values> {
    let values = &values.some(ENOUGH);
    let all = cells(values);
    if values.meant().count() < 3 {
        return Vec::new();
    }
    let mut found: Vec<Values> = Vec::new();
    let mut add = |counts: Counts| {
        let filled: u64 = counts.values().sum();
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let lettered = |text: &str| text.chars().any(char::is_alphabetic);
        // Short numbers within others say nothing: a month, a count, a part of a code.
        let short = counts.keys().filter(|text| !lettered(text) && digits(text) < 7).count();
        if counts.len() >= 2 && filled * 10 >= all * 3 && short * 2 < counts.len() {
            found.push(Values::counted(counts));
        }
    };
    let readers: [Reader; 3] = [objects, tags, pairs];
    for reader in readers {
        keyed(values, reader).into_values().for_each(&mut add);
    }
    // Lists of codes have been looked at by their members.
    let listed = values.members().is_some();
    for mark in MARKS.iter().filter(|mark| !listed || is_record(values, mark)) {
        separated(values, mark).into_iter().for_each(&mut add);
    }
    if !listed {
        add(untemplated(values));
        add(numbered(values));
    }
    found
}

/// Whether a mark stands as often in one value as in the next, three times and more, as it does between the fields of a message.
fn is_record(values: &Values, mark: &str) -> bool {
    let mut counts = BTreeMap::new();
    for value in values.meant() {
        *counts.entry(value.text.matches(mark).count()).or_insert(0_usize) += 1;
    }
    counts.into_iter().any(|(marks, many)| marks >= 3 && many * 10 >= values.meant().count() * 9)
}

fn cells(values: &Values) -> u64 {
    values.meant().map(|value| value.count).sum()
}

/// Fields by their keys, where most values have some.
fn keyed(values: &Values, read: Reader) -> BTreeMap<String, Counts> {
    let mut fields: BTreeMap<String, Counts> = BTreeMap::new();
    let mut having = 0;
    for value in values.meant() {
        let mut any = false;
        read(&value.text, &mut |key, text| {
            any = true;
            if fields.len() < 4 * MOST_FIELDS || fields.contains_key(key) {
                count(fields.entry(key.to_owned()).or_default(), text, value.count);
            }
        });
        having += usize::from(any);
    }
    if having * 10 < values.meant().count() * 6 { BTreeMap::new() } else { fields }
}

fn count(counts: &mut Counts, text: &str, many: u64) {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "\"')(;,".contains(c));
    if !text.is_empty() {
        *counts.entry(text.to_owned()).or_insert(0) += many;
    }
}

/// `{"first": "Ana", "born": "1985-03-04"}`; what was cut off at the end is left out.
fn objects(text: &str, found: &mut dyn FnMut(&str, &str)) {
    if !text.starts_with(['{', '[']) {
        return;
    }
    let mut rest = text;
    while let Some((_, from)) = rest.split_once('"') {
        let Some((key, after)) = from.split_once('"') else { return };
        let Some(value) = after.trim_start().strip_prefix(':') else {
            rest = after;
            continue;
        };
        let value = value.trim_start();
        if let Some(quoted) = value.strip_prefix('"') {
            let end = quoted.find('"').unwrap_or(quoted.len());
            found(key, &quoted[..end]);
            rest = quoted.get(end + 1..).unwrap_or("");
        } else {
            let end = value.find([',', '}', '{', '[']).unwrap_or(value.len());
            found(key, &value[..end]);
            rest = &value[end..];
        }
    }
}

/// `<Given>Ana</Given>`; without closed tags those of a page.
fn tags(text: &str, found: &mut dyn FnMut(&str, &str)) {
    let mut rest = text;
    while let Some((_, from)) = rest.split_once('<') {
        let Some((tag, after)) = from.split_once('>') else { return };
        let end = after.find('<').unwrap_or(after.len());
        if !tag.starts_with('/') && !after[..end].trim().is_empty() {
            found(tag.split(' ').next().unwrap_or(tag), &after[..end]);
        }
        rest = &after[end..];
    }
}

/// `last=Doe;first=Ana`, `last: Doe, first: Ana`.
fn pairs(text: &str, found: &mut dyn FnMut(&str, &str)) {
    for part in text.split([';', '&', '|', ',']) {
        let Some((key, value)) = part.split_once(['=', ':']) else { continue };
        let key = key.trim();
        if !key.is_empty() && key.len() <= 24 && key.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') {
            found(key, value);
        }
    }
}

/// Fields by their place, where a mark stands in most values.
fn separated(values: &Values, mark: &str) -> Vec<Counts> {
    let with = values.meant().filter(|value| value.text.contains(mark)).count();
    if with * 10 < values.meant().count() * 7 {
        return Vec::new();
    }
    let mut fields: Vec<Counts> = Vec::new();
    for value in values.meant() {
        for (at, field) in value.text.split(mark).take(MOST_FIELDS).enumerate() {
            if fields.len() <= at {
                fields.push(Counts::new());
            }
            count(&mut fields[at], field, value.count);
        }
    }
    fields
}

/// Values without the words that half of them have, without digits and marks: of `DoeAna_intake_2024.pdf` remains `Doe Ana`.
fn untemplated(values: &Values) -> Counts {
    let words: Vec<Vec<String>> = values.meant().map(|value| pieces(&value.text)).collect();
    let mut common: BTreeMap<String, usize> = BTreeMap::new();
    for words in &words {
        let seen: BTreeSet<String> = words.iter().map(|word| word.to_lowercase()).collect();
        for word in seen {
            *common.entry(word).or_insert(0) += 1;
        }
    }
    common.retain(|_, many| *many * 2 > words.len());
    let mut counts = Counts::new();
    // `Type A`, `Type B`: of a few values what differs is a list.
    if common.is_empty() || words.len() < 6 {
        return counts;
    }
    for (value, words) in values.meant().zip(&words) {
        let kept = words.iter().filter(|word| !common.contains_key(&word.to_lowercase()));
        count(&mut counts, &kept.cloned().collect::<Vec<_>>().join(" "), value.count);
    }
    counts
}

/// The word of each value that has the most digits, where it stands among others: of `Passport MX #A12345678` the last.
fn numbered(values: &Values) -> Counts {
    let mut counts = Counts::new();
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let mark = |c: char| !c.is_alphanumeric();
    let (mut with, mut all) = (0_usize, 0_usize);
    for value in values.meant() {
        all += 1;
        let words = value.text.split([' ', '#', ':', '_', '=', ',']).map(|word| word.trim_matches(mark));
        let Some(number) = words.max_by_key(|word| digits(word)).filter(|word| digits(word) >= 6) else {
            continue;
        };
        if number.len() + 2 < value.text.len() && value.text.chars().any(char::is_alphabetic) {
            with += 1;
            count(&mut counts, number, value.count);
        }
    }
    if with * 10 < all * 8 { Counts::new() } else { counts }
}

/// Words of a text, also where a capital begins one within: `DoeAna` is `Doe`, `Ana`. What has digits in it is a code.
fn pieces(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && !"'’".contains(c));
    words.filter(|word| !word.contains(|c: char| c.is_ascii_digit())).flat_map(capitals).collect()
}

fn capitals(word: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut small = false;
    for c in word.chars() {
        if c.is_uppercase() && small {
            pieces.push(String::new());
        }
        if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
        small = c.is_lowercase();
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(reader: Reader, text: &str) -> Vec<(String, String)> {
        let mut found = Vec::new();
        reader(text, &mut |key, value| found.push((key.to_owned(), value.to_owned())));
        found
    }

    #[test]
    fn keys_and_tags_are_read() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            read(objects, r#"{"first": "Ana", "tier":2, "at": {"zip": "93701"}, "ol"#),
            [pair("first", "Ana"), pair("tier", "2"), pair("at", ""), pair("zip", "93701")]
        );
        assert_eq!(read(tags, "<N><G x='1'>Ana</G><F>Doe</F></N>"), [pair("G", "Ana"), pair("F", "Doe")]);
        assert_eq!(read(pairs, "last=Doe;first=Ana;2"), [pair("last", "Doe"), pair("first", "Ana")]);
    }

    #[test]
    fn words_are_told_apart_by_capitals() {
        assert_eq!(pieces("DoeAna_intake_2024.pdf"), ["Doe", "Ana", "intake", "pdf"]);
        assert_eq!(pieces("O'NEAL-RUIZ"), ["O'NEAL", "RUIZ"]);
    }
}
