//! What people write of each other, told from what lists say by its small words.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::lexicon::Lexicon;
use crate::person::parts;
use crate::shares::is_ordinary;

/// Whether a text is somebody's, rather than a list's: with a word that only notes are written with, or two and more that
/// no list has.
pub(crate) fn is_written(text: &str) -> bool {
    let words = parts(text);
    let folded: Vec<&str> = words.iter().map(|w| w.folded.as_str()).collect();
    is_note(&folded) || folded.iter().filter(|w| !is_ordinary(w)).count() >= 2
}

/// Small words of Castile, Portugal, France, Haiti, Italy, Germany, Poland, the Philippines and Vietnam, as sentences have
/// them and lists seldom.
const SMALL: [&str; 9] = [
    "el la los las un una su sus que no se le con para por en del al lo y de es",
    "a o as os um uma que nao se com para por em do da no na de e ele ela seu sua tem ao",
    "le la les un une son sa ses que qui ne pas se avec pour par en du au elle il de et est depuis chez",
    "li yo mwen ap pou nan ak te yon ki pa di se lan kay avek fe gen",
    "il lo la gli un una suo sua che non si con per di del della e ha le sono da",
    "der die das ein eine und ist nicht mit fur von sie er hat im zu auf seit bei den dem",
    "i w z na do sie nie ze o od jest to po dla jej jego ma przez prosi boi",
    "ang ng sa na ay mga si ni niya siya kay kung ako hindi at para nila noong",
    "la va co khong cua o thi duoc den tai cho voi nay khi di noi chi anh ay da tu bi",
];

/// Of each small word the tongues that have it, as bits.
static TONGUES: LazyLock<HashMap<&str, u16>> = LazyLock::new(|| {
    let mut tongues = HashMap::new();
    for (at, words) in SMALL.iter().enumerate() {
        words.split(' ').for_each(|word| *tongues.entry(word).or_insert(0) |= 1 << at);
    }
    tongues
});

/// Whether words are those of a note: one that lists are not written with, or small words of one tongue.
pub(crate) fn is_note(folded: &[&str]) -> bool {
    let note = &Lexicon::shared().note;
    if folded.len() >= 2 && folded.iter().any(|w| note.contains(w)) {
        return true;
    }
    if folded.len() < 5 {
        return false;
    }
    let mut counts = [0_u32; SMALL.len()];
    for tongues in folded.iter().filter_map(|word| TONGUES.get(word)) {
        counts.iter_mut().enumerate().for_each(|(at, count)| *count += u32::from(tongues >> at & 1));
    }
    // Lists in Spanish are known by their words, those in other tongues by how few such words they have.
    counts[0] >= 2 || counts.iter().any(|count| *count >= 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_told_in_any_tongue() {
        for text in [
            "she said the rent is late",
            "la senora dice que su patron no le paga",
            "elle dit que son patron ne la paie pas",
            "li di ke patwon an pran paspo li nan travay la",
            "a cliente disse que o marido nao paga",
            "sinabi niya na kinuha ng amo ang pasaporte sa bahay",
        ] {
            assert!(is_note(&text.split(' ').collect::<Vec<_>>()), "{text}");
        }
        for text in
            ["documentos de identidad", "clases de ingles", "place not meant for habitation", "legal aid"]
        {
            assert!(!is_note(&text.split(' ').collect::<Vec<_>>()), "{text}");
        }
    }
}
