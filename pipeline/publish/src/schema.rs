//! The one description of every column; Arrow metadata, the dictionary and the data package
//! all repeat it.

use domain::{Breakdown, Each, Measure, ScreeningQuestion, Service, System, TRAFFICKING_TYPE, Word};

use crate::sheet::{Column, Kind};

/// Version of the published columns; the first number changes when a column changes its meaning.
pub(crate) const SCHEMA_VERSION: &str = "1.0";
/// Licence of the published figures.
pub(crate) const LICENCE: &str = "CC-BY-4.0";
/// Confidence of every interval.
pub(crate) const CONFIDENCE: &str = "0.95";
/// Decimals of people in CSV.
pub(crate) const PEOPLE_DECIMALS: usize = 1;
/// Decimals of rates in CSV.
pub(crate) const RATE_DECIMALS: usize = 3;

const PEOPLE: Kind = Kind::Number { decimals: PEOPLE_DECIMALS };
const RATE: Kind = Kind::Number { decimals: RATE_DECIMALS };

/// The columns of a tidy table about these measures: one row a cell.
pub(crate) fn tidy_columns(measures: &[Measure], breakdowns: &[Breakdown]) -> Vec<Column> {
    let mut columns = vec![
        text("city", "slug", "City, as in the folder's name."),
        text("city_name", "", "City, as a reader knows it."),
        text("period", "slug", "Period of the release, as in the folder's name: `2025-year` or `2025-q3`."),
        plain(
            "cohort_start",
            Kind::Date,
            "day",
            "First day on which a person could enter the table's cohort.",
        ),
        plain("cohort_end", Kind::Date, "day", "Last day on which a person could enter the table's cohort."),
        plain(
            "window_days",
            Kind::Integer,
            "days",
            "Days after entry (missed_contact: before it) in which the outcome was looked for; 0: in the cohort's days themselves.",
        ),
        text(
            "table",
            "name",
            "The marginal that the cell belongs to; cells of one table share their noise and standard error.",
        ),
        listed("measure", "category", "What is counted.", measures.iter().map(|m| m.name()).collect()),
        Column {
            nullable: true,
            ..listed(
                "service",
                "category",
                "The service that was needed; absent for measures that are not about a service.",
                Service::ALL.iter().map(|s| s.word()).collect(),
            )
        },
    ];
    if has(measures, Each::Exploitation) {
        columns.push(listed(
            "exploitation",
            "category",
            "The kind of exploitation that the row is about, whatever the person's trafficking_type.",
            ScreeningQuestion::ALL.iter().map(|q| q.word()).collect(),
        ));
    }
    if has(measures, Each::System) {
        let systems = || System::ALL.iter().map(|s| s.word()).collect::<Vec<_>>();
        columns.push(listed("system", "category", "The system that `level` is about.", systems()));
        columns.push(Column {
            nullable: true,
            ..listed(
                "other_system",
                "category",
                "The system that `other_level` is about; absent where the table is of one system alone.",
                systems(),
            )
        });
    }
    columns.push(listed(
        TRAFFICKING_TYPE.0,
        "category",
        "The kinds of trafficking of which any agency recorded a sign or a finding for the person.",
        TRAFFICKING_TYPE.1.to_vec(),
    ));
    columns.extend(breakdowns.iter().map(|b| breakdown_column(*b)));
    columns.extend(figure_columns(measures));
    columns
}

/// Whether one of the measures is about each exploitation, each system and so on.
pub(crate) fn has(measures: &[Measure], each: Each) -> bool {
    measures.iter().any(|measure| measure.each() == each)
}

