//! Columns of single words with digits in them: masked numbers, document numbers, plates, codes of a
//! name's sound; and the clean codes that look a little like them.

use std::collections::HashSet;

use crate::kind::{Finding, Kind};
use crate::states::is_state;
use crate::values::Values;

/// Looks at a column's values as codes.
pub(crate) fn codes(values: &Values) -> Option<Finding> {
    let shapes: Vec<Shape> = values.meant().map(|v| Shape::of(&v.text)).collect();
    if shapes.is_empty() {
        return None;
    }
    let n = shapes.len();
    let starts: HashSet<&str> = shapes.iter().map(Shape::letters).collect();
    // The first kind whose forms enough of the values have.
    let found = |kind, part: f64, enough: f64| (part >= enough).then(|| Finding::column(kind, part));
    let few = n >= 3;
    let long_zip = share(&shapes, |s| s.is(&["99999-9999", "99999 9999"]));
    // Britain's, Canada's and the Netherlands'.
    let abroad = share(&shapes, |s| {
        s.is(&[
            "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "A9A 9A9", "A9A9A9",
            "A9A-9A9", "9999 AA", "9999AA",
        ])
    });
    let local =
        share(&shapes, |s| s.is(&["999-9999", "999.9999", "999 9999"]) && s.text.as_bytes()[0] >= b'2');
    let first = found(Kind::Address, long_zip, 0.8)
        .filter(|_| few)
        .or_else(|| found(Kind::Phone, local, 0.9).filter(|_| n >= 3))
        .or_else(|| found(Kind::Address, abroad, 0.9).filter(|_| few))
        .or_else(|| found(Kind::Location, share(&shapes, Shape::internet_address), 0.8).filter(|_| few))
        .or_else(|| found(Kind::Location, share(&shapes, Shape::coordinates), 0.7).filter(|_| few))
        .or_else(|| found(Kind::Location, share(&shapes, Shape::hashed_point), 0.95).filter(|_| n >= 12));
    if first.is_some() {
        return first;
    }
    // A UUID of version 3 or 5 is the hash of a name; of the other versions it is drawn.
    if share(&shapes, |s| s.uuid_version().is_some()) >= 0.9 {
        let hashed = share(&shapes, |s| s.uuid_version().is_some_and(|v| v == b'3' || v == b'5'));
        return found(Kind::Hash, hashed, 0.9).filter(|_| few);
    }
    // A code of a name's sound has no digit above 6; of other codes of three digits two thirds have.
    let sound = share(&shapes, |s| s.is(&["A999"]) && s.text.bytes().skip(1).all(|b| b <= b'6'));
    let licence = share(&shapes, Shape::licence);
    let many_starts = starts.len() >= 4 || spread(&shapes);
    found(Kind::Document, share(&shapes, Shape::alien_number), 0.8)
        .filter(|_| few)
        .or_else(|| {
            let some = n >= 8 && starts.len() >= 5 && values.variety() > 0.4;
            found(Kind::Name, sound, 0.97).filter(|_| some || (n >= 20 && starts.len() >= 6))
        })
        .or_else(|| {
            let small = few && licences(&shapes) && values.variety() > 0.6;
            // One letter before ten digits and more is a table's: persons, plans.
            let table = starts.len() == 1 && licence >= 0.9 && share(&shapes, |s| s.digits() >= 10) >= 0.9;
            let large = n >= 10 && many_starts && values.variety() > 0.15 && !table;
            found(Kind::Document, licence, 0.9).filter(|_| small || large)
        })
        .or_else(|| plates(values, &shapes))
        .or_else(|| lettered_numbers(values, &shapes))
}

/// Of a few numbers behind a letter: one form, and no letter that most begin with, as the codes of one office do.
fn licences(shapes: &[Shape]) -> bool {
    let length = |s: &Shape| s.form.chars().filter(|c| c.is_alphanumeric()).count();
    let one_length = shapes.iter().all(|s| length(s) == length(&shapes[0]));
    let mut starts = std::collections::HashMap::new();
    for shape in shapes {
        *starts.entry(shape.letters()).or_insert(0_usize) += 1;
    }
    let most = starts.values().copied().max().unwrap_or(0);
    one_length && shapes[0].digits() >= 7 && most * 2 <= shapes.len() && starts.len() >= 3
}

