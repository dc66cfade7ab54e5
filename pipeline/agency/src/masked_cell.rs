//! Words of which a mask hides the most (`G****`).

/// What hides letters.
fn is_blot(c: char) -> bool {
    matches!(c, '*' | '#' | '•' | '●' | '█' | '■' | '▮')
}

/// Whether a mask hides a word, all of it but a letter or two: two stars or blots in a row, three crosses. A mark
/// beside a whole name (`Ruiz **`), as courts and jails write it, hides none.
pub(crate) fn is_masked(cell: &str) -> bool {
    if !has_mask(cell) {
        return false;
    }
    let words: Vec<_> = cell.split_whitespace().map(shown).collect();
    let hides_the_rest = |word: &Vec<usize>| word.len() > 1 && (1..=MOST_SHOWN).contains(&word[0]);
    words.iter().any(hides_the_rest) || words.iter().flatten().all(|letters| *letters <= MOST_SHOWN)
}

/// As [`is_masked`], of a whole name: beside a mask one word is a name of which the other part is hidden.
pub(crate) fn is_masked_whole(cell: &str) -> bool {
    let spelled = |word: &&str| shown(word).iter().any(|letters| *letters > 0);
    is_masked(cell) || has_mask(cell) && cell.split_whitespace().filter(spelled).count() < 2
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

/// Whether a cell holds a mask.
fn has_mask(cell: &str) -> bool {
    let (mut last, mut crosses) = (' ', 0);
    cell.chars().any(|c| {
        crosses = if matches!(c, 'x' | 'X') { crosses + 1 } else { 0 };
        let twice = is_blot(c) && c == last;
        last = c;
        twice || crosses == 3
    })
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
        for cell in
            ["Ana*", "Ana", "Maxx", "Xxavier", "Foxx", "O'Neill", "Ann-Marie", "#1", "Ruiz *", "", "A__B"]
        {
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
