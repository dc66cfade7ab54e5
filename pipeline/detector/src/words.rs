//! Columns of words: names, streets and notes on one side; categories, programs and codes on the other.
//!
//! No list holds all names. What tells names from categories is mostly that names are open: however
//! many rows have been read, the next one may bring a new one.

use crate::cell::certain;
use crate::kind::{Finding, Kind};
use crate::lexicon::Lexicon;
use crate::person::{addressed, initialled, is_thing, parts};
use crate::shares::{Shares, is_ordinary};
use crate::states::of_one_state;
use crate::values::Values;
use crate::vocabulary::{are_called_after, are_field_names, is_chinese_list};

/// More different texts than this are no list of words, whoever made it.
const MOST_WORDS: f64 = 150.0;

/// Looks at a column's values as words.
pub(crate) fn words(values: &Values) -> Option<Finding> {
    let values = &values.in_one_case();
    if let Some(members) = values.listed_members() {
        return words(&members);
    }
    let found = worded(values)?;
    // A sentence of a form with a number in it, `Week of Mar 3`, is as many texts as there are numbers, and says no more.
    match (found.kind, values.without_numbers()) {
        (Kind::Name | Kind::FreeText, Some(sentences)) => worded(&sentences),
        _ => Some(found),
    }
}

fn worded(values: &Values) -> Option<Finding> {
    let texts: Vec<&str> = values.meant().map(|v| &*v.text).collect();
    if texts.is_empty() {
        return None;
    }
    if all_suffixes(&texts) {
        return Some(Finding::column(Kind::Name, 1.0));
    }
    match letters(values, &texts) {
        Letters::Initials => return Some(Finding::column(Kind::Name, 0.8)),
        Letters::Codes => return None,
        Letters::Words => {}
    }
    let shares = Shares::of(&texts);
    let kind = judge(values, &texts, &shares)?;
    let certainty = match kind {
        Kind::Address => shares.streets.max(shares.units),
        Kind::Name => shares.named.max(shares.hinted).max(values.news().sqrt()).max(0.6),
        _ => values.news().sqrt().max(0.6),
    };
    Some(Finding::column(kind, certainty))
}

fn judge(values: &Values, texts: &[&str], s: &Shares) -> Option<Kind> {
    let open = values.news() >= 0.04 && s.values >= 25.0
        || values.distinct > MOST_WORDS
        || (values.variety() >= 0.6 && s.values >= 6.0);
    // A house called `Dorothy Day Place` is no street where others of its list are called as offices are.
    let houses = s.organizations >= 0.3
        && values.filled as f64 >= 8.0 * s.values
        && !texts.iter().any(|text| text.bytes().any(|b| b.is_ascii_digit()));
    if s.units >= 0.7 || (s.streets >= 0.4 && s.values >= 2.0 && !houses) {
        return Some(Kind::Address);
    }
    if s.corners >= 0.6 && s.streets_meeting >= 0.1 && s.values >= 2.0 && values.variety() >= 0.3 {
        return Some(Kind::Address);
    }
    if s.houses >= 0.7 && s.ordinary < 0.6 && s.measures < 0.3 && s.organizations < 0.4 && s.values >= 4.0 {
        return Some(Kind::Address);
    }
    // A few words in another script that come again and again are a list's; of names there are more.
    let listed = s.values <= 20.0 && s.words < 1.5 && values.filled as f64 >= 12.0 * s.values;
    let unanswered = s.answers < 0.4 && s.foreign > s.answers;
    if s.foreign >= 0.3 && s.values >= 2.0 && unanswered && !listed && !is_chinese_list(values) {
        return Some(Kind::Name);
    }
    // `3y 4m`, `45 min`: measures, not words.
    if s.lettered < 0.5 || s.measures >= 0.7 {
        return None;
    }
    if s.notes < 0.3 && (s.places >= 0.6 || is_of_one_state(values, texts)) {
        return None;
    }
    if s.notes < 0.3 && (are_called_after(values) || are_field_names(texts)) {
        return None;
    }
    if s.named >= 0.5 && s.organizations < 0.5 && (s.ordinary < 0.75 || s.words >= 2.0) && s.values >= 2.0 {
        return Some(Kind::Name);
    }
    let some = &texts[..texts.len().min(400)];
    if initialled(some) || addressed(some) {
        return Some(Kind::Name);
    }
    if free_text(values, s) {
        return Some(Kind::FreeText);
    }
    // Names of programs: a word that half of them begin with, or an organization's.
    let common_start = s.opening >= 0.5 && s.values >= 4.0;
    let programs = (s.organizations >= 0.4 || common_start) && s.sentences < 0.5;
    if programs
        && (s.hinted < 0.5 || s.organizations >= 0.8 || !open && s.organizations >= 0.5)
        && s.words <= 8.0
    {
        return None;
    }
    let listed_words = s.ordinary >= 0.8 || (s.ordinary >= 0.5 && !open);
    let unlisted = s.words >= 1.9 && values.news() >= 0.15 && s.values >= 4.0 && s.hinted < 0.3;
    if unlisted && !listed_words && s.ordinary >= 0.3 && values.entries() >= 40.0 {
        return Some(Kind::FreeText);
    }
    if listed_words && !(values.entries() >= MOST_WORDS && s.hinted >= 0.3) {
        return None;
    }
    // Of a closed list half of the entries may be called after people; what they are stands beside it.
    let listed = s.values >= 8.0 && (s.ordinary >= 0.2 || s.organizations >= 0.2);
    let people = s.hinted >= 0.5 && s.values >= 3.0 && !(listed && s.likeness < 0.17);
    if (open && s.hinted >= 0.2) || people {
        return Some(Kind::Name);
    }
    if s.name_shaped >= 0.75
        && s.ordinary < 0.15
        && s.values >= 3.0
        && values.variety() >= 0.5
        && s.spelling > 0.0
    {
        return Some(Kind::Name);
    }
    // A list of a few dozen that come again and again, but spelled as people are called; of fewer more so.
    let alike = match s.values as usize {
        0..=3 => f64::INFINITY,
        4..=7 => 0.38,
        8..=14 => 0.24,
        _ => 0.17,
    };
    let long = values.meant().filter(|v| v.text.chars().filter(|c| c.is_alphabetic()).count() >= 4).count();
    let few_words = s.words <= 3.0
        && long as f64 >= 0.6 * s.values
        && s.ordinary < 0.15
        && s.organizations < 0.15
        && s.places < 0.3;
    if few_words && s.likeness >= alike && s.spelling >= 0.4 && s.lettered >= 0.9 * s.words.min(1.5) {
        return Some(Kind::Name);
    }
    if open && is_sound_code(values, s) {
        return Some(Kind::Name);
    }
    // Letters drawn for a code are spelled like nothing.
    if s.spelling < 0.4 && s.words < 1.5 {
        return None;
    }
    // Closed, but longer than a list of words is, and of words that no category has.
    let many = s.values >= 40.0 && s.ordinary < 0.2 && s.words < 1.5;
    // Of a few rows: words that no list here has.
    let open = open && (s.values >= 25.0 || s.ordinary < 0.3);
    if open || many {
        return Some(if s.words <= 3.5 { Kind::Name } else { Kind::FreeText });
    }
    None
}

