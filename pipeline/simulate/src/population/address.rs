//! Addresses on an invented street grid.

use crate::city::City;
use crate::dice::Dice;
use crate::population::names::NAMES;

/// Street kinds: short and long form.
const KINDS: [(&str, &str); 8] = [
    ("St", "Street"),
    ("Ave", "Avenue"),
    ("Rd", "Road"),
    ("Dr", "Drive"),
    ("Blvd", "Boulevard"),
    ("Ln", "Lane"),
    ("Ct", "Court"),
    ("Pl", "Place"),
];

/// One address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) number: u32,
    pub(crate) direction: &'static str,
    pub(crate) name: String,
    pub(crate) kind: usize,
    pub(crate) unit: Option<u32>,
    pub(crate) zip: u32,
}

/// How one agency happened to write an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Style {
    /// `Street`, not `St`.
    pub(crate) long_kind: bool,
    /// `#4`, not `Apt 4`.
    pub(crate) hash_unit: bool,
}

impl Address {
    /// A home somewhere in the city.
    pub(crate) fn random(city: &City, dice: &mut Dice) -> Self {
        let ordinal = dice.chance(0.12);
        let name = if ordinal {
            let n = dice.between(2, 79);
            let end = match (n % 10, n / 10) {
                (_, 1) => "th",
                (1, _) => "st",
                (2, _) => "nd",
                (3, _) => "rd",
                _ => "th",
            };
            format!("{n}{end}")
        } else {
            (*dice.pick(&NAMES.streets)).to_owned()
        };
        let direction = if dice.chance(city.directed) { *dice.pick(&city.directions) } else { "" };
        Self {
            number: dice.between(1, 89) as u32 * 100 + dice.between(0, 49) as u32 * 2 + 1,
            direction,
            name,
            kind: dice.weighted(&[34.0, 30.0, 9.0, 9.0, 5.0, 5.0, 4.0, 4.0]),
            unit: dice.chance(0.45).then(|| dice.between(1, 420) as u32),
            zip: city.zips.0 + dice.below(city.zips.1) as u32,
        }
    }

    /// One of the few shelters whose address many clients give.
    pub(crate) fn shelter(city: &City, which: u32) -> Self {
        Self {
            number: 100 + 200 * which,
            direction: city.directions[which as usize % city.directions.len()],
            name: "Harbor".to_owned(),
            kind: 0,
            unit: None,
            zip: city.zips.0 + which,
        }
    }

    /// Street without number and unit: `N Main St`.
    pub(crate) fn street(&self, style: Style) -> String {
        let kind = KINDS[self.kind];
        let kind = if style.long_kind { kind.1 } else { kind.0 };
        if self.direction.is_empty() {
            format!("{} {kind}", self.name)
        } else {
            format!("{} {} {kind}", self.direction, self.name)
        }
    }

    /// Unit: `Apt 4`, `#4` or blank.
    pub(crate) fn unit_text(&self, style: Style) -> String {
        match self.unit {
            Some(unit) if style.hash_unit => format!("#{unit}"),
            Some(unit) => format!("Apt {unit}"),
            None => String::new(),
        }
    }

    /// One line: `123 N Main St Apt 4`.
    pub(crate) fn line(&self, style: Style) -> String {
        let mut line = format!("{} {}", self.number, self.street(style));
        if self.unit.is_some() {
            line.push(' ');
            line.push_str(&self.unit_text(style));
        }
        line
    }
}
