//! Attributes, tables and the workload of marginals that a release answers.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

use crate::breakdown::{Breakdown, TRAFFICKING_TYPE};
use crate::measure::{Measure, measure_attribute};
use crate::service::Service;
use crate::word::Word;

/// A categorical column of the person table with its public domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Name.
    pub name: String,
    /// Public categories, in order; a value's code is its position.
    pub categories: Vec<String>,
}

/// What a table of the program is about; absent for tables from outside (`evaluate release`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The measure.
    pub measure: Measure,
    /// The service, for [`Measure::UnmetNeed`].
    pub service: Option<Service>,
    /// The demographic breakdown, if any.
    pub breakdown: Option<Breakdown>,
}

/// A marginal to be published.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Unique name.
    pub name: String,
    /// Attributes it counts over, as positions in [`Workload::attributes`], in the order in which
    /// its cells are laid out (row-major, the last varies fastest).
    pub dimensions: Vec<usize>,
    /// Weight of one cell's variance in the objective; positive.
    pub weight: f64,
    /// What it is about.
    pub subject: Option<Subject>,
}

/// The marginals a release answers, over attributes with public domains.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    attributes: Vec<Attribute>,
    tables: Vec<Table>,
}

/// A workload that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WorkloadError {
    /// An attribute with fewer than two or more than 256 categories, or one named twice.
    #[error("attribute `{name}`: {rule}; mend the list of attributes")]
    Attribute {
        /// Its name.
        name: String,
        /// What is wrong.
        rule: &'static str,
    },
    /// A table over nothing, over an unknown or repeated attribute, or with a bad weight.
    #[error("table `{name}`: {rule}; mend the table's entry")]
    Table {
        /// Its name.
        name: String,
        /// What is wrong.
        rule: &'static str,
    },
}

impl Workload {
    /// Checks attributes and tables.
    ///
    /// # Errors
    /// [`WorkloadError`] on a domain of fewer than 2 or more than 256 categories, a repeated name
    /// or category, a table without dimensions, with an unknown or repeated one, or with a weight
    /// that is not positive and finite.
    pub fn new(attributes: Vec<Attribute>, tables: Vec<Table>) -> Result<Self, WorkloadError> {
        let mut names = BTreeSet::new();
        for attribute in &attributes {
            let fail = |rule| Err(WorkloadError::Attribute { name: attribute.name.clone(), rule });
            if !names.insert(&attribute.name) {
                return fail("the name is used twice");
            }
            if !(2..=256).contains(&attribute.categories.len()) {
                return fail("a domain has from 2 to 256 categories");
            }
            if attribute.categories.iter().collect::<BTreeSet<_>>().len() != attribute.categories.len() {
                return fail("a category stands twice");
            }
        }
        let mut names = BTreeSet::new();
        for table in &tables {
            let fail = |rule| Err(WorkloadError::Table { name: table.name.clone(), rule });
            if !names.insert(&table.name) {
                return fail("the name is used twice");
            }
            if table.dimensions.is_empty() {
                return fail("a table needs at least one dimension");
            }
            if table.dimensions.iter().any(|d| *d >= attributes.len()) {
                return fail("a dimension is not among the attributes");
            }
            if table.dimensions.iter().collect::<BTreeSet<_>>().len() != table.dimensions.len() {
                return fail("a dimension stands twice");
            }
            if !(table.weight.is_finite() && table.weight > 0.0) {
                return fail("the weight must be a positive number");
            }
        }
        if tables.is_empty() {
            return Err(WorkloadError::Table { name: String::new(), rule: "there is no table" });
        }
        Ok(Self { attributes, tables })
    }

    /// The attributes; a person's row has one code for each, in this order.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// The tables.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Sizes of a table's dimensions, in its own order.
    pub fn shape(&self, table: &Table) -> Vec<usize> {
        table.dimensions.iter().map(|d| self.attributes[*d].categories.len()).collect()
    }

    /// The position of an attribute.
    pub fn attribute_index(&self, name: &str) -> Option<usize> {
        self.attributes.iter().position(|a| a.name == name)
    }
}

/// The program's own workload: for every measure (unmet need once a service) a table by
/// trafficking type, and one by type and each breakdown that may cross measures; and the people
/// themselves by type and each breakdown. Never two breakdowns in one table.
///
/// # Errors
/// [`WorkloadError`] when `services` or `breakdowns` leave nothing to publish or repeat one.
pub fn standard_workload(services: &[Service], breakdowns: &[Breakdown]) -> Result<Workload, WorkloadError> {
    let mut attributes = vec![attribute(TRAFFICKING_TYPE.0, TRAFFICKING_TYPE.1)];
    for breakdown in breakdowns {
        attributes.push(attribute(breakdown.word(), breakdown.categories()));
    }
    let mut subjects = vec![(Measure::People, None)];
    subjects.extend(services.iter().map(|s| (Measure::UnmetNeed, Some(*s))));
    subjects.extend([(Measure::IdentificationGap, None), (Measure::CyclingWithoutHelp, None)]);

    let mut tables = Vec::new();
    for (measure, service) in subjects {
        let mut dimensions = vec![0];
        let mut stem = measure.word().to_owned();
        if let Some(name) = measure_attribute(measure, service) {
            dimensions.push(attributes.len());
            attributes.push(attribute(&name, measure.levels()));
        }
        if let Some(service) = service {
            stem = format!("{stem}_{}", service.word());
        }
        let table = |name: String, dimensions: Vec<usize>, breakdown| Table {
            name,
            dimensions,
            weight: 1.0,
            subject: Some(Subject { measure, service, breakdown }),
        };
        tables.push(table(stem.clone(), dimensions.clone(), None));
        for (i, breakdown) in breakdowns.iter().enumerate() {
            if measure == Measure::People || breakdown.may_cross_measures() {
                let mut dimensions = dimensions.clone();
                dimensions.push(1 + i);
                tables.push(table(format!("{stem}_by_{}", breakdown.word()), dimensions, Some(*breakdown)));
            }
        }
    }
    Workload::new(attributes, tables)
}

fn attribute(name: &str, categories: &[&str]) -> Attribute {
    Attribute { name: name.to_owned(), categories: categories.iter().map(|c| (*c).to_owned()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_standard_workload_keeps_the_cautions() {
        let workload = standard_workload(Service::ALL, Breakdown::ALL).expect("valid");
        assert_eq!(workload.tables().len(), 10 + 18 * 9);
        for table in workload.tables() {
            let names: Vec<_> =
                table.dimensions.iter().map(|d| workload.attributes()[*d].name.as_str()).collect();
            assert_eq!(names[0], "trafficking_type");
            assert!(names.len() <= 3);
            if names.contains(&"indigenous") {
                assert_eq!(names.len(), 2, "{}: Indigenous counts are city totals only", table.name);
            }
        }
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(standard_workload(&[Service::Medical, Service::Medical], &[]).is_err());
        let a = attribute("a", &["x", "y"]);
        let table = |dimensions, weight| Table { name: "t".into(), dimensions, weight, subject: None };
        for bad in [table(vec![], 1.0), table(vec![1], 1.0), table(vec![0, 0], 1.0), table(vec![0], 0.0)] {
            assert!(Workload::new(vec![a.clone()], vec![bad]).is_err());
        }
    }
}
