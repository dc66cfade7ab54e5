//! What a reader of revised figures must know: they are means of two measurements, and move part of the way.

use release::{QueryStatement, Statement};

use crate::page_text::day;

/// The same in the note of a row.
pub(crate) const ROW: &str = "revised: a mean of two measurements; where records were corrected in between, the interval may hold neither the old count nor the corrected one";

/// For pages and README; `None` where the figures rest on one measurement.
pub(crate) fn revised(statement: &Statement) -> Option<String> {
    let earlier = statement.earlier.as_ref()?;
    Some(format!(
        "These figures are revised: each is a mean of two measurements, of the records as they stood on {} and on {}. Where records were \
         corrected in between, a figure has moved about {:.0}% of the way from the old count to the corrected one, so its range may hold \
         neither. Where they were not, it is more exact than before.",
        day(earlier.read_on),
        day(statement.read_on),
        100.0 * weight(statement, &earlier.queries),
    ))
}

/// The weight of the later measurement. Weights go by 1 over the squared noise, as ρ does.
fn weight(statement: &Statement, earlier: &[QueryStatement]) -> f64 {
    let rho = |queries: &[QueryStatement]| queries.iter().map(|query| query.rho).sum::<f64>();
    rho(&statement.queries) / (rho(&statement.queries) + rho(earlier))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::city_release::{files, publish_overview_parts};
    use crate::fixture::{parts, revise};

    /// Everything that a person may open by itself says so; a first release says nothing of it.
    #[test]
    fn a_revision_says_that_its_figures_move_part_of_the_way() {
        let first = parts("us-ga-atlanta", "Atlanta", 11, 1.0);
        let mut second = parts("us-ga-atlanta", "Atlanta", 11, 1.0);
        revise(&mut second);
        let words = "moved about 25% of the way from the old count to the corrected one";
        let row = "may hold neither the old count nor the corrected one";
        for (parts, told) in [(&first, false), (&second, true)] {
            let files = files(&parts.statement, &parts.tables, &parts.residuals).expect("files");
            let text = |path: &str| {
                let (_, bytes) = files.iter().find(|(p, _)| p == path).expect("a file");
                String::from_utf8(bytes.clone()).expect("UTF-8")
            };
            assert_eq!(text("dashboard.html").contains(words), told);
            assert_eq!(text("README.md").contains(words), told);
            assert_eq!(text("README.md").contains("the true count 19 times in 20"), !told);
            assert_eq!(text("dashboard.html").contains("where the true figure lies 19 times in 20."), !told);
            assert_eq!(text("release.json").contains("part of the way"), told);
            let csv = text("tables/people.csv");
            assert_eq!(csv.lines().skip(1).all(|line| line.contains(row)), told);
            assert_eq!(csv.contains(row), told);
            let out = tempfile::tempdir().expect("a folder");
            let page = publish_overview_parts(&[(&parts.statement, parts.tables.as_slice())], out.path());
            let page = fs::read_to_string(page.expect("published")).expect("read");
            assert_eq!(page.contains(words), told);
        }
    }
}
