//! What the entries of a list show that persons do not: things called after people, names of fields, words that come
//! again and again.

use crate::cell::certain;
use crate::kind::Kind;
use crate::lexicon::{Lexicon, fold};
use crate::person::{Part, parts};
use crate::values::Values;

/// What is called after people, and nobody's family name. Where people go and what they have with an agency (a hearing, a
/// clinic, a house) is left out: `Lopez hearing` is a person's.
const THINGS: [&str; 30] = [
    "act",
    "acts",
    "amendment",
    "amendments",
    "statute",
    "ordinance",
    "doctrine",
    "library",
    "center",
    "centre",
    "ctr",
    "rec",
    "fieldhouse",
    "playground",
    "station",
    "stn",
    "building",
    "bldg",
    "tower",
    "towers",
    "elementary",
    "academy",
    "highway",
    "expressway",
    "airport",
    "syndrome",
    "disease",
    "scale",
    "inventory",
    "questionnaire",
];

/// The same, and somebody's family name.
const SURNAMED_THINGS: [&str; 6] = ["law", "laws", "park", "field", "branch", "bridge"];

const TITLES: [&str; 7] = ["mr", "mrs", "ms", "miss", "sra", "mme", "dr"];

/// Parts of a house that are called after people.
const ROOMS: [&str; 6] = ["rm", "wing", "cottage", "suite", "pod", "dorm"];

/// Words of a family name that Chinese texts begin with: they are those of nine in ten people.
///
/// # Source
/// The hundred commonest family names of China, in both ways of writing, by general knowledge.
const CHINESE_FAMILIES: &str = "王李张張刘劉陈陳杨楊黄黃赵趙吴吳周徐孙孫马馬朱胡郭何林罗羅高郑鄭梁谢謝宋唐许許邓鄧韩韓冯馮曹彭曾肖蕭田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧姚沈钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦邱侯江尹薛闫閻段雷龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬覃武钱錢戴严嚴莫孔向常汤湯康易乔喬赖賴文";

/// Whether most texts end in what is called after people, `Megan's Law`, `Bessie Coleman Branch`, and hardly another is a
/// name by itself. Where all of these words may be surnames (`Linda Park`), they prove nothing.
pub(crate) fn are_called_after(values: &Values) -> bool {
    // Persons and where they are seen are more than such a list.
    if values.distinct > 60.0 || values.variety() > 0.6 {
        return false;
    }
    let texts: Vec<&str> = values.meant().map(|v| &*v.text).collect();
    let (mut things, mut surely, mut named) = (0, 0, 0);
    for text in &texts {
        match thing(text) {
            Some(sure) => {
                things += 1;
                surely += usize::from(sure);
            }
            None => named += usize::from(is_bare(text)),
        }
    }
    texts.len() >= 4 && things * 5 >= texts.len() * 3 && surely * 2 >= things && named * 10 <= texts.len()
}

/// Whether a text is a thing's, and whether it surely is; with a mark in it a thing's may stand behind a person's.
fn thing(text: &str) -> Option<bool> {
    if text.chars().any(|c| !c.is_alphabetic() && !" .'’".contains(c)) {
        return None;
    }
    let words = parts(text);
    let last = words.last().filter(|_| (2..=5).contains(&words.len()))?;
    let owned = words.iter().any(|w| w.text.ends_with("'s") || w.text.ends_with("’s"));
    let sure = words.iter().skip(1).rev().take(2).any(|w| THINGS.contains(&w.folded.as_str()));
    let doubtful = SURNAMED_THINGS.contains(&last.folded.as_str());
    (sure || doubtful).then_some(sure || owned)
}