/// Numbers of documents with letters on both sides or in the middle, `AB12345C`: one short form, in which each letter is
/// drawn as the digits are. Letters of a code come from a list, and words of one have no digits among them.
fn lettered_numbers(values: &Values, shapes: &[Shape]) -> Option<Finding> {
    let bare = |s: &Shape| s.form.chars().filter(|c| !"- ".contains(*c)).collect::<String>();
    let mut forms = std::collections::BTreeMap::new();
    for shape in shapes {
        *forms.entry(bare(shape)).or_insert(0_usize) += 1;
    }
    let (form, count) = forms.into_iter().max_by_key(|(_, count)| *count)?;
    let share = count as f64 / shapes.len() as f64;
    let letters = form.chars().filter(|c| *c == 'A').count();
    let digits = form.chars().filter(|c| *c == '9').count();
    let fits = letters >= 2 && digits >= 3 && letters + digits == form.len() && form.len() <= 10;
    // Short codes of a list have few signs.
    let enough = if form.len() >= 7 { 4 } else { 25 };
    if share < 0.85 || !fits || shapes.len() < enough || values.variety() <= 0.5 {
        return None;
    }
    let mut drawn = vec![HashSet::new(); form.len()];
    for shape in shapes.iter().filter(|s| bare(s) == form) {
        let signs = shape.text.chars().filter(|c| !"- ".contains(*c));
        for (seen, sign) in drawn.iter_mut().zip(signs) {
            seen.insert(sign.to_ascii_uppercase());
        }
    }
    // Half as many different letters as rows, or eight, at every place.
    let least = count.div_ceil(2).min(8);
    let open = form.chars().zip(&drawn).all(|(sign, seen)| sign != 'A' || seen.len() >= least);
    open.then(|| Finding::column(Kind::Document, share))
}

/// Number plates: forms of letters and digits of which the letters vary as much as the digits.
fn plates(values: &Values, shapes: &[Shape]) -> Option<Finding> {
    const PLATES: [&str; 21] = [
        "AAA999", "AAA9999", "AAA-999", "AAA-9999", "AAA 999", "AAA 9999", "9AAA999", "AA99999", "AA 99999",
        "AA-99999", "999AAA", "999-AAA", "999 AAA", "9999AA", "A99AAA", "A99 AAA", "AA999A", "AA9999",
        "AA 9999", "999A99", "AAA99A",
    ];
    let behind = |s: &Shape| {
        let (state, plate) = s.text.split_at_checked(2).unwrap_or_default();
        let plate = plate.trim_start_matches([' ', '-', ':', '/']);
        is_state(state) && plate.len() + 2 < s.text.len() && Shape::of(plate).is(&PLATES)
    };
    let plate = share(shapes, |s| s.is(&PLATES)).max(share(shapes, behind));
    let letters: HashSet<String> =
        shapes.iter().map(|s| s.text.chars().filter(char::is_ascii_alphabetic).collect()).collect();
    let vary = letters.len() * 3 >= shapes.len() && shapes.len() >= 12 && values.variety() > 0.2;
    let each = shapes.len() >= 4 && letters.len() * 5 >= shapes.len() * 4 && values.variety() > 0.5;
    (plate >= 0.85 && (vary || each)).then(|| Finding::column(Kind::Document, plate))
}

/// Share of the values that pass.
fn share<'a>(shapes: &[Shape<'a>], pass: impl Fn(&Shape<'a>) -> bool) -> f64 {
    shapes.iter().filter(|s| pass(s)).count() as f64 / shapes.len().max(1) as f64
}

/// Digits of codes that are spread over all that there are, rather than given out in a row.
fn spread(shapes: &[Shape]) -> bool {
    let mut firsts = [0_usize; 10];
    for shape in shapes {
        if let Some(digit) = shape.text.bytes().find(u8::is_ascii_digit) {
            firsts[usize::from(digit - b'0')] += 1;
        }
    }
    firsts.iter().filter(|n| **n * 30 >= shapes.len()).count() >= 8
}

/// A value and its form: `A` for a letter, `9` for a digit, marks as they are.
struct Shape<'a> {
    text: &'a str,
    form: String,
}

impl<'a> Shape<'a> {
    fn of(text: &'a str) -> Self {
        let text = text.trim();
        let sign = |c: char| match c {
            c if c.is_alphabetic() => 'A',
            c if c.is_ascii_digit() => '9',
            c => c,
        };
        Self { text, form: text.chars().map(sign).collect() }
    }

    fn is(&self, forms: &[&str]) -> bool {
        forms.contains(&self.form.as_str())
    }

