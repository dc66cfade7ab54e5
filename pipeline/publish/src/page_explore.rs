//! The explorer: one measure or service at a time, for one group at a time.

use domain::{Breakdown, Measure, Service, Word};
use maud::{Markup, html};

use crate::categories::group_title;
use crate::page_chart::{Axis, Block, Chart, Line, Plotted, axis_for, chart};
use crate::page_finding::apart;
use crate::page_text::{TYPES, people, sentence, service_phrase, signs_of, type_label, type_title};
use crate::page_view::{CityView, Gap, Shown};

/// What can be chosen: a measure, and the service of unmet need.
type What = (Measure, Option<Service>);

/// Controls and panels. `what` and `by` are shown until a reader chooses.
pub(crate) fn explore(view: &CityView<'_>, what: &str, by: &str) -> Markup {
    let whats = whats(view);
    let id = &view.statement.city;
    html! {
        form .controls {
            div {
                label for={ "what-" (id) } { "Measure or service" }
                select id={ "what-" (id) } name="what" {
                    @for w in &whats { option value=(word(*w)) selected[word(*w) == what] { (choice(*w)) } }
                }
            }
            div {
                label for={ "by-" (id) } { "Group" }
                select id={ "by-" (id) } name="by" {
                    @for b in view.breakdowns(Measure::People, None) {
                        option value=(b.word()) selected[b.word() == by] { (sentence(b.title())) }
                    }
                }
            }
        }
        @for w in &whats {
            div data-if={ "what=" (word(*w)) } hidden[word(*w) != what] {
                h3 { (title(*w)) ": everybody" }
                (chart(&everybody(view, *w)))
                @for b in view.breakdowns(Measure::People, None) {
                    div .by data-if={ "by=" (b.word()) } hidden[b.word() != by] {
                        h3 { (title(*w)) ", by " (b.title()) }
                        (by_group(view, *w, b))
                    }
                }
            }
        }
    }
}

/// The written form of a choice in the page's address.
pub(crate) fn word((measure, service): What) -> &'static str {
    service.map_or(measure.word(), Word::word)
}

fn whats(view: &CityView<'_>) -> Vec<What> {
    let mut whats: Vec<What> = view.services().into_iter().map(|s| (Measure::UnmetNeed, Some(s))).collect();
    for measure in [Measure::IdentificationGap, Measure::CyclingWithoutHelp, Measure::People] {
        if view.has(measure, None, None) {
            whats.push((measure, None));
        }
    }
    whats
}

fn choice((measure, service): What) -> String {
    service
        .map_or_else(|| measure.title().to_owned(), |s| format!("Unmet need: {}", s.title().to_lowercase()))
}

fn title((measure, service): What) -> String {
    match (measure, service) {
        (_, Some(service)) => format!("Needed {} and did not get it", service_phrase(service)),
        (Measure::IdentificationGap, _) => "Not identified within 180 days".to_owned(),
        _ => measure.title().to_owned(),
    }
}

fn everybody(view: &CityView<'_>, what: What) -> Chart {
    let lines: Vec<Line> = TYPES.iter().map(|t| line(view, what, t, None)).collect();
    let blocks = vec![Block { title: String::new(), lines }];
    Chart {
        label: format!("Chart: {}, by type of trafficking", title(what)),
        subject: "Signs of trafficking",
        axis: axis(what, &blocks),
        sortable: false,
        blocks,
    }
}

fn by_group(view: &CityView<'_>, what: What, breakdown: Breakdown) -> Markup {
    if !view.has(what.0, what.1, Some(breakdown)) {
        return html! {
            p .n { "\u{25c7} " (no_cross(breakdown)) }
        };
    }
    let blocks: Vec<Block> = breakdown
        .categories()
        .iter()
        .map(|category| Block {
            title: group_title(breakdown, category).to_owned(),
            lines: TYPES.iter().map(|t| line(view, what, t, Some((breakdown, category)))).collect(),
        })
        .collect();
    let drawn = Chart {
        label: format!("Chart: {}, by {}", title(what), breakdown.title()),
        subject: "Group and signs",
        axis: axis(what, &blocks),
        sortable: false,
        blocks,
    };
    html! {
        @if what.0 != Measure::People { p .finding { (contrast(view, what, breakdown)) } }
        (chart(&drawn))
        p .links { a href=(view.csv(what.0, Some(breakdown))) { "Download these figures (CSV)" } }
    }
}

fn no_cross(breakdown: Breakdown) -> &'static str {
    if breakdown == Breakdown::Indigenous {
        "Counts of Indigenous people are published only as city totals, out of respect for tribal data sovereignty. Choose \u{201c}People recorded\u{201d} to see them."
    } else {
        "Not part of this release."
    }
}

fn line(
    view: &CityView<'_>,
    (measure, service): What,
    trafficking_type: &'static str,
    group: Option<(Breakdown, &str)>,
) -> Line {
    let label =
        if group.is_none() { type_title(trafficking_type) } else { type_label(trafficking_type) }.to_owned();
    if measure == Measure::People {
        let plotted = Plotted::count(view.count(trafficking_type, group));
        return Line { label, remark: String::new(), trafficking_type, plotted };
    }
    let gap = view.gap(measure, service, trafficking_type, group);
    let remark = match gap {
        Shown::Figure(gap) => format!("of {}", people(gap.out_of.estimate)),
        _ => String::new(),
    };
    Line { label, remark, trafficking_type, plotted: Plotted::gap(gap) }
}

fn axis((measure, _): What, blocks: &[Block]) -> Axis {
    if measure != Measure::People {
        return Axis::Share;
    }
    let most = blocks.iter().flat_map(|b| &b.lines).map(|line| match line.plotted {
        Plotted::Mark { at, .. } => at[2],
        Plotted::Not(_) => 0.0,
    });
    axis_for(most.fold(0.0, f64::max))
}

/// Which groups the ranges tell apart, type by type.
fn contrast(view: &CityView<'_>, (measure, service): What, breakdown: Breakdown) -> String {
    let known = || breakdown.categories().iter().filter(|c| **c != breakdown.unknown());
    let mut told = Vec::new();
    let mut shown = 0;
    for trafficking_type in TYPES {
        let gaps: Vec<(&str, Gap)> = known()
            .filter_map(|c| {
                let gap = view.gap(measure, service, trafficking_type, Some((breakdown, c))).figure()?;
                Some((group_title(breakdown, c), gap))
            })
            .collect();
        shown = shown.max(gaps.len());
        if let Some((wide, narrow)) = apart(&gaps) {
            told.push(format!(
                "With signs of {}, the share is clearly larger for \u{201c}{wide}\u{201d} than for \u{201c}{narrow}\u{201d}.",
                signs_of(trafficking_type),
            ));
        }
    }
    match (told.is_empty(), shown) {
        (false, _) => told.join(" "),
        (true, 2..) => "No clear difference between groups: the ranges overlap.".to_owned(),
        _ => "Too few people to compare groups.".to_owned(),
    }
}