/// Whether the values are counties or towns of one state; of a few nearly all must be, and come again.
fn is_of_one_state(values: &Values, texts: &[&str]) -> bool {
    let least = match texts.len() {
        0..=2 => return false,
        3..=5 if values.variety() > 0.35 => return false,
        3..=5 => 1.0,
        6..=14 => 0.9,
        _ => 0.75,
    };
    of_one_state(&texts[..texts.len().min(400)]) >= least
}

/// Whether names or words of a note are among a field's values, as they must be where it is one field of several.
pub(crate) fn is_told(values: &Values, kind: Kind) -> bool {
    let texts: Vec<&str> = values.meant().map(|v| &*v.text).collect();
    let shares = Shares::of(&texts);
    match kind {
        Kind::Name => {
            shares.hinted >= 0.3
                || shares.foreign >= 0.3
                || initialled(&texts)
                || (shares.likeness >= 0.2 && shares.ordinary < 0.1)
        }
        Kind::FreeText => shares.words >= 3.5 && shares.ordinary >= 0.2,
        _ => true,
    }
}

/// Notes: words that people write to each other, or sentences of which there are more than any list has.
fn free_text(values: &Values, s: &Shares) -> bool {
    let sentences = s.sentences >= 0.25 && s.words >= 2.0 && s.opening < 0.5;
    let text = sentences || s.words >= 4.5;
    let noted = s.notes >= 0.3 && values.news() >= 0.3 && s.words >= 2.0 && s.values >= 4.0;
    let entries = values.entries();
    let endless = entries >= MOST_WORDS
        || (values.filled >= 12
            && values.news() >= 0.1
            && entries >= if s.words >= 8.0 { 25.0 } else { 50.0 });
    // However few they are: what people write of each other is in no list.
    let told = s.notes >= 0.5 && s.words >= 3.5 && s.values >= if s.notes >= 0.6 { 4.0 } else { 10.0 };
    (text && s.values >= 4.0 && endless)
        || told
        || (noted && (text || s.ordinary >= 0.3))
        || endless_words(values, s)
}

