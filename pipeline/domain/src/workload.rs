//! Attributes, tables and the workload of marginals that a release answers.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use thiserror::Error;

use crate::breakdown::Breakdown;
use crate::measure::Measure;
use crate::measure_file::{MeasureFile, tells_of_hiv};
use crate::topic::Topic;

/// A categorical column of the person table with its public domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Name.
    pub name: String,
    /// Public categories, in order; a value's code is its position.
    pub categories: Vec<String>,
}

/// What a table of the program is about; absent for tables from outside (`evaluate release`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// The measure.
    pub measure: Measure,
    /// The service, exploitation or systems, for measures with an attribute for each.
    pub topic: Option<Topic>,
    /// The demographic breakdowns: none, one, or two that a configuration asked for.
    pub breakdowns: Vec<Breakdown>,
}

/// A marginal to be published.
#[derive(Debug, Clone, PartialEq)]
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
///
/// Written down, it holds the definition of every measure that its tables are about, once.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
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
    /// Attributes without a table over them.
    #[error("there is no table: ask for at least one, with its name and the attributes that it is over")]
    Empty,
}

impl Workload {
    /// Checks attributes and tables.
    ///
    /// # Errors
    /// [`WorkloadError`] on a domain of fewer than 2 or more than 256 categories, a repeated name, a
    /// name that tells of HIV, a repeated
    /// category, no table, a table without dimensions, with an unknown or repeated one, or with a weight
    /// that is not positive and finite.
    pub fn new(attributes: Vec<Attribute>, tables: Vec<Table>) -> Result<Self, WorkloadError> {
        let mut names = BTreeSet::new();
        for attribute in &attributes {
            let fail = |rule| Err(WorkloadError::Attribute { name: attribute.name.clone(), rule });
            if !names.insert(&attribute.name) {
                return fail("the name is used twice");
            }
            if tells_of_hiv(&attribute.name) || attribute.categories.iter().any(|c| tells_of_hiv(c)) {
                return fail("HIV is never an attribute or a category by itself");
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
            return Err(WorkloadError::Empty);
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

/// A workload as it is written down: subjects name their measure, definitions stand beside them.
#[derive(Serialize, Deserialize)]
struct Written {
    measures: Vec<MeasureFile>,
    attributes: Vec<Attribute>,
    tables: Vec<WrittenTable>,
}

#[derive(Serialize, Deserialize)]
struct WrittenTable {
    name: String,
    dimensions: Vec<usize>,
    weight: f64,
    subject: Option<WrittenSubject>,
}

#[derive(Serialize, Deserialize)]
struct WrittenSubject {
    measure: String,
    topic: Option<Topic>,
    breakdowns: Vec<Breakdown>,
}

impl From<Workload> for Written {
    fn from(workload: Workload) -> Self {
        let measures: BTreeSet<Measure> =
            workload.tables.iter().filter_map(|t| t.subject.as_ref()).map(|s| s.measure).collect();
        let tables = workload.tables.into_iter().map(|table| WrittenTable {
            name: table.name,
            dimensions: table.dimensions,
            weight: table.weight,
            subject: table.subject.map(|s| WrittenSubject {
                measure: s.measure.name().to_owned(),
                topic: s.topic,
                breakdowns: s.breakdowns,
            }),
        });
        Self {
            measures: measures.into_iter().map(|m| m.file().clone()).collect(),
            attributes: workload.attributes,
            tables: tables.collect(),
        }
    }
}

impl TryFrom<Written> for Workload {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let measures = written.measures.into_iter().map(Measure::remembered).collect::<Result<Vec<_>, _>>();
        let measures = measures.map_err(|error| error.to_string())?;
        let subject = |s: WrittenSubject| {
            let measure = measures.iter().copied().find(|m| m.name() == s.measure);
            let measure = measure.ok_or("a table is about a measure whose definition is missing")?;
            Ok::<_, String>(Subject { measure, topic: s.topic, breakdowns: s.breakdowns })
        };
        let table = |t: WrittenTable| {
            let subject = t.subject.map(subject).transpose()?;
            Ok::<_, String>(Table { name: t.name, dimensions: t.dimensions, weight: t.weight, subject })
        };
        let tables = written.tables.into_iter().map(table).collect::<Result<_, _>>()?;
        Self::new(written.attributes, tables).map_err(|error| error.to_string())
    }
}

/// An attribute with a public list of categories.
pub(crate) fn attribute(name: &str, categories: &[&str]) -> Attribute {
    Attribute { name: name.to_owned(), categories: categories.iter().map(|c| (*c).to_owned()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused() {
        let a = attribute("a", &["x", "y"]);
        let table = |dimensions, weight| Table { name: "t".into(), dimensions, weight, subject: None };
        for bad in [table(vec![], 1.0), table(vec![1], 1.0), table(vec![0, 0], 1.0), table(vec![0], 0.0)] {
            assert!(Workload::new(vec![a.clone()], vec![bad]).is_err());
        }
        for hiv in [attribute("hiv_status", &["x", "y"]), attribute("a", &["none", "hiv"])] {
            assert!(Workload::new(vec![hiv], vec![table(vec![0], 1.0)]).is_err());
        }
    }
}
