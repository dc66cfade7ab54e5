//! The whole figures behind a chart, in words.

use maud::{Markup, html};

use crate::notes::reliability_word;
use crate::page_chart::Plotted;
use crate::page_text::{likely_people, likely_share, people, percent, sentence};
use crate::page_view::{CityView, Gap, Shown, UNMET_NEED, What};

/// A folded table: share, people it is out of, people concerned, reliability; one row for each of
/// `rows` (label, what it is about, trafficking type).
pub(crate) fn figures(view: &CityView<'_>, rows: &[(String, What, &str)]) -> Markup {
    let headings = match rows.first() {
        Some((_, (measure, _), _)) if measure.name() == UNMET_NEED => ("Needed it", "Did not get it"),
        Some((_, (measure, _), _)) => {
            let led = measure.rate_levels().and_then(|(level, _)| measure.level(level));
            ("Out of", led.map_or("", |level| &level.title))
        }
        None => return html! {},
    };
    let cell = |gap: Gap| {
        html! {
            td { (percent(gap.rate)) ", " (likely_share(gap.low, gap.high)) }
            td { (people(gap.out_of.estimate)) ", " (likely_people(gap.out_of.low, gap.out_of.high)) }
            td { (people(gap.affected.estimate)) ", " (likely_people(gap.affected.low, gap.affected.high)) }
        }
    };
    html! {
        details {
            summary { "The figures as a table" }
            div .scroll tabindex="0" role="region" aria-label="The figures as a table" {
                table .figures {
                    thead { tr {
                        th scope="col" { "" span .vh { "Line" } }
                        th scope="col" { "Share" }
                        th scope="col" { (headings.0) }
                        th scope="col" { (headings.1) }
                        th scope="col" { "Reliability of the count" }
                    } }
                    tbody { @for (label, what, t) in rows {
                        tr {
                            th scope="row" { (label) }
                            @let shown = view.gap(*what, t, None);
                            @match (shown, Plotted::gap(shown)) {
                                (Shown::Figure(gap), _) => (cell(gap)),
                                (_, Plotted::Not(reason)) => td colspan="3" .n { "\u{25c7} " (reason) },
                                _ => {}
                            }
                            td { @if let Some((reliability, se)) = view.reliability(*what, t) {
                                (sentence(reliability_word(reliability))) " (standard error " (format!("{se:.1}")) " people)"
                            } }
                        }
                    } }
                }
            }
        }
    }
}