/// The column of a breakdown.
pub(crate) fn breakdown_column(breakdown: Breakdown) -> Column {
    let description = match breakdown {
        Breakdown::RaceEthnicity => {
            "Race and ethnicity, one category a person (OMB SPD 15, 2024): alone, or multiple."
        }
        Breakdown::Indigenous => {
            "American Indian or Alaska Native alone or in combination; published as city totals only."
        }
        Breakdown::AgeBand => {
            "Age at the person's first event of the period with a known age, or else at the latest one before it."
        }
        Breakdown::Gender => "Gender, latest known answer.",
        Breakdown::LgbtqYouth => "Whether a person under 25 was recorded as LGBTQ.",
        Breakdown::Immigrant => "Immigrant status, latest known answer; never a visa or a country.",
        Breakdown::LanguageNeed => "Whether the person needs another language than English.",
        Breakdown::Disability => "Disability recorded by any agency.",
        Breakdown::SubstanceUse => "Substance use recorded by any agency.",
    };
    listed(breakdown.word(), "category", description, breakdown.categories().to_vec())
}

/// The columns of the noisy answers.
pub(crate) fn measurement_columns() -> Vec<Column> {
    vec![
        text(
            "query",
            "name",
            "Attributes of the residual query, joined by ` x `; `total` for the empty set.",
        ),
        text("coordinate", "name", "Categories of the coordinate, joined by ` x `; empty for the total."),
        plain(
            "value",
            Kind::Integer,
            "people, scaled",
            "The noisy integer answer, exactly as the mechanism gave it: people times the product of the sizes of the attributes' domains.",
        ),
        plain(
            "noise_scale",
            Kind::Exact,
            "people, scaled",
            "Scale of the discrete Gaussian noise on that integer.",
        ),
        plain("rho", Kind::Exact, "zCDP rho", "What the whole query cost (not the coordinate)."),
        plain(
            "revision",
            Kind::Integer,
            "number",
            "The measurement: 0 the first, 1 the revision. A revised release rests on both, averaged by inverse variance (1 over the squared noise scale).",
        ),
    ]
}

/// The columns of differences between groups.
pub(crate) fn difference_columns(measures: &[Measure]) -> Vec<Column> {
    let share = "share, -1 to 1";
    let figure = |name, description| Column { nullable: true, ..plain(name, RATE, share, description) };
    let mut columns: Vec<Column> = tidy_columns(measures, &[])
        .into_iter()
        .take_while(|column| column.name != "level")
        .map(|column| match column.name {
            "trafficking_type" => Column {
                nullable: true,
                description: "The type of trafficking within which groups are compared; absent where all types are taken together, or are the groups.",
                ..column
            },
            "exploitation" | "system" => Column { nullable: true, ..column },
            _ => column,
        })
        .collect();
    columns.extend([
        text(
            "dimension",
            "name",
            "What the groups differ in: a breakdown, or the type of trafficking. In labor_against_sex people with signs of labor trafficking only are compared with people with signs of sex trafficking only, where a measure has a table for each, each in the table of its own.",
        ),
        text(
            "group",
            "category",
            "The group, which is compared with everybody else of the dimension together; in labor_against_sex with sex_only.",
        ),
        text("level", "category", "The level of the measure whose rate is compared."),
        figure(
            "rate_difference",
            "The group's rate less that of everybody else; absent where one of the two is withheld.",
        ),
        figure(
            "difference_low",
            "Lower end of the difference's 95 % interval. It covers the privacy noise only.",
        ),
        figure(
            "difference_high",
            "Upper end of the difference's 95 % interval. It covers the privacy noise only.",
        ),
        listed(
            "verdict",
            "category",
            "What the difference comes to: nothing clear where the interval covers zero.",
            vec!["higher", "lower", "no clear difference", "withheld"],
        ),
    ]);
    columns
}

