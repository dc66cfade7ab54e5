//! Which dimension of a released table plays which part.

use domain::{Breakdown, Measure, Service, TRAFFICKING_TYPE, Word, measure_attribute};
use release::{Cell, ReleasedTable};

use crate::error::PublishError;

/// What a table counts, with the place of each part in a cell's codes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Layout<'a> {
    /// The table.
    pub table: &'a ReleasedTable,
    /// The measure.
    pub measure: Measure,
    /// The service of unmet need.
    pub service: Option<Service>,
    /// The breakdown.
    pub breakdown: Option<Breakdown>,
    type_at: usize,
    level_at: Option<usize>,
    group_at: Option<usize>,
}

impl<'a> Layout<'a> {
    /// Reads a table's parts and checks that its cells are what its dimensions say.
    ///
    /// # Errors
    /// [`PublishError::Table`] on a table without a subject, with other dimensions or categories
    /// than its subject's public lists, with missing, misplaced or surplus cells, or with a
    /// figure that is no number.
    pub(crate) fn of(table: &'a ReleasedTable) -> Result<Self, PublishError> {
        let fail = |rule| Err(PublishError::Table { table: table.name.clone(), rule });
        let Some(subject) = &table.subject else {
            return fail("it has no subject, so nobody could say what it counts");
        };
        let (measure, service, breakdown) = (subject.measure, subject.service, subject.breakdown);
        if (measure == Measure::UnmetNeed) != service.is_some() {
            return fail("unmet need goes with a service, and nothing else does");
        }
        let level = measure_attribute(measure, service);
        let at = |name: &str, categories: &[&str]| {
            table.dimensions.iter().position(|d| d.name == name && d.categories == categories)
        };
        let type_at = at(TRAFFICKING_TYPE.0, TRAFFICKING_TYPE.1);
        let level_at = level.as_deref().map(|name| at(name, measure.levels()));
        let group_at = breakdown.map(|b| at(b.word(), b.categories()));
        let parts = 1 + usize::from(level_at.is_some()) + usize::from(group_at.is_some());
        let (Some(type_at), false, false) = (type_at, level_at == Some(None), group_at == Some(None)) else {
            return fail("a dimension or its public list of categories is missing");
        };
        if table.dimensions.len() != parts {
            return fail("it has a dimension that its subject does not name");
        }
        if !cells_fit(table) {
            return fail("its cells are not the row-major product of its categories");
        }
        if !figures_are_finite(table) {
            return fail("a figure is not a finite number");
        }
        Ok(Self {
            table,
            measure,
            service,
            breakdown,
            type_at,
            level_at: level_at.flatten(),
            group_at: group_at.flatten(),
        })
    }

    /// The cell's trafficking type.
    pub(crate) fn trafficking_type(&self, cell: &Cell) -> &'static str {
        TRAFFICKING_TYPE.1[usize::from(cell.codes[self.type_at])]
    }

    /// The cell's level of the measure; `all` where the measure has none.
    pub(crate) fn level(&self, cell: &Cell) -> &'static str {
        self.level_at.map_or("all", |at| self.measure.levels()[usize::from(cell.codes[at])])
    }

    /// The cell's category in the breakdown.
    pub(crate) fn group(&self, cell: &Cell) -> Option<&'static str> {
        let breakdown = self.breakdown?;
        self.group_at.map(|at| breakdown.categories()[usize::from(cell.codes[at])])
    }

    /// The dimension whose categories are compared, with its place in a cell's codes: the breakdown, or the
    /// type of trafficking where there is none.
    pub(crate) fn compared(&self) -> (&'static str, usize) {
        match (self.breakdown, self.group_at) {
            (Some(breakdown), Some(at)) => (breakdown.word(), at),
            _ => (TRAFFICKING_TYPE.0, self.type_at),
        }
    }

    /// The place of the type of trafficking in a cell's codes.
    pub(crate) fn type_at(&self) -> usize {
        self.type_at
    }

    /// The name of the files that hold the table.
    pub(crate) fn file_stem(&self) -> String {
        file_stem(self.measure, self.breakdown)
    }
}

/// `<measure>` or `<measure>_by_<breakdown>`: the files of all services of unmet need are one.
pub(crate) fn file_stem(measure: Measure, breakdown: Option<Breakdown>) -> String {
    match breakdown {
        None => measure.word().to_owned(),
        Some(breakdown) => format!("{}_by_{}", measure.word(), breakdown.word()),
    }
}

fn cells_fit(table: &ReleasedTable) -> bool {
    let sizes: Vec<usize> = table.dimensions.iter().map(|d| d.categories.len()).collect();
    table.cells.len() == sizes.iter().product::<usize>()
        && table.cells.iter().enumerate().all(|(i, cell)| {
            let mut rest = i;
            cell.codes.len() == sizes.len()
                && sizes.iter().zip(&cell.codes).rev().all(|(size, code)| {
                    let expected = rest % size;
                    rest /= size;
                    usize::from(*code) == expected
                })
        })
}

fn figures_are_finite(table: &ReleasedTable) -> bool {
    table.standard_error.is_finite()
        && table.cells.iter().all(|cell| {
            let rate = cell.rate.iter().flat_map(|r| {
                let value = r.value.map_or([0.0; 3], |v| [v.rate, v.low, v.high]);
                [r.denominator, r.denominator_standard_error].into_iter().chain(value)
            });
            [cell.estimate, cell.low, cell.high, cell.best_estimate]
                .into_iter()
                .chain(rate)
                .all(f64::is_finite)
        })
}
