//! Which dimension of a released table plays which part.

use domain::{Breakdown, Measure, TRAFFICKING_TYPE, Topic, Word};
use release::{Cell, ReleasedTable};

use crate::error::PublishError;

/// What a table counts, with the place of each part in a cell's codes.
#[derive(Debug, Clone)]
pub(crate) struct Layout<'a> {
    /// The table.
    pub table: &'a ReleasedTable,
    /// The measure.
    pub measure: Measure,
    /// The service, exploitation or systems of a measure that has an attribute for each.
    pub topic: Option<Topic>,
    /// The breakdowns.
    pub breakdowns: &'a [Breakdown],
    type_at: usize,
    /// One level; two for a pair of systems.
    levels_at: Vec<usize>,
    groups_at: Vec<usize>,
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
        let (measure, topic, breakdowns) = (subject.measure, subject.topic, &subject.breakdowns[..]);
        if !measure.has_topic(topic) {
            return fail("its measure has no such service, exploitation or system");
        }
        let at = |name: &str, categories: &[&str]| {
            table.dimensions.iter().position(|d| d.name == name && d.categories == categories)
        };
        let type_at = at(TRAFFICKING_TYPE.0, TRAFFICKING_TYPE.1);
        let levels: Option<Vec<usize>> =
            measure.attributes(topic).iter().map(|name| at(name, measure.levels())).collect();
        let groups: Option<Vec<usize>> = breakdowns.iter().map(|b| at(b.word(), b.categories())).collect();
        let (Some(type_at), Some(levels_at), Some(groups_at)) = (type_at, levels, groups) else {
            return fail("a dimension or its public list of categories is missing");
        };
        if table.dimensions.len() != 1 + levels_at.len() + groups_at.len() {
            return fail("it has a dimension that its subject does not name");
        }
        if !cells_fit(table) {
            return fail("its cells are not the row-major product of its categories");
        }
        if !figures_are_finite(table) {
            return fail("a figure is not a finite number");
        }
        Ok(Self { table, measure, topic, breakdowns, type_at, levels_at, groups_at })
    }

    /// The cell's trafficking type.
    pub(crate) fn trafficking_type(&self, cell: &Cell) -> &'static str {
        TRAFFICKING_TYPE.1[usize::from(cell.codes[self.type_at])]
    }

    /// The cell's level of the measure; of a pair of systems, the first one's.
    pub(crate) fn level(&self, cell: &Cell) -> &'static str {
        self.measure.levels()[usize::from(cell.codes[self.levels_at[0]])]
    }

    /// The second system's level in a cell of a pair.
    pub(crate) fn other_level(&self, cell: &Cell) -> Option<&'static str> {
        self.levels_at.get(1).map(|at| self.measure.levels()[usize::from(cell.codes[*at])])
    }

    /// The cell's category in each breakdown.
    pub(crate) fn groups(&self, cell: &Cell) -> impl Iterator<Item = &'static str> {
        let codes = self.groups_at.iter().map(|at| usize::from(cell.codes[*at]));
        self.breakdowns.iter().zip(codes).map(|(breakdown, code)| breakdown.categories()[code])
    }

    /// The levels that a rate is told of, the one that a page leads with first.
    pub(crate) fn levels_with_a_rate(&self) -> &'static [&'static str] {
        self.measure.numerators()
    }

    /// The dimension whose categories are compared, with its place in a cell's codes: the breakdown, or the
    /// type of trafficking where there is none. Nothing where two breakdowns are crossed, or two systems: their
    /// rate is of those whom the first one saw.
    pub(crate) fn compared(&self) -> Option<(&'static str, usize)> {
        match (self.breakdowns, self.groups_at.as_slice()) {
            _ if self.levels_at.len() > 1 => None,
            ([], []) => Some((TRAFFICKING_TYPE.0, self.type_at)),
            ([breakdown], [at]) => Some((breakdown.word(), *at)),
            _ => None,
        }
    }

    /// The place of the type of trafficking in a cell's codes.
    pub(crate) fn type_at(&self) -> usize {
        self.type_at
    }

    /// The name of the files that hold the table.
    pub(crate) fn file_stem(&self) -> String {
        file_stem(self.measure, self.breakdowns)
    }
}

/// `<measure>`, `<measure>_by_<breakdown>` or `<measure>_by_<breakdown>_and_<breakdown>`: the files of
/// all services, exploitations and systems of a measure are one.
pub(crate) fn file_stem(measure: Measure, breakdowns: &[Breakdown]) -> String {
    let mut stem = measure.name().to_owned();
    for (i, breakdown) in breakdowns.iter().enumerate() {
        stem = format!("{stem}_{}_{}", if i == 0 { "by" } else { "and" }, breakdown.word());
    }
    stem
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