fn figure_columns(measures: &[Measure]) -> Vec<Column> {
    let rate = |name, unit, description| Column { nullable: true, ..plain(name, RATE, unit, description) };
    let mut levels: Vec<&'static str> = Vec::new();
    for level in measures.iter().flat_map(|m| m.levels()) {
        if !levels.contains(level) {
            levels.push(level);
        }
    }
    let mut columns = vec![listed("level", "category", "The measure's level.", levels)];
    if let Some(pairs) = measures.iter().find(|m| m.each() == Each::System) {
        let levels = pairs.levels().iter().copied().chain(["all"]).collect();
        columns.push(listed(
            "other_level",
            "category",
            "The level of `other_system`; `all` where the table is of one system alone.",
            levels,
        ));
    }
    columns.extend([
        plain(
            "estimate",
            PEOPLE,
            "people",
            "Unbiased estimate; noise can push it below zero. Sums of cells of one table are unbiased too.",
        ),
        plain(
            "standard_error",
            Kind::Number { decimals: 2 },
            "people",
            "Standard deviation of the privacy noise in the estimate; the same for every cell of a table.",
        ),
        plain(
            "ci_low",
            PEOPLE,
            "people",
            "Lower end of the 95 % interval, cut at zero. It covers the privacy noise only.",
        ),
        plain(
            "ci_high",
            PEOPLE,
            "people",
            "Upper end of the 95 % interval. Where the estimate lies below zero it is not cut but stands above zero, for the count may: see README. It covers the privacy noise only.",
        ),
        plain(
            "best_estimate",
            PEOPLE,
            "people",
            "Never negative, consistent between tables and usually closer to the truth, but biased: for reading, not for summing or testing. The interval is not its own.",
        ),
        rate(
            "rate",
            "share, 0 to 1",
            "On the rows whose level is in the rate's numerator: that level out of all levels of the rate. Of a pair of systems: of those seen by `system`, the share that `other_system` saw. Absent on other rows and where it is withheld.",
        ),
        rate("rate_low", "share, 0 to 1", "Lower end of the rate's 95 % interval: of the rates that are published, at least 95 in 100 intervals hold the true rate (Fieller's, widened where noise may have chosen the group). From 0 to 1 it says nothing of the rate."),
        rate("rate_high", "share, 0 to 1", "Upper end of the rate's 95 % interval, as for rate_low."),
        Column {
            nullable: true,
            ..plain(
                "rate_denominator",
                PEOPLE,
                "people",
                "Unbiased estimate of the people that the rate is out of. Given also where the rate is withheld.",
            )
        },
        listed(
            "reliability",
            "category",
            "How far the estimate can be relied on, from published numbers alone.",
            vec!["high", "moderate", "low"],
        ),
        listed(
            "status",
            "category",
            "Whether every figure of the row is published.",
            vec!["published", "withheld"],
        ),
        Column {
            nullable: true,
            ..text("status_reason", "", "Why something is withheld; absent when nothing is.")
        },
        Column {
            nullable: true,
            ..text("note", "", "What a reader of this row alone must know; absent when there is nothing.")
        },
    ]);
    columns
}

fn plain(name: &'static str, kind: Kind, unit: &'static str, description: &'static str) -> Column {
    Column { name, kind, unit, description, nullable: false, categories: Vec::new() }
}

fn text(name: &'static str, unit: &'static str, description: &'static str) -> Column {
    plain(name, Kind::Text, unit, description)
}

fn listed(
    name: &'static str,
    unit: &'static str,
    description: &'static str,
    categories: Vec<&'static str>,
) -> Column {
    Column { categories, ..text(name, unit, description) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::categories::meaning;

    #[test]
    fn every_column_and_category_is_described() {
        let measures = Measure::all();
        let columns = tidy_columns(measures, Breakdown::ALL).into_iter().chain(measurement_columns());
        for column in columns.chain(difference_columns(measures)) {
            assert!(column.description.len() > 10 && column.description.ends_with('.'), "{}", column.name);
            for category in &column.categories {
                let meaning = meaning(measures, column.name, category);
                assert!(meaning.is_some_and(|m| m.description.ends_with('.')), "{} {category}", column.name);
            }
        }
        assert_eq!(meaning(measures, "gender", "both"), None);
    }

    #[test]
    fn only_rates_among_numbers_may_be_absent() {
        for column in tidy_columns(Measure::all(), &[]) {
            if column.nullable && column.kind != Kind::Text {
                assert!(column.name.starts_with("rate"), "{}", column.name);
            }
        }
    }
}