/// Whether most texts are names of fields, `FirstName`, `race_cd`: words without a blank, of which one is what tables are
/// made of. Names written together have none.
pub(crate) fn are_field_names(texts: &[&str]) -> bool {
    const FIELDS: [&str; 14] =
        ["id", "nm", "cd", "dt", "no", "num", "ssn", "dob", "name", "date", "code", "flag", "type", "desc"];
    let lexicon = Lexicon::shared();
    let marked = |words: &Vec<String>| words.iter().any(|w| FIELDS.contains(&w.as_str()));
    let field = |words: &&Vec<String>| {
        let ordinary = words.iter().any(|w| lexicon.words.contains(w.as_str()));
        words.len() >= 2 && (ordinary || marked(words)) && !words.iter().any(|w| lexicon.is_only_name(w))
    };
    let all: Vec<Vec<String>> = texts.iter().map(|text| pieces(text)).collect();
    let fields = all.iter().filter(field).count();
    // What people call themselves is made of words too, but not of these.
    let marked = all.iter().filter(|words| words.len() >= 2 && marked(words)).count();
    texts.len() >= 4 && fields * 10 >= texts.len() * 7 && marked * 4 >= texts.len()
}

/// The words of a text without blanks, by its marks and its capitals.
fn pieces(text: &str) -> Vec<String> {
    let text = text.trim();
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
        return Vec::new();
    }
    let mut words = vec![String::new()];
    let mut small = false;
    for c in text.chars() {
        if c == '_' || (small && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        small = c.is_ascii_lowercase();
        if c != '_' {
            words.last_mut().expect("one was pushed").push(c.to_ascii_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Whether a column in Chinese signs is a list: a few texts that come again and again, of which hardly one begins with a
/// family name.
pub(crate) fn is_chinese_list(values: &Values) -> bool {
    let sign = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let chinese: Vec<&str> =
        values.meant().map(|v| v.text.trim()).filter(|text| text.chars().any(sign)).collect();
    let families =
        chinese.iter().filter(|text| text.chars().next().is_some_and(|c| CHINESE_FAMILIES.contains(c)));
    let other =
        |c: char| c.is_alphabetic() && c > '\u{24f}' && !sign(c) && !('\u{1e00}'..='\u{1eff}').contains(&c);
    let foreign = values.meant().any(|v| v.text.chars().any(other));
    let all = values.meant().count();
    !foreign
        && (4..=60).contains(&all)
        && chinese.len() >= 4
        && values.filled as f64 >= 5.0 * all as f64
        && families.count() * 5 <= chinese.len()
}

/// Whether all cells that look like a name are entries of a short list: things called after people where the others are so
/// too, or one or two that come again as often as the rest and are more than a name (`537 (Jesse Brown)`, `Mrs. Dash`).
/// A name by itself stays one however often it comes.
pub(crate) fn are_entries(values: &Values) -> bool {
    const MOST: usize = 60;
    let all = values.meant().count();
    let complete = values.distinct <= values.sample.len() as f64;
    if !complete || !(4..=MOST).contains(&all) {
        return false;
    }
    let called = are_called_after(values);
    let closed = values.news() < 0.1;
    let alarming = values.sample.iter().filter(|v| certain(&v.text) == Some(Kind::Name));
    let often = |count: u64| count >= 5 && count * 60 >= values.filled;
    let mut others = 0;
    for value in alarming {
        if called && thing(&value.text).is_some() {
            continue;
        }
        others += 1;
        if !(closed && often(value.count) && is_more_than_a_name(&value.text)) {
            return false;
        }
    }
    others <= 2
}

/// A number before a name, a room called after somebody, or a title before a word that is no listed name. A name among
/// other words is a note's.
fn is_more_than_a_name(text: &str) -> bool {
    let words = parts(text);
    let last = words.last().map_or("", |w| w.folded.as_str());
    let numbered =
        words.first().is_some_and(|w| w.text.len() >= 2 && w.text.bytes().all(|b| b.is_ascii_digit()));
    let room = words.len() >= 3 && ROOMS.contains(&last);
    let titled = words.len() == 2 && !words[1].listed() && TITLES.contains(&words[0].folded.as_str());
    (numbered && words.len() <= 3) || room || titled || thing(text).is_some()
}

/// A name and nothing else: listed words, initials, a title before a listed one. A saint's is a place's.
fn is_bare(text: &str) -> bool {
    const SAINTS: [&str; 5] = ["san", "santa", "santo", "saint", "st"];
    let lexicon = Lexicon::shared();
    let words = parts(text);
    let fits = |w: &Part| {
        w.listed()
            || w.suffix()
            || w.text.chars().count() == 1
            || TITLES.contains(&w.folded.as_str())
            || lexicon.particles.contains(w.folded.as_str())
    };
    let saint = !text.contains(',') && SAINTS.contains(&words.first().map_or("", |w| w.folded.as_str()));
    let letters = text.chars().all(|c| c.is_alphabetic() || " .,'’-_".contains(c));
    (2..=5).contains(&words.len()) && letters && !saint && words.iter().all(fits) && {
        words.iter().any(|w| lexicon.is_name(&w.folded) || lexicon.is_name(&fold(w.text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn things_called_after_people_are_told_from_people() {
        let of = |texts: &[&str], count| {
            let cells: Vec<(&str, u64)> = texts.iter().map(|text| (*text, count)).collect();
            are_called_after(&column(&cells))
        };
        assert!(of(&["Megan's Law", "Mann Act", "Baker Act", "Erin's Law", "Hatch Act"], 3));
        let libraries = ["Coleman Branch", "Sumner Library", "Carver Rec", "Pulaski Park"];
        assert!(of(&libraries, 3) && !of(&libraries, 1));
        assert!(!of(&["Linda Park", "Min Park", "Ana Hall", "John Law", "Jose Branch"], 3));
        assert!(!of(&["Sumner Library", "Carver Rec", "Maria Lopez", "Jose Garcia", "Act"], 3));
        assert!(!of(&["Lopez hearing", "Garcia hearing", "Ana's house", "Maria clinic"], 3));
        assert!(!of(
            &["Ana Lopez - Sumner Library", "Jo Diaz, Carver Rec", "Min Vu (Hill Library)", "Eh Paw: Rec"],
            3
        ));
    }

    #[test]
    fn fields_are_told_from_names_written_together() {
        assert!(are_field_names(&["VictimName", "FirstName", "race_cd", "PersonalID", "AlienNo"]));
        assert!(!are_field_names(&["MariaLopez", "JoseGarcia", "AnaHernandez", "maria_lopez"]));
        assert!(!are_field_names(&["Maria", "Jose", "Ana", "Linh"]));
        assert!(!are_field_names(&["dark_rose", "AngelBaby", "lucky_star", "SunnyDay", "big_bear"]));
    }

    fn column(cells: &[(&str, u64)]) -> Values {
        let counts: BTreeMap<String, u64> = cells.iter().map(|(t, n)| ((*t).to_owned(), *n)).collect();
        Values::counted(counts)
    }

    #[test]
    fn an_entry_of_a_list_is_told_from_a_hidden_name() {
        let codes = [("656", 97), ("508 (Atlanta)", 49), ("618", 27), ("578 (Hines)", 7)];
        let with = |text, count| are_entries(&column(&[&codes[..], &[(text, count)]].concat()));
        assert!(with("537 (Jesse Brown)", 37));
        assert!(!with("537 (Jesse Brown)", 1), "rare");
        assert!(!with("Jesse Brown", 37), "nothing but a name");
        assert!(!with("Jesse Brown, mother", 37) && !with("Jesse Brown called", 37));
        assert!(!with("Mrs. Garcia", 37), "a listed surname behind a title");
    }

    #[test]
    fn lists_in_chinese_are_told_from_names() {
        let list = [("住房协助", 30), ("法律咨询", 20), ("心理辅导", 20), ("紧急庇护", 10), ("Nhà ở", 9)];
        assert!(is_chinese_list(&column(&list)));
        let names = [("王丽华", 30), ("李小明", 20), ("陈志强", 20), ("张伟", 10), ("Nguyễn", 9)];
        assert!(!is_chinese_list(&column(&names)));
    }
}