/// What is left of names by their sound, or letters of names exchanged for others: single words of no list, none spelled as
/// a word is, of many lengths, as a code's letters are not.
fn is_sound_code(values: &Values, s: &Shares) -> bool {
    let lengths: std::collections::BTreeSet<usize> = values.meant().map(|v| v.text.trim().len()).collect();
    let letters = values.meant().filter(|v| v.text.trim().bytes().all(|b| b.is_ascii_alphabetic())).count();
    s.values >= 12.0
        && s.ordinary < 0.1
        && s.words < 1.1
        && lengths.len() >= 4
        && letters as f64 >= 0.95 * s.values
        && values.news() >= 0.1
}

/// A hundred values and more of two words and more, nearly all of them new.
fn endless_words(values: &Values, s: &Shares) -> bool {
    s.words >= 2.0
        && s.values >= 40.0
        && s.ordinary >= 0.3
        && values.entries() >= MOST_WORDS
        && values.news() >= 0.1
        && s.organizations < 0.4
}

/// What a column of a few letters is.
enum Letters {
    Initials,
    Codes,
    /// More than letters, or short surnames ("Li", "Ng", "Doe").
    Words,
}

/// Columns of one, two or three letters: initials, where there are more of them than any code has.
fn letters(values: &Values, texts: &[&str]) -> Letters {
    let bare = |t: &str| t.chars().filter(|c| c.is_alphabetic()).count();
    let other = |t: &str| t.chars().any(|c| !c.is_alphabetic() && !". ".contains(c));
    let short = texts.iter().filter(|t| bare(t) <= 3 && !other(t)).count() as f64;
    if short < 0.95 * texts.len() as f64 {
        return Letters::Words;
    }
    let single = texts.iter().filter(|t| bare(t) == 1).count();
    let words = &Lexicon::shared().words;
    let coded = texts.iter().filter(|t| bare(t) > 1 && words.contains(t.to_lowercase().as_str())).count();
    // Of letters drawn in pairs a third are some country's.
    let country = |t: &&&str| {
        let code = t.to_lowercase();
        bare(t) > 1 && (words.contains(code.as_str()) || Lexicon::shared().is_place(&code))
    };
    if texts.len() >= 4 && texts.iter().filter(country).count() as f64 >= 0.85 * texts.len() as f64 {
        return Letters::Codes;
    }
    let pairs = texts.len() - single;
    let many = pairs >= 100 || (pairs >= 40 && values.news() > 0.01);
    let initials = single >= 14 || (coded * 3 < pairs && (many || (pairs >= 15 && values.variety() >= 0.7)));
    if initials {
        return Letters::Initials;
    }
    if single * 2 >= texts.len() || coded * 2 >= texts.len() { Letters::Codes } else { Letters::Words }
}

/// `Jr.`, `III`: nothing but what follows names.
fn all_suffixes(texts: &[&str]) -> bool {
    let clean = |t: &str| t.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let all = texts.iter().all(|t| {
        ["jr", "sr", "i", "ii", "iii", "iv", "v", "2nd", "3rd", "esq", "md", "phd"]
            .contains(&clean(t).as_str())
    });
    all && texts.iter().any(|t| ["jr", "sr", "esq"].contains(&clean(t).as_str()))
}

/// What schools are called for short.
const SCHOOLS: [&str; 6] = ["high", "middle", "hs", "ms", "elem", "es"];

/// Whether a column is a short list that comes again and again, in which names are entries: many of the others are called as
/// houses, programs and offices are, or some after people while hardly one in four looks like a whole name.
pub(crate) fn is_list_of_things(values: &Values) -> bool {
    let values = &values.in_one_case();
    let lexicon = Lexicon::shared();
    let all = values.meant().count();
    let mut counts: Vec<u64> = values.meant().map(|value| value.count).collect();
    counts.sort_unstable();
    let (mut names, mut houses, mut called) = (Vec::new(), 0, 0);
    for value in values.meant() {
        let words = parts(&value.text);
        let school = words.len() >= 2 && words.last().is_some_and(|w| SCHOOLS.contains(&w.folded.as_str()));
        let house = school
            || is_thing(&words)
            || words.iter().any(|word| lexicon.organizations.contains(word.folded.as_str()));
        houses += usize::from(house);
        if certain(&value.text) == Some(Kind::Name) {
            names.push(value.count);
        } else {
            called += usize::from(words.iter().any(|w| w.named() && !is_ordinary(&w.folded)));
        }
    }
    let offices = houses * 5 >= all * 2;
    let after_people = names.len() * 4 <= all && called * 4 >= all;
    // A name among them that comes once, or far more seldom than they do, was written by hand.
    let least = if offices { 2 } else { 3 };
    let often = |count: &u64| {
        (*count >= least && *count * 2 >= counts[all / 2]) || (*count >= 5 && *count * 4 >= counts[all / 2])
    };
    (5..=60).contains(&all) && (offices || after_people) && values.news() < 0.1 && names.iter().all(often)
}
