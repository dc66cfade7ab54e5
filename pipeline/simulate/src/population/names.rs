//! Names with a realistic long tail: listed names by a Zipf law, rarer ones put together.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::dice::Dice;
use crate::population::culture::{CULTURES, Culture};

/// A list whose weights fall with rank.
struct Ranked {
    words: Vec<&'static str>,
    /// Running sums of the weights.
    sums: Vec<f64>,
}

impl Ranked {
    /// Weight `1 / (rank + flat)`: the larger `flat`, the less the first words dominate.
    fn new(words: Vec<&'static str>, flat: f64) -> Self {
        let sums = (0..words.len())
            .scan(0.0, |sum, rank| {
                *sum += 1.0 / (rank as f64 + flat);
                Some(*sum)
            })
            .collect();
        Self { words, sums }
    }

    fn draw(&self, dice: &mut Dice) -> &'static str {
        let at = dice.unit() * self.sums.last().copied().unwrap_or(0.0);
        let i = self.sums.partition_point(|sum| *sum <= at);
        self.words[i.min(self.words.len() - 1)]
    }
}

/// All name tables.
pub(crate) struct Names {
    first: [Vec<Ranked>; 2],
    last: Vec<Ranked>,
    syllables: Vec<[Vec<&'static str>; 3]>,
    nicknames: BTreeMap<&'static str, Vec<&'static str>>,
    pub(crate) streets: Vec<&'static str>,
}

/// The tables, read once from the crate's own lists.
pub(crate) static NAMES: LazyLock<Names> = LazyLock::new(Names::read);

fn lines(text: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(": "))
}

fn list(table: &BTreeMap<&'static str, &'static str>, key: &str) -> Vec<&'static str> {
    table.get(key).map(|text| text.split_whitespace().collect()).unwrap_or_default()
}

impl Names {
    fn read() -> Self {
        let first: BTreeMap<_, _> = lines(include_str!("../../data/first_names.txt")).collect();
        let last: BTreeMap<_, _> = lines(include_str!("../../data/surnames.txt")).collect();
        let syllables: BTreeMap<_, _> = lines(include_str!("../../data/syllables.txt")).collect();
        let ranked_first = |sex: char| {
            CULTURES
                .iter()
                .map(|c| Ranked::new(list(&first, &format!("{} {sex}", c.name)), 12.0))
                .collect::<Vec<_>>()
        };
        let pieces = |culture: &Culture| {
            let mut parts = syllables.get(culture.name).copied().unwrap_or_default().split('/');
            [(); 3].map(|()| parts.next().unwrap_or_default().split_whitespace().collect())
        };
        Self {
            first: [ranked_first('f'), ranked_first('m')],
            last: CULTURES.iter().map(|c| Ranked::new(list(&last, c.name), 8.0)).collect(),
            syllables: CULTURES.iter().map(pieces).collect(),
            nicknames: lines(include_str!("../../data/nicknames.txt"))
                .map(|(name, nicks)| (name, nicks.split_whitespace().collect()))
                .collect(),
            streets: include_str!("../../data/streets.txt")
                .lines()
                .filter(|line| !line.starts_with('#'))
                .flat_map(str::split_whitespace)
                .collect(),
        }
    }

    /// A first name of a community for a girl (`male` false) or boy.
    pub(crate) fn first(&self, culture: usize, male: bool, dice: &mut Dice) -> &'static str {
        let general = dice.chance(CULTURES[culture].general_first);
        self.first[usize::from(male)][if general { 0 } else { culture }].draw(dice)
    }

    /// A surname of a community; one in several is put together and so rare.
    pub(crate) fn last(&self, culture: usize, dice: &mut Dice) -> String {
        let table = &CULTURES[culture];
        let from = if dice.chance(table.general_last) { 0 } else { culture };
        if dice.chance(table.rare_last) {
            let mut name = String::new();
            for part in &self.syllables[from] {
                let piece = *dice.pick(part);
                if piece != "-" {
                    name.push_str(piece);
                }
            }
            name.replace('_', " ")
        } else {
            self.last[from].draw(dice).replace('_', " ")
        }
    }

    /// A nickname in use for a first name, if there is one.
    pub(crate) fn nickname(&self, first: &str, dice: &mut Dice) -> Option<&'static str> {
        self.nicknames.get(first).map(|nicks| *dice.pick(nicks))
    }

    /// Whether a first name has a nickname.
    pub(crate) fn has_nickname(&self, first: &str) -> bool {
        self.nicknames.contains_key(first)
    }
}

/// Letters without accents, as most agencies write them.
pub(crate) fn unaccented(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'á' | 'ã' | 'ą' => 'a',
            'é' | 'ę' => 'e',
            'í' => 'i',
            'ó' => 'o',
            'ú' | 'ü' => 'u',
            'ñ' | 'ń' => 'n',
            'ć' => 'c',
            'ł' => 'l',
            'ś' => 's',
            'ź' | 'ż' => 'z',
            'Á' => 'A',
            'É' => 'E',
            'Í' => 'I',
            'Ó' => 'O',
            'Ú' => 'U',
            'Ł' => 'L',
            other => other,
        })
        .collect()
}

/// Upper case without accents.
pub(crate) fn shouted(text: &str) -> String {
    unaccented(text).to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_community_has_names_and_the_lists_are_long() {
        let names = &*NAMES;
        for sex in &names.first {
            assert!(sex.iter().all(|r| r.words.len() >= 12));
            let all: BTreeSet<_> = sex.iter().flat_map(|r| &r.words).collect();
            assert!(all.len() >= 300, "{}", all.len());
        }
        let all: BTreeSet<_> = names.last.iter().flat_map(|r| &r.words).collect();
        assert!(all.len() >= 600, "{}", all.len());
        assert!(names.syllables.iter().flatten().all(|part| !part.is_empty()));
        assert!(names.streets.len() >= 150);
    }

    #[test]
    fn accents_all_have_a_plain_letter() {
        for word in NAMES.first.iter().flatten().chain(&NAMES.last).flat_map(|r| &r.words) {
            assert!(unaccented(word).is_ascii(), "{word}");
        }
    }

    #[test]
    fn surnames_have_a_long_tail() {
        let mut dice = Dice::new(3, "x", 0);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for _ in 0..20_000 {
            *counts.entry(NAMES.last(0, &mut dice)).or_default() += 1;
        }
        assert!(counts.len() > 4_000, "{}", counts.len());
        assert!(counts.values().any(|n| *n > 100));
    }
}
