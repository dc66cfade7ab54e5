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
    /// Readable, but no workload.
    #[error("tables file: {0}")]
    Workload(#[from] WorkloadError),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TablesFile {
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
}

fn one() -> f64 {
    1.0
}

/// Reads a tables file (interfaces, section 3) into a workload, attributes in the file's order.
///
/// # Errors
/// [`TablesFileError`] when the text is no such file or its tables make no workload.
pub fn parse_tables(text: &str) -> Result<Workload, TablesFileError> {
    let file: TablesFile = toml::from_str(text).map_err(|e| TablesFileError::Syntax(e.to_string()))?;
    // The TOML reader sorts keys by name; their places in the text give the order back.
    let mut attributes: Vec<_> = file.attributes.into_iter().collect();
    attributes.sort_by_key(|(name, _)| name.span().start);
    let attributes: Vec<Attribute> = attributes
        .into_iter()
        .map(|(name, categories)| Attribute { name: name.into_inner(), categories })
        .collect();
    let mut tables = Vec::with_capacity(file.tables.len());
    for entry in file.tables {
        let position = |name: &String| {
            attributes.iter().position(|a| a.name == *name).ok_or_else(|| TablesFileError::UnknownAttribute {
                table: entry.name.clone(),
                attribute: name.clone(),
            })
        };
        let dimensions = entry.dimensions.iter().map(position).collect::<Result<_, _>>()?;
        tables.push(Table { name: entry.name, dimensions, weight: entry.weight, subject: None });
    }
    Ok(Workload::new(attributes, tables)?)
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
        [[table]]
        name = "types"
        dimensions = ["trafficking_type"]
        weight = 2.5
    "#;

    #[test]
    fn reads_attributes_in_order_and_tables_with_weights() {
        let workload = parse_tables(FILE).expect("valid");
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
        assert!(matches!(error("2.5", "-1.0"), TablesFileError::Workload(_)));
        assert!(matches!(
            error("[\"black\", \"white\", \"unknown\"]", "[\"black\"]"),
            TablesFileError::Workload(_)
        ));
    }
}