    /// The letters that it begins with.
    fn letters(&self) -> &str {
        let end = self.text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.text.len());
        &self.text[..end]
    }

    /// One letter or two and six to fourteen digits.
    fn licence(&self) -> bool {
        (1..=2).contains(&self.letters().len()) && (6..=14).contains(&self.digits()) && self.plain_marks()
    }

    fn digits(&self) -> usize {
        self.text.bytes().filter(u8::is_ascii_digit).count()
    }

    /// Letters stand in front only, and nothing but dashes and blanks between digits.
    fn plain_marks(&self) -> bool {
        self.text[self.letters().len()..].bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b' ')
    }

    fn alien_number(&self) -> bool {
        let rest = self.text.strip_prefix(['A', 'a']).unwrap_or_default().trim_start_matches(['#', '-', ' ']);
        let plain = rest.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b' ');
        plain && (8..=9).contains(&rest.bytes().filter(u8::is_ascii_digit).count())
    }

    fn internet_address(&self) -> bool {
        // A port may follow; with a mask it is a net.
        if self.text.split_once('/').is_some_and(|(_, mask)| mask.parse::<u8>().is_ok_and(|bits| bits < 31)) {
            return false;
        }
        let address = self.text.split([':', '/']).next().unwrap_or_default();
        let groups: Vec<&str> = address.split('.').collect();
        groups.len() == 4 && groups.iter().all(|g| g.parse::<u8>().is_ok())
    }

    /// Two fractions of a degree, to ten metres or finer, one after the other in any dress; or a plus code.
    fn coordinates(&self) -> bool {
        let fraction = |t: &&str| t.split_once('.').is_some_and(|(_, places)| places.len() >= 3);
        let cut = self.text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '-');
        let numbers: Vec<f64> = cut.filter(fraction).filter_map(|t| t.parse().ok()).collect();
        numbers.windows(2).any(|pair| pair[0].abs() <= 180.0 && pair[1].abs() <= 180.0 && pair != [0.0, 0.0])
            || self.plus_code()
            || self.degrees()
            || self.grid()
    }

    /// `9vk1e8q4z`: the name of a square of seven to twelve signs, none of them `a`, `i`, `l` or `o`, some beyond `f`.
    ///
    /// # Source
    /// Niemeyer 2008, geohash, by general knowledge of its signs.
    fn hashed_point(&self) -> bool {
        let sign = |b: u8| b"0123456789bcdefghjkmnpqrstuvwxyz".contains(&b);
        (7..=12).contains(&self.text.len())
            && self.text.bytes().all(sign)
            && self.text.bytes().any(|b| b.is_ascii_digit())
            && self.text.bytes().any(|b| b > b'f')
    }

    /// `29°45'36\"N`.
    fn degrees(&self) -> bool {
        let digits = self.text.starts_with(|c: char| c.is_ascii_digit() || c == '-');
        digits && self.text.contains(['°', 'º']) && self.text.contains(['\'', '′', '’'])
    }

    /// A square of the military grid, `15RTN1234567890`, or of its zones, `15R 275000 3290000`.
    fn grid(&self) -> bool {
        let end = self.text.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        let zone = self.text[..end].parse::<u8>().is_ok_and(|zone| (1..=60).contains(&zone));
        let rest: String = self.text[end..].chars().filter(|c| *c != ' ').collect();
        let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
        let digits = rest[letters..].bytes().all(|b| b.is_ascii_digit());
        let places = rest.len() - letters;
        zone && digits
            && ((letters == 3 && places.is_multiple_of(2) && (6..=10).contains(&places))
                || (letters == 1 && places == 13 && self.text.contains(' ')))
    }

    /// # Source
    /// Open Location Code, by general knowledge of its signs.
    fn plus_code(&self) -> bool {
        let sign = |b: u8| b"23456789CFGHJMPQRVWX".contains(&b.to_ascii_uppercase());
        self.text.split_once('+').is_some_and(|(area, place)| {
            matches!(area.len(), 4 | 6 | 8)
                && (2..=3).contains(&place.len())
                && (area.bytes().chain(place.bytes())).all(sign)
        })
    }

    fn uuid_version(&self) -> Option<u8> {
        let groups: Vec<usize> = self.text.split('-').map(str::len).collect();
        let uuid =
            groups == [8, 4, 4, 4, 12] && self.text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
        uuid.then(|| self.text.as_bytes()[14])
    }
}
