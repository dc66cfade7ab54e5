//! What stands beside a name and is none: notes in brackets, nicknames in quotes, numbers with their labels, `aka` and
//! whatever comes behind it.

use std::borrow::Cow;

/// Words behind which another name stands, of the same person or of another.
const OTHER_NAMES: [&str; 8] = ["aka", "fka", "nka", "dba", "alias", "nee", "formerly", "c/o"];
/// Words before a number.
const LABELS: [&str; 12] =
    ["mrn", "dob", "ssn", "sid", "pid", "cin", "id", "case", "client", "inmate", "booking", "file"];
/// Who stands behind `&` without a name.
const COMPANY: [&str; 18] = [
    "family",
    "families",
    "child",
    "children",
    "kid",
    "kids",
    "baby",
    "infant",
    "son",
    "sons",
    "daughter",
    "daughters",
    "husband",
    "wife",
    "spouse",
    "partner",
    "others",
    "minors",
];
/// What a record is called that is none any more; nobody is called so.
const STATES: [&str; 7] = ["deceased", "decd", "duplicate", "dup", "dupe", "inactive", "merged"];

/// A folded name without what stands beside it, as long as `least` words are left. Blank where it is no person's: a test,
/// or whoever only takes the mail (`c/o`).
pub(crate) fn without_notes(folded: &str, least: usize) -> Cow<'_, str> {
    // Nearly all names are one word.
    if folded.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return folded.into();
    }
    let open = without_brackets(folded);
    let written: Vec<&str> = open.split_whitespace().collect();
    let mut words = written.clone();
    cut_other_names(&mut words, least);
    drop_numbers(&mut words);
    drop_marks(&mut words, least);
    let is_test = |word: &&&str| matches!(bare(word).as_ref(), "test" | "testing");
    if words.first().is_some_and(|word| *word == "c/o")
        || words.len() > least && words.first().into_iter().chain(words.last()).any(|word| is_test(&word))
    {
        return "".into();
    }
    if words.len() == written.len() { open } else { words.join(" ").into() }
}

/// A word without its marks: `a.k.a.` is `aka`.
fn bare(word: &str) -> Cow<'_, str> {
    let is_letter = |c: char| c.is_alphanumeric();
    if word.chars().all(is_letter) {
        return word.into();
    }
    word.chars().filter(|c| is_letter(*c)).collect::<String>().into()
}

/// The name without what stands in brackets or double quotes, where something else does.
fn without_brackets(folded: &str) -> Cow<'_, str> {
    let closing = |open: char| match open {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        '"' => Some('"'),
        '\u{201c}' | '\u{201e}' => Some('\u{201d}'),
        '\u{ab}' => Some('\u{bb}'),
        _ => None,
    };
    if !folded.contains(|c| closing(c).is_some()) {
        return folded.into();
    }
    let (mut left, mut rest) = (String::new(), folded);
    while let Some((at, open, close)) = rest.char_indices().find_map(|(at, c)| Some((at, c, closing(c)?))) {
        left.push_str(&rest[..at]);
        left.push(' ');
        let inner = &rest[at + open.len_utf8()..];
        rest = match inner.find(close) {
            Some(end) => &inner[end + close.len_utf8()..],
            // A quote alone may be an inch, or a slip.
            None if open == '"' => inner,
            None => "",
        };
    }
    left.push_str(rest);
    if left.chars().any(char::is_alphabetic) { left.into() } else { folded.into() }
}

/// Cuts a name where another begins, or where company comes in.
fn cut_other_names(words: &mut Vec<&str>, least: usize) {
    let begins = |at: &usize| {
        let Some(next) = words.get(at + 1) else { return false };
        let word = bare(words[*at]);
        if matches!(words[*at], "&" | "+") || word == "and" {
            let skipped = matches!(*next, "a" | "her" | "his" | "the" | "their");
            let company = if skipped { words.get(at + 2).unwrap_or(next) } else { next };
            return COMPANY.contains(&bare(company).as_ref());
        }
        *at >= least && (words[*at] == "c/o" || OTHER_NAMES.contains(&word.as_ref()))
            || word == "et" && bare(next) == "al"
    };
    if let Some(at) = (1..words.len()).find(begins) {
        words.truncate(at);
    }
}

