//! The person table: exact rows, on their way to being counted and nothing else.

use domain::Workload;
use thiserror::Error;

use crate::closure::MAX_PERSONS;

/// One row a linked person of one city and period: a code for each attribute of a workload.
///
/// Columns lie side by side, each a byte a person, so that a million people of thirty attributes
/// fit in 30 MB and are counted in one pass.
///
/// # Privacy
/// Exact and personal: no getter of a code, no `Debug`, no `Clone`, no serialization. Counting it
/// ([`crate::Exact::tabulate`]) is its only use. Its neighbours are the tables with one row more
/// or one row less.
///
/// ```compile_fail
/// # use domain::{Attribute, Table, Workload};
/// # let categories = vec!["a".to_owned(), "b".to_owned()];
/// # let attributes = vec![Attribute { name: "x".to_owned(), categories }];
/// # let table = Table { name: "t".to_owned(), dimensions: vec![0], weight: 1.0, subject: None };
/// # let workload = Workload::new(attributes, vec![table])?;
/// let persons = release::PersonTable::new(&workload, vec![vec![0, 1, 1]])?;
/// println!("{persons:?}");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The same without the last line compiles:
/// ```
/// # use domain::{Attribute, Table, Workload};
/// # let categories = vec!["a".to_owned(), "b".to_owned()];
/// # let attributes = vec![Attribute { name: "x".to_owned(), categories }];
/// # let table = Table { name: "t".to_owned(), dimensions: vec![0], weight: 1.0, subject: None };
/// # let workload = Workload::new(attributes, vec![table])?;
/// let persons = release::PersonTable::new(&workload, vec![vec![0, 1, 1]])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PersonTable {
    sizes: Vec<usize>,
    columns: Vec<Vec<u8>>,
    persons: usize,
}

/// A person table that does not fit its workload. Says where, never what.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PersonTableError {
    /// Not one column for each attribute.
    #[error(
        "the person table has {found} columns where the workload has {expected} attributes; give one column for each, in the workload's order"
    )]
    Columns {
        /// Columns given.
        found: usize,
        /// Attributes of the workload.
        expected: usize,
    },
    /// Columns of different lengths.
    #[error(
        "person table, attribute `{attribute}`: {found} rows where the first attribute has {expected}; every person has one code for each attribute"
    )]
    Length {
        /// Attribute.
        attribute: String,
        /// Rows it has.
        found: usize,
        /// Rows of the first.
        expected: usize,
    },
    /// More people than any city has, and than the integers below are checked for.
    #[error("the person table has more than {limit} rows; one table holds one city")]
    Persons {
        /// Limit.
        limit: u64,
    },
    /// Counted under another workload than it was made for.
    #[error("the person table was made for another workload than the plan's; make both from the same tables")]
    OtherWorkload,
    /// A code outside the public domain.
    #[error(
        "person table, attribute `{attribute}`, row {row}: the code is outside the public domain of {categories} categories; mend the step that made the row"
    )]
    Code {
        /// Attribute.
        attribute: String,
        /// Row, counted from 1.
        row: usize,
        /// Size of the domain.
        categories: usize,
    },
}

impl PersonTable {
    /// Checks columns against the workload's public domains.
    ///
    /// `columns` holds one column an attribute, in the order of [`Workload::attributes`]; a code is
    /// a category's position.
    ///
    /// # Errors
    /// [`PersonTableError`] when columns are missing, differ in length, or hold a code outside the
    /// domain.
    pub fn new(workload: &Workload, columns: Vec<Vec<u8>>) -> Result<Self, PersonTableError> {
        let attributes = workload.attributes();
        if columns.len() != attributes.len() {
            return Err(PersonTableError::Columns { found: columns.len(), expected: attributes.len() });
        }
        let persons = columns.first().map_or(0, Vec::len);
        if persons as u64 > MAX_PERSONS {
            return Err(PersonTableError::Persons { limit: MAX_PERSONS });
        }
        for (attribute, column) in attributes.iter().zip(&columns) {
            if column.len() != persons {
                return Err(PersonTableError::Length {
                    attribute: attribute.name.clone(),
                    found: column.len(),
                    expected: persons,
                });
            }
            let categories = attribute.categories.len();
            if let Some(row) = column.iter().position(|code| usize::from(*code) >= categories) {
                return Err(PersonTableError::Code {
                    attribute: attribute.name.clone(),
                    row: row + 1,
                    categories,
                });
            }
        }
        let sizes = attributes.iter().map(|a| a.categories.len()).collect();
        Ok(Self { sizes, columns, persons })
    }

    /// Rows.
    ///
    /// # Privacy
    /// An exact statistic: for the steward's report, never for publication.
    pub fn persons(&self) -> usize {
        self.persons
    }

    /// The column of an attribute.
    pub(crate) fn column(&self, attribute: usize) -> &[u8] {
        &self.columns[attribute]
    }

    /// Sizes of the attributes' domains.
    pub(crate) fn sizes(&self) -> &[usize] {
        &self.sizes
    }
}

#[cfg(test)]
mod tests {
    use domain::{Attribute, Table};

    use super::*;

    fn workload() -> Workload {
        let attribute = |name: &str, n: usize| Attribute {
            name: name.to_owned(),
            categories: (0..n).map(|c| format!("c{c}")).collect(),
        };
        let table = Table { name: "t".to_owned(), dimensions: vec![0, 1], weight: 1.0, subject: None };
        Workload::new(vec![attribute("a", 2), attribute("b", 3)], vec![table]).expect("valid")
    }

    #[test]
    fn a_table_that_fits_is_taken() {
        let table = PersonTable::new(&workload(), vec![vec![0, 1], vec![2, 0]]).expect("fits");
        assert_eq!((table.persons(), table.column(1)), (2, &[2, 0][..]));
        assert!(PersonTable::new(&workload(), vec![vec![], vec![]]).is_ok(), "nobody is a population too");
    }

    #[test]
    fn each_misfit_says_where() {
        let error = |columns| PersonTable::new(&workload(), columns).err().expect("refused");
        assert_eq!(error(vec![vec![0]]), PersonTableError::Columns { found: 1, expected: 2 });
        let length = error(vec![vec![0, 1], vec![0]]);
        assert!(
            matches!(&length, PersonTableError::Length { attribute, found: 1, expected: 2 } if attribute == "b")
        );
        let code = error(vec![vec![0, 1, 0], vec![0, 2, 3]]);
        assert_eq!(code, PersonTableError::Code { attribute: "b".to_owned(), row: 3, categories: 3 });
        let text = code.to_string();
        assert!(text.contains("`b`") && text.contains("row 3"), "{text}");
    }
}
