//! The chart: a table whose middle column draws each figure as a mark on its interval.
//!
//! Chart and table are one, so every mark has its numbers beside it. Positions are percentages of
//! the column, so it fits any width without a script.

use maud::{Markup, PreEscaped, html};

use crate::page_text::{people, percent, type_title};
use crate::page_view::{Count, Gap, Shown};

/// What the middle column measures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Axis {
    /// 0 to 100 %.
    Share,
    /// 0 to so many people.
    People(f64),
}

/// A figure's place and words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Plotted {
    /// A mark on its interval, in the axis' unit.
    Mark {
        /// Where the mark stands, and both ends of its line.
        at: [f64; 3],
        /// The figure.
        text: String,
        /// Its range: `64% to 78%`.
        range: String,
    },
    /// A symbol and the reason.
    Not(&'static str),
}

/// One line of a chart.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// What the line is about.
    pub label: String,
    /// A smaller remark below the label.
    pub remark: String,
    /// The trafficking type, which gives the mark its shape and colour.
    pub trafficking_type: &'static str,
    /// The figure.
    pub plotted: Plotted,
}

/// Lines under one heading.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    /// Heading; empty for none.
    pub title: String,
    /// Lines.
    pub lines: Vec<Line>,
}

/// A chart.
pub(crate) struct Chart {
    /// What it shows, for those who do not see it.
    pub label: String,
    /// Heading of the labels.
    pub subject: &'static str,
    /// The middle column.
    pub axis: Axis,
    /// Whether lines can be put in the order of their figures.
    pub sortable: bool,
    /// The lines.
    pub blocks: Vec<Block>,
}

/// A symbol and words in the place of a figure that is not shown: never a zero, never a blank.
pub(crate) const TOO_FEW: &str = "Not shown: too few people";
/// The same where the range says nothing.
pub(crate) const TOO_UNCERTAIN: &str = "Not shown: range too wide";
/// The same for several figures at once.
const NONE_SHOWN: &str = "Not shown: too few people, or range too wide";
/// The same where the release holds no such table.
pub(crate) const NOT_RELEASED: &str = "Not part of this release";

impl Plotted {
    /// A rate.
    pub(crate) fn gap(shown: Shown<Gap>) -> Self {
        Self::of(shown, |gap| Self::Mark {
            at: [gap.rate, gap.low, gap.high],
            text: percent(gap.rate),
            range: format!("{} to {}", percent(gap.low), percent(gap.high)),
        })
    }

    /// A count.
    pub(crate) fn count(shown: Shown<Count>) -> Self {
        Self::of(shown, |count| Self::Mark {
            at: [count.estimate, count.low, count.high],
            text: people(count.estimate),
            range: range(count),
        })
    }

    fn of<T>(shown: Shown<T>, mark: impl FnOnce(T) -> Self) -> Self {
        match shown {
            Shown::Figure(figure) => mark(figure),
            Shown::TooFew => Self::Not(TOO_FEW),
            Shown::TooUncertain => Self::Not(TOO_UNCERTAIN),
            Shown::NotReleased => Self::Not(NOT_RELEASED),
        }
    }
}

/// `124 to 160`.
pub(crate) fn range(count: Count) -> String {
    format!("{} to {}", people(count.low), people(count.high))
}

/// A round number of people at or above `most`.
pub(crate) fn axis_for(most: f64) -> Axis {
    let step = 10f64.powf(most.max(10.0).log10().floor()) / 2.0;
    Axis::People((most.max(1.0) / step).ceil() * step)
}

/// The shapes of the marks; stands once in a page.
pub(crate) fn shapes() -> Markup {
    html! {
        svg .shapes width="0" height="0" aria-hidden="true" focusable="false" {
            defs {
                circle #s cy="11" r="6" {}
                rect #l x="-5.5" y="5.5" width="11" height="11" {}
                path #b d="M0 3 8 11 0 19-8 11Z" {}
                path #u d="M0 4 7 17H-7Z" {}
            }
        }
    }
}

/// One shape with its name.
pub(crate) fn key(trafficking_type: &'static str) -> Markup {
    html! {
        span .key {
            svg .(shape(trafficking_type)) width="20" height="22" aria-hidden="true" {
                use href={ "#" (shape(trafficking_type)) } x="10" {}
            }
            (type_title(trafficking_type))
        }
    }
}