/// Takes numbers away that say what they are: `MRN 1234`, `SID4411`, `DOB: 04/17/1991`.
fn drop_numbers(words: &mut Vec<&str>) {
    let has_digit = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    let is_number = |word: &str| has_digit(word) && !word.contains(char::is_alphabetic);
    let is_labelled = |word: &str| {
        let label = word.trim_end_matches(|c: char| !c.is_alphabetic());
        has_digit(&word[label.len()..]) && LABELS.contains(&label)
    };
    let mut at = 0;
    while at < words.len() && words.len() > 1 {
        let label = LABELS.contains(&bare(words[at]).as_ref());
        if label && words.len() > 2 && words.get(at + 1).is_some_and(|next| is_number(next)) {
            words.drain(at..at + 2);
        } else if is_labelled(words[at]) {
            words.remove(at);
        } else {
            at += 1;
        }
    }
}

/// Takes away nicknames in single quotes, words that say what became of the record, and one letter again and again.
fn drop_marks(words: &mut Vec<&str>, least: usize) {
    let is_nickname = |word: &str| word.len() > 2 && word.starts_with('\'') && word.ends_with('\'');
    let is_filler = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next();
        word.len() > 2 && first.is_some_and(char::is_alphabetic) && letters.all(|c| Some(c) == first)
    };
    let is_note = |word: &str| is_nickname(word) || is_filler(word) || STATES.contains(&bare(word).as_ref());
    while words.len() > least
        && let Some(at) = words.iter().position(|word| is_note(word))
    {
        words.remove(at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_beside_a_name_goes() {
        for whole in [
            "maria lopez (minor)",
            "maria lopez [deceased]",
            "maria \"bo\" lopez",
            "maria \u{201c}bo\u{201d} lopez",
            "maria 'bo' lopez",
            "maria (bo) lopez",
            "maria lopez aka bo",
            "maria lopez a.k.a. bo ruiz",
            "maria lopez f/k/a smith",
            "maria lopez nee smith",
            "maria lopez mrn 1234",
            "maria lopez mrn: 00123",
            "maria lopez dob 04/17/1991",
            "maria lopez sid4411",
            "case 1234: maria lopez",
            "maria lopez & family",
            "maria lopez and her children",
            "maria lopez, et al.",
            "maria lopez c/o acme house",
            "duplicate maria lopez",
            "maria lopez ***duplicate***",
            "maria lopez xxxx",
            "maria lopez (minor",
        ] {
            let left: Vec<_> = without_notes(whole, 2).split_whitespace().map(str::to_owned).collect();
            let left = left.iter().map(|word| word.trim_end_matches(',')).collect::<Vec<_>>();
            assert_eq!(left, ["maria", "lopez"], "{whole}");
        }
        for (part, left) in [
            ("robert (bob)", "robert"),
            ("ruiz \"bo\"", "ruiz"),
            ("ruiz mrn 1234", "ruiz"),
            ("ruiz deceased", "ruiz"),
            ("ruiz nee sosa", "ruiz"),
            ("ruiz fka smith", "ruiz"),
            ("dup ruiz", "ruiz"),
        ] {
            assert_eq!(without_notes(part, 1).trim(), left, "{part}");
        }
    }

    #[test]
    fn a_test_and_whoever_takes_the_mail_are_nobody() {
        for name in ["ruiz test", "test ruiz", "c/o ruiz"] {
            assert_eq!(without_notes(name, 1), "", "{name}");
        }
        for name in ["maria lopez test", "c/o maria lopez"] {
            assert_eq!(without_notes(name, 2), "", "{name}");
        }
    }

    #[test]
    fn names_stay() {
        for name in [
            "maria lopez",
            "koffi aka",
            "mary nee",
            "maria minor",
            "lopez, maria",
            "maria & jose lopez",
            "lopez y garcia",
            "o'neill",
            "(ruiz)",
            "\"ruiz\"",
            "'ruiz'",
            "smith-jones jr.",
            "john case",
            "van der berg",
            "xxx",
            "maria duplicate",
        ] {
            assert_eq!(without_notes(name, 2), name, "{name}");
        }
        for name in ["nee", "aka", "minor", "test", "dup", "mary nee"] {
            assert_eq!(without_notes(name, 1), name, "{name}");
        }
        assert_eq!(without_notes("5'2\" ruiz", 1).trim(), "5'2  ruiz");
    }
}
