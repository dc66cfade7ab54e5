//! Communities of origin: what names, races, languages and papers are like in each.

/// Race and ethnicity as a set, one bit an OMB category (SPD 15, 2024).
pub(crate) mod race {
    pub(crate) const AIAN: u8 = 1;
    pub(crate) const ASIAN: u8 = 2;
    pub(crate) const BLACK: u8 = 4;
    pub(crate) const HISPANIC: u8 = 8;
    pub(crate) const MENA: u8 = 16;
    pub(crate) const NHPI: u8 = 32;
    pub(crate) const WHITE: u8 = 64;
}

use race::{AIAN, ASIAN, BLACK, HISPANIC, MENA, NHPI, WHITE};

/// A language: ISO code, human services' word, labor enforcement's word.
pub(crate) type Language = (&'static str, &'static str, &'static str);

pub(crate) const ENGLISH: Language = ("en", "ENGLISH", "English");

/// One community's table.
pub(crate) struct Culture {
    /// Key of its names in `data/`.
    pub(crate) name: &'static str,
    /// Sets of races and their weights.
    pub(crate) races: &'static [(u8, f64)],
    /// Share born abroad.
    pub(crate) foreign: f64,
    /// Of those born abroad, share without papers, in asylum or pending.
    pub(crate) unsettled: f64,
    /// The language other than English.
    pub(crate) language: Language,
    /// Share of those born abroad who need an interpreter.
    pub(crate) interpreter: f64,
    /// Share of first names taken from the general list.
    pub(crate) general_first: f64,
    /// Share of surnames taken from the general list.
    pub(crate) general_last: f64,
    /// Share of surnames put together from syllables.
    pub(crate) rare_last: f64,
    /// Share of people with two surnames.
    pub(crate) two_surnames: f64,
}

const BASE: Culture = Culture {
    name: "anglo",
    races: &[(WHITE, 1.0)],
    foreign: 0.02,
    unsettled: 0.1,
    language: ENGLISH,
    interpreter: 0.0,
    general_first: 0.0,
    general_last: 0.0,
    rare_last: 0.35,
    two_surnames: 0.01,
};

/// All communities; a city's weights are in this order.
pub(crate) const CULTURES: [Culture; 15] = [
    Culture { races: &[(WHITE, 0.965), (WHITE | AIAN, 0.02), (WHITE | ASIAN, 0.015)], ..BASE },
    Culture {
        name: "black",
        races: &[(BLACK, 0.95), (BLACK | WHITE, 0.03), (BLACK | AIAN, 0.02)],
        foreign: 0.03,
        general_first: 0.45,
        general_last: 0.4,
        rare_last: 0.15,
        ..BASE
    },
    Culture {
        name: "hispanic",
        races: &[
            (HISPANIC, 0.88),
            (HISPANIC | WHITE, 0.08),
            (HISPANIC | BLACK, 0.02),
            (HISPANIC | AIAN, 0.02),
        ],
        foreign: 0.52,
        unsettled: 0.62,
        language: ("es", "SPANISH", "Spanish"),
        interpreter: 0.62,
        general_first: 0.14,
        general_last: 0.02,
        rare_last: 0.22,
        two_surnames: 0.3,
    },
    Culture {
        name: "hmong",
        races: &[(ASIAN, 1.0)],
        foreign: 0.35,
        unsettled: 0.05,
        language: ("hmn", "HMONG", "Hmong"),
        interpreter: 0.5,
        general_first: 0.35,
        rare_last: 0.15,
        ..BASE
    },
    Culture {
        name: "vietnamese",
        races: &[(ASIAN, 0.97), (ASIAN | WHITE, 0.03)],
        foreign: 0.6,
        unsettled: 0.25,
        language: ("vi", "VIETNAMESE", "Vietnamese"),
        interpreter: 0.55,
        general_first: 0.3,
        rare_last: 0.2,
        ..BASE
    },
    Culture {
        name: "chinese",
        races: &[(ASIAN, 0.96), (ASIAN | WHITE, 0.04)],
        foreign: 0.62,
        unsettled: 0.4,
        language: ("zh", "MANDARIN", "Chinese"),
        interpreter: 0.5,
        general_first: 0.35,
        rare_last: 0.25,
        ..BASE
    },
    Culture {
        name: "southasian",
        races: &[(ASIAN, 0.98), (ASIAN | WHITE, 0.02)],
        foreign: 0.65,
        unsettled: 0.35,
        language: ("ne", "NEPALI", "Nepali"),
        interpreter: 0.35,
        general_first: 0.08,
        rare_last: 0.35,
        ..BASE
    },
    Culture {
        name: "filipino",
        races: &[(ASIAN, 0.9), (ASIAN | NHPI, 0.1)],
        foreign: 0.6,
        unsettled: 0.35,
        language: ("tl", "TAGALOG", "Tagalog"),
        interpreter: 0.15,
        general_first: 0.4,
        rare_last: 0.4,
        ..BASE
    },
    Culture {
        name: "somali",
        races: &[(BLACK, 1.0)],
        foreign: 0.6,
        unsettled: 0.25,
        language: ("so", "SOMALI", "Somali"),
        interpreter: 0.6,
        general_first: 0.03,
        rare_last: 0.25,
        ..BASE
    },
    Culture {
        name: "ethiopian",
        races: &[(BLACK, 1.0)],
        foreign: 0.62,
        unsettled: 0.35,
        language: ("am", "AMHARIC", "Amharic"),
        interpreter: 0.5,
        general_first: 0.1,
        rare_last: 0.35,
        ..BASE
    },
    Culture {
        name: "westafrican",
        races: &[(BLACK, 1.0)],
        foreign: 0.6,
        unsettled: 0.45,
        language: ("fr", "FRENCH", "French"),
        interpreter: 0.3,
        general_first: 0.3,
        rare_last: 0.4,
        ..BASE
    },
    Culture {
        name: "arabic",
        races: &[(MENA, 0.85), (MENA | WHITE, 0.15)],
        foreign: 0.55,
        unsettled: 0.35,
        language: ("ar", "ARABIC", "Arabic"),
        interpreter: 0.45,
        general_first: 0.08,
        rare_last: 0.35,
        ..BASE
    },
    Culture {
        name: "slavic",
        races: &[(WHITE, 1.0)],
        foreign: 0.45,
        unsettled: 0.35,
        language: ("pl", "POLISH", "Polish"),
        interpreter: 0.4,
        general_first: 0.3,
        rare_last: 0.5,
        ..BASE
    },
    Culture {
        name: "native",
        races: &[(AIAN, 0.7), (AIAN | WHITE, 0.16), (AIAN | BLACK, 0.07), (AIAN | HISPANIC, 0.07)],
        foreign: 0.01,
        general_first: 0.7,
        general_last: 0.45,
        rare_last: 0.2,
        ..BASE
    },
    Culture {
        name: "pacific",
        races: &[(NHPI, 0.8), (NHPI | WHITE, 0.1), (NHPI | ASIAN, 0.1)],
        foreign: 0.15,
        unsettled: 0.2,
        language: ("sm", "SAMOAN", "Samoan"),
        interpreter: 0.2,
        general_first: 0.45,
        rare_last: 0.4,
        ..BASE
    },
];