/// The chart as a table. The script makes it a group that the arrow keys walk.
pub(crate) fn chart(chart: &Chart) -> Markup {
    let ticks = match chart.axis {
        Axis::Share => ["0%", "50%", "100%"].map(str::to_owned),
        Axis::People(most) => [people(0.0), people(most / 2.0), people(most)],
    };
    html! {
        div .chart.sortable[chart.sortable] {
            table aria-label=(chart.label) {
                thead { tr {
                    th scope="col" { (chart.subject) }
                    th .axis scope="col" { div { span { (ticks[0]) } " " span { (ticks[1]) } " " span { (ticks[2]) } } }
                    th scope="col" { "Estimate " small { "likely range" } }
                } }
                @for block in &chart.blocks { (body(block, chart.axis)) }
            }
        }
    }
}

fn body(block: &Block, axis: Axis) -> Markup {
    // Where no line of a heading can be shown, it is said once.
    let reasons: Option<Vec<&str>> = block
        .lines
        .iter()
        .map(|line| match line.plotted {
            Plotted::Not(reason) => Some(reason),
            Plotted::Mark { .. } => None,
        })
        .collect();
    let together = reasons
        .filter(|r| !block.title.is_empty() && !r.is_empty())
        .map(|reasons| if reasons.iter().all(|r| *r == reasons[0]) { reasons[0] } else { NONE_SHOWN });
    html! {
        tbody {
            @if let Some(reason) = together {
                tr .one { th scope="row" { (block.title) } (not_shown(reason)) }
            } @else {
                @if !block.title.is_empty() {
                    tr .g { th colspan="3" scope="rowgroup" { (block.title) } }
                }
                @for line in &block.lines { (row(line, axis)) }
            }
        }
    }
}

fn row(line: &Line, axis: Axis) -> Markup {
    let whole = match axis {
        Axis::Share => 1.0,
        Axis::People(most) => most,
    };
    html! {
        tr {
            th scope="row" {
                (line.label)
                @if !line.remark.is_empty() { " " small { (line.remark) } }
            }
            @match &line.plotted {
                Plotted::Mark { at, text, range } => {
                    td { (drawn(shape(line.trafficking_type), at.map(|a| a / whole))) }
                    td { b { (text) } " " small { (range) } }
                }
                Plotted::Not(reason) => (not_shown(reason)),
            }
        }
    }
}

fn not_shown(reason: &str) -> Markup {
    html! { td .n colspan="2" { "\u{25c7} " (reason) } }
}

/// A line from low to high with the mark on it; shares of the column's width. Written by hand: a
/// page holds thousands, and SVG may close its elements in place. Style gives the line its height.
fn drawn(shape: &str, [at, low, high]: [f64; 3]) -> Markup {
    let percent = |share: f64| {
        let text = format!("{:.1}", share.clamp(0.0, 1.0) * 100.0);
        text.strip_suffix(".0").unwrap_or(&text).to_owned()
    };
    let width = high.clamp(0.0, 1.0) - low.clamp(0.0, 1.0);
    PreEscaped(format!(
        r##"<svg class="{shape}"><rect x="{}%" width="{}%"/><use href="#{shape}" x="{}%"/></svg>"##,
        percent(low),
        percent(width),
        percent(at),
    ))
}

/// The shape (and class) of a type's mark.
fn shape(trafficking_type: &str) -> &'static str {
    match trafficking_type {
        "sex_only" => "s",
        "labor_only" => "l",
        "both" => "b",
        _ => "u",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_shown_is_a_symbol_and_words_with_no_mark() {
        let line =
            |plotted| Line { label: "A".into(), remark: String::new(), trafficking_type: "both", plotted };
        let gap = Shown::<Gap>::TooFew;
        let html = row(&line(Plotted::gap(gap)), Axis::Share).into_string();
        assert!(html.contains('\u{25c7}') && html.contains(TOO_FEW) && !html.contains("<svg"), "{html}");
        assert!(!html.contains('0'), "{html}");
        let count = Count { estimate: 50.0, low: 25.0, high: 75.0 };
        let html = row(&line(Plotted::count(Shown::Figure(count))), Axis::People(100.0)).into_string();
        assert!(
            html.contains(r#"x="25%""#) && html.contains(r#"width="50%""#) && html.contains("25 to 75"),
            "{html}"
        );
    }

    #[test]
    fn axes_end_at_round_numbers_beyond_the_data() {
        assert_eq!(axis_for(1_340.0), Axis::People(1_500.0));
        assert_eq!(axis_for(96.0), Axis::People(100.0));
        assert_eq!(axis_for(0.0), Axis::People(5.0));
    }
}
