//! Words of which a mask hides the most (`G****`).

/// What hides letters.
fn is_blot(c: char) -> bool {
    matches!(c, '*' | '#' | '•' | '●' | '█' | '■' | '▮')
}

/// What hides letters only where it takes the place of the rest of a word, thrice at least: `G-----`, `G???`.
fn is_filler(c: char) -> bool {
    matches!(c, '-' | '.' | '_' | '?' | '…')
}

/// Whether a mask hides a word, all of it but a letter or two: two stars or blots in a row, three crosses, three fillers
/// behind. A mark beside a whole name (`Ruiz **`), as courts and jails write it, hides none.
pub(crate) fn is_masked(cell: &str) -> bool {
    let Marks { mask, fillers } = marks(cell);
    if fillers && cell.split_whitespace().any(is_filled_up) {
        return true;
    }
    if !mask {
        return false;
    }
    let words: Vec<_> = cell.split_whitespace().map(shown).collect();
    let hides_the_rest = |word: &Vec<usize>| word.len() > 1 && (1..=MOST_SHOWN).contains(&word[0]);
    words.iter().any(hides_the_rest) || words.iter().flatten().all(|letters| *letters <= MOST_SHOWN)
}

/// As [`is_masked`], of a whole name: beside a mask one word is a name of which the other part is hidden.
pub(crate) fn is_masked_whole(cell: &str) -> bool {
    let spelled = |word: &&str| shown(word).iter().any(|letters| *letters > 0);
    is_masked(cell) || marks(cell).mask && cell.split_whitespace().filter(spelled).count() < 2
}

/// Letters that a mask leaves of a name, at most.
const MOST_SHOWN: usize = 2;

/// How many letters stand before, between and behind the masks of a word.
fn shown(word: &str) -> Vec<usize> {
    let chars: Vec<char> = word.chars().collect();
    let mut pieces = vec![0];
    for run in chars.chunk_by(char::eq_ignore_ascii_case) {
        let mask = is_blot(run[0]) && run.len() > 1 || matches!(run[0], 'x' | 'X') && run.len() > 2;
        if mask {
            pieces.push(0);
        } else if let Some(letters) = pieces.last_mut().filter(|_| run[0].is_alphabetic()) {
            *letters += run.len();
        }
    }
    pieces
}

/// Whether a word is a letter or two, and fillers.
fn is_filled_up(word: &str) -> bool {
    let letters = word.trim_end_matches(is_filler);
    let filled = word[letters.len()..].chars().count();
    let short = (1..=MOST_SHOWN).contains(&letters.chars().count());
    filled >= 3 && short && letters.chars().all(char::is_alphabetic)
}

/// What of masks stands in a cell.
#[derive(Default)]
struct Marks {
    mask: bool,
    /// Three in a row.
    fillers: bool,
}

fn marks(cell: &str) -> Marks {
    // Most cells are a word of letters, and no cross among them.
    if cell.bytes().all(|byte| byte.is_ascii_alphabetic() && !matches!(byte, b'x' | b'X')) {
        return Marks::default();
    }
    let (mut last, mut crosses, mut fillers, mut marks) = (' ', 0, 0, Marks::default());
    for c in cell.chars() {
        crosses = if matches!(c, 'x' | 'X') { crosses + 1 } else { 0 };
        fillers = if is_filler(c) { fillers + 1 } else { 0 };
        marks.mask |= crosses == 3 || is_blot(c) && c == last;
        marks.fillers |= fillers == 3;
        last = c;
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_mask_is_told_from_a_name() {
        for cell in [
            "G****",
            "****",
            "R**z",
            "G###",
            "Gxxxx",
            "XXXXX",
            "A••",
            "██████",
            "An***",
            "G ****",
            "Ruiz G***",
            "G-----",
            "G.....",
            "G____",
            "G????",
            "An---",
            "Ruiz, G...",
        ] {
            assert!(is_masked(cell) && is_masked_whole(cell), "{cell}");
        }
        // Marks of courts and jails beside a name that stands there whole.
        for cell in ["Ruiz **", "RUIZ**", "***Ruiz", "** Ruiz", "**Ruiz**", "Ruiz##", "Ruiz ***DUPLICATE***"]
        {
            assert!(!is_masked(cell), "{cell}");
        }
        assert!(
            is_masked_whole("Ana ****")
                && !is_masked_whole("Ana Ruiz ***")
                && !is_masked_whole("Ruiz, Li **")
        );
        for cell in [
            "Ana*",
            "Ana",
            "Maxx",
            "Xxavier",
            "Foxx",
            "O'Neill",
            "Ann-Marie",
            "#1",
            "Ruiz *",
            "",
            "A__B",
            "G.",
            "G..",
            "Ruiz ...",
            "Ana Ma..",
            "A --- B",
            "---",
            "???",
            "St...e",
            "Ana---",
        ] {
            assert!(!is_masked(cell), "{cell}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(cell in any::<String>()) {
            is_masked_whole(&cell);
        }
    }
}
