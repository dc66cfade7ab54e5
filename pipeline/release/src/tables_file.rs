//! Tables from outside: the TOML file that `evaluate release` reads.

use std::collections::BTreeMap;

use domain::{Attribute, Table, Workload, WorkloadError};
use serde::Deserialize;
use thiserror::Error;
use toml::Spanned;

/// A tables file that can't be used. It holds no personal data, so its text may be shown.
#[derive(Debug, Error)]
pub enum TablesFileError {
    /// Not TOML, or not this format.
    #[error("tables file: {0}")]
    Syntax(String),
    /// A table names an attribute that is not there.
    #[error(
        "tables file, table `{table}`: there is no attribute `{attribute}` in [attributes]; add it, or mend the name"
    )]
    UnknownAttribute {
        /// Table.
        table: String,
        /// Name that it uses.
        attribute: String,
    },
    /// A rate over a dimension or level that is not there.
    #[error("tables file, table `{table}`, rate: {rule}; mend the rate's entry")]
    Rate {
        /// Table.
        table: String,
        /// What is wrong.
        rule: &'static str,
    },
    /// Readable, but no workload.
    #[error("tables file: {0}")]
    Workload(#[from] WorkloadError),
}

/// What a tables file holds.
#[derive(Debug, Clone, PartialEq)]
pub struct TablesFile {
    /// Attributes and tables.
    pub workload: Workload,
    /// The rate of each table that names one, in the tables' order.
    pub rates: Vec<Option<RateLevels>>,
}

/// A rate along one dimension of a table: people of one level among people of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLevels {
    /// The dimension, as a position in the table's own.
    pub axis: usize,
    /// The level that is counted.
    pub numerator: usize,
    /// The levels that it is counted among, the numerator one of them.
    pub denominator: Vec<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileEntries {
    attributes: BTreeMap<Spanned<String>, Vec<String>>,
    #[serde(rename = "table", default)]
    tables: Vec<TableEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TableEntry {
    name: String,
    dimensions: Vec<String>,
    #[serde(default = "one")]
    weight: f64,
    rate: Option<RateEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RateEntry {
    dimension: String,
    numerator: String,
    denominator: Vec<String>,
}

fn one() -> f64 {
    1.0
}

/// Reads a tables file (interfaces, section 3) into a workload, attributes in the file's order, and
/// the rates that its tables name: `rate = { dimension = "shelter", numerator = "unmet", denominator
/// = ["met", "unmet"] }`.
///
/// # Errors
/// [`TablesFileError`] when the text is no such file or its tables make no workload.
pub fn parse_tables(text: &str) -> Result<TablesFile, TablesFileError> {
    let file: FileEntries = toml::from_str(text).map_err(|e| TablesFileError::Syntax(e.to_string()))?;
    // The TOML reader sorts keys by name; their places in the text give the order back.
    let mut attributes: Vec<_> = file.attributes.into_iter().collect();
    attributes.sort_by_key(|(name, _)| name.span().start);
    let attributes: Vec<Attribute> = attributes
        .into_iter()
        .map(|(name, categories)| Attribute { name: name.into_inner(), categories })
        .collect();
    let mut tables = Vec::with_capacity(file.tables.len());
    let mut rates = Vec::with_capacity(file.tables.len());
    for entry in file.tables {
        let position = |name: &String| {
            attributes.iter().position(|a| a.name == *name).ok_or_else(|| TablesFileError::UnknownAttribute {
                table: entry.name.clone(),
                attribute: name.clone(),
            })
        };
        let dimensions = entry.dimensions.iter().map(position).collect::<Result<Vec<_>, _>>()?;
        rates.push(entry.rate.as_ref().map(|rate| rate_levels(&entry, rate, &attributes)).transpose()?);
        tables.push(Table { name: entry.name, dimensions, weight: entry.weight, subject: None });
    }
    Ok(TablesFile { workload: Workload::new(attributes, tables)?, rates })
}

fn rate_levels(
    table: &TableEntry,
    rate: &RateEntry,
    attributes: &[Attribute],
) -> Result<RateLevels, TablesFileError> {
    let refuse = |rule| TablesFileError::Rate { table: table.name.clone(), rule };
    let axis = table.dimensions.iter().position(|d| *d == rate.dimension);
    let axis = axis.ok_or_else(|| refuse("its dimension is not one of the table's"))?;
    let attribute = attributes.iter().find(|a| a.name == rate.dimension);
    let level = |name: &String| {
        let position = attribute.and_then(|a| a.categories.iter().position(|c| c == name));
        position.ok_or_else(|| refuse("a level is not among the dimension's categories"))
    };
    let numerator = level(&rate.numerator)?;
    let denominator = rate.denominator.iter().map(level).collect::<Result<Vec<_>, _>>()?;
    if !denominator.contains(&numerator) {
        return Err(refuse("the numerator is not among the denominator's levels"));
    }
    if denominator.iter().collect::<std::collections::BTreeSet<_>>().len() != denominator.len() {
        return Err(refuse("a level stands twice in the denominator"));
    }
    Ok(RateLevels { axis, numerator, denominator })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = r#"
        [attributes]
        trafficking_type = ["sex_only", "labor_only", "both", "none_recorded", "unknown"]
        race_ethnicity = ["black", "white", "unknown"]
        emergency_shelter = ["no_need", "met", "unmet"]
        [[table]]
        name = "shelter_by_race"
        dimensions = ["emergency_shelter", "race_ethnicity"]
        rate = { dimension = "emergency_shelter", numerator = "unmet", denominator = ["met", "unmet"] }
        [[table]]
        name = "types"
        dimensions = ["trafficking_type"]
        weight = 2.5
    "#;

    #[test]
    fn reads_attributes_in_order_and_tables_with_weights() {
        let TablesFile { workload, rates } = parse_tables(FILE).expect("valid");
        assert_eq!(rates[0], Some(RateLevels { axis: 0, numerator: 2, denominator: vec![1, 2] }));
        assert_eq!(rates[1], None);
        let names: Vec<_> = workload.attributes().iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["trafficking_type", "race_ethnicity", "emergency_shelter"]);
        assert_eq!(workload.attributes()[2].categories, ["no_need", "met", "unmet"]);
        assert_eq!(workload.tables()[0].dimensions, [2, 1]);
        assert!((workload.tables()[0].weight - 1.0).abs() < f64::EPSILON);
        assert!((workload.tables()[1].weight - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn each_mistake_is_told_apart() {
        let error = |from: &str, to: &str| parse_tables(&FILE.replace(from, to)).expect_err("refused");
        assert!(matches!(error("[attributes]", "[attributes"), TablesFileError::Syntax(_)));
        assert!(matches!(error("weight", "wieght"), TablesFileError::Syntax(_)));
        let unknown = error("[\"trafficking_type\"]", "[\"type\"]");
        assert!(
            unknown.to_string().contains("`types`") && unknown.to_string().contains("`type`"),
            "{unknown}"
        );
        for (from, to) in [
            ("dimension = \"emergency_shelter\"", "dimension = \"trafficking_type\""),
            ("numerator = \"unmet\"", "numerator = \"un\""),
            ("numerator = \"unmet\"", "numerator = \"no_need\""),
            ("denominator = [\"met\"", "denominator = [\"unmet\""),
        ] {
            let rate = error(from, to);
            assert!(
                matches!(rate, TablesFileError::Rate { .. })
                    && rate.to_string().contains("`shelter_by_race`"),
                "{rate}"
            );
        }
        assert!(matches!(error("2.5", "-1.0"), TablesFileError::Workload(_)));
        assert!(matches!(
            error("[\"black\", \"white\", \"unknown\"]", "[\"black\"]"),
            TablesFileError::Workload(_)
        ));
    }
}
