//! One city: its finding, its measures, its explorer, its fine print.

use domain::{Breakdown, Cohort, Measure, Service, Topic, Word};
use maud::{Markup, html};
use release::{PICKED_AMONG, Reliability};

use crate::page_about::about;
use crate::page_chart::{Axis, Block, Chart, Line, Plotted, axis_for, chart, key, range};
use crate::page_explore::explore;
use crate::page_figures::figures;
use crate::page_finding::{city_title, identification_title, largest_share, recognized_title, widest_gaps};
use crate::page_headline::{Finding, share_and_range};
use crate::page_text::{
    TYPES, cohort_words, day, likely_people, people, period_words, sentence, service_phrase, signs_of,
    topic_title, type_title,
};
use crate::page_view::{
    CityView, Count, PEOPLE, Shown, UNMET_NEED, What, has_several_levels, is_counted, types_of,
};

/// What a page shows until a reader chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    /// Trafficking type of the unmet need.
    pub trafficking_type: &'static str,
    /// The explorer's measure or service.
    pub what: &'static str,
    /// The explorer's group.
    pub by: &'static str,
}

impl Choice {
    /// The view that belongs to a finding.
    pub(crate) fn of(finding: Option<&Finding>, view: &CityView<'_>) -> Self {
        let service = finding.map(|f| f.service).or_else(|| view.services().first().copied());
        let groups = view.breakdowns();
        let by = groups.iter().find(|b| **b == Breakdown::Immigrant).or(groups.first());
        Self {
            trafficking_type: finding.map_or(TYPES[0], |f| f.trafficking_type),
            what: service.map_or(PEOPLE, Word::word),
            by: by.map_or("", |b| b.word()),
        }
    }
}

/// The city's title with its range, and when it was.
pub(crate) fn city_header(view: &CityView<'_>, finding: Option<&Finding>) -> Markup {
    html! {
        p .eyebrow { (view.statement.city_name) " \u{b7} " (period_and_day(view)) }
        h1 { (city_title(view, finding)) }
        p .deck {
            @match finding {
                Some(f) => {
                    (share_and_range(&f.gap)) ", of an estimated "
                    (people(f.gap.out_of.estimate)) " people with that need. One of the widest gaps that these figures can tell \
                    apart from noise; the range allows for its having been picked from among " (PICKED_AMONG) "."
                }
                None => "Every figure that can be shown stands below with its range.",
            }
        }
    }
}

/// Everything below the city's title.
pub(crate) fn sections(view: &CityView<'_>, choice: Choice) -> Markup {
    html! {
        (people_section(view))
        (need_section(view, choice))
        @for measure in view.measures() {
            @if measure.name() != UNMET_NEED && !is_counted(measure) && !has_several_levels(measure) {
                (measure_section(view, measure))
            }
        }
        section .explore {
            p .eyebrow { "By group" }
            h2 { "Look closer: one measure or service, one group" }
            p { "Small groups carry the most noise, so many of their figures cannot be shown. Groups whose ranges overlap are not ranked." }
            (explore(view, choice.what, choice.by))
        }
        (about(view))
    }
}

fn people_section(view: &CityView<'_>) -> Markup {
    let types = ["sex_only", "labor_only", "both", "unknown"];
    let Some(measure) = view.measure(PEOPLE) else { return html! {} };
    let counts: Vec<(&'static str, Shown<Count>)> =
        types.iter().map(|t| (*t, view.people(t, None))).collect();
    let most = counts.iter().filter_map(|(_, c)| c.figure()).map(|c| c.high).fold(0.0, f64::max);
    let lines = counts
        .iter()
        .map(|(t, c)| Line {
            label: type_title(t).to_owned(),
            remark: String::new(),
            trafficking_type: t,
            plotted: Plotted::count(*c),
        })
        .collect();
    let drawn = Chart {
        label: "Chart: people recorded, by type of trafficking".to_owned(),
        subject: "Signs of trafficking",
        axis: axis_for(most),
        sortable: false,
        blocks: vec![Block { title: String::new(), lines }],
    };
    let told: Vec<String> = counts
        .iter()
        .take(2)
        .filter(|(t, _)| view.reliability_of((measure, None), "in_period", t) != Some(Reliability::Low))
        .filter_map(|(t, c)| {
            Some(format!("an estimated {} had signs of {}", people(c.figure()?.estimate), signs_of(t)))
        })
        .collect();
    let title =
        if told.is_empty() { "Too few people to count".to_owned() } else { sentence(&told.join(", ")) };
    html! {
        section {
            p .eyebrow { "People recorded" }
            h2 { (title) }
            (definition(view, measure))
            (chart(&drawn))
            details {
                summary { "These figures in words" }
                ul .plain { @for (t, c) in &counts {
                    li { (type_title(t)) ": " (count_words(*c)) }
                } }
            }
            p .links { a href=(view.csv(measure, None)) { "Download these figures (CSV)" } }
        }
    }
}

fn count_words(shown: Shown<Count>) -> String {
    match Plotted::count(shown) {
        Plotted::Not(reason) => reason.to_owned(),
        Plotted::Mark { text, .. } => {
            let range = shown.figure().map_or_else(String::new, |c| likely_people(c.low, c.high));
            format!("{text} people, {range}")
        }
    }
}

fn need_section(view: &CityView<'_>, choice: Choice) -> Markup {
    let services = view.services();
    let Some(measure) = view.measure(UNMET_NEED) else { return html! {} };
    let figures_of = |t: &'static str| {
        let rows = services.iter().filter_map(|s| Some((s.title().to_owned(), view.unmet(*s)?, t)));
        figures(view, &rows.collect::<Vec<_>>())
    };
    html! {
        section {
            p .eyebrow { "Unmet need, by service" }
            h2 { "Who needed a service and did not get it" }
            (definition(view, measure))
            form .controls {
                fieldset {
                    legend { "People with signs of" }
                    div .choices { @for t in TYPES {
                        label {
                            input type="radio" name="type" value=(t) checked[t == choice.trafficking_type];
                            (key(t))
                        }
                    } }
                }
                fieldset {
                    legend { "Order" }
                    div .choices {
                        label { input type="radio" name="sort" value="list" checked; "Fixed list" }
                        label { input type="radio" name="sort" value="size"; "By estimate" }
                    }
                }
            }
            @for t in TYPES {
                div data-if={ "type=" (t) } hidden[t != choice.trafficking_type] {
                    p .finding { (widest_gaps(view, t)) "." }
                    p { small { "Where two lines overlap, their order may be chance." } }
                    (chart(&need_chart(view, &services, t)))
                    (figures_of(t))
                }
            }
            p .links { a href=(view.csv(measure, None)) { "Download these figures (CSV)" } }
        }
    }
}

fn need_chart(view: &CityView<'_>, services: &[Service], trafficking_type: &'static str) -> Chart {
    let lines = services
        .iter()
        .map(|service| {
            let gap = view
                .unmet(*service)
                .map_or(Shown::NotReleased, |what| view.gap(what, trafficking_type, None));
            let remark = gap.figure().map_or_else(String::new, |g| {
                format!("needed by {} ({})", people(g.out_of.estimate), range(g.out_of))
            });
            Line { label: service.title().to_owned(), remark, trafficking_type, plotted: Plotted::gap(gap) }
        })
        .collect();
    Chart {
        label: format!(
            "Chart: need that was not met, by service, people with signs of {}",
            signs_of(trafficking_type)
        ),
        subject: "Service",
        axis: Axis::Share,
        sortable: true,
        blocks: vec![Block { title: String::new(), lines }],
    }
}

/// A measure with one share for each type.
fn measure_section(view: &CityView<'_>, measure: Measure) -> Markup {
    let whats = view.whats(measure);
    let mut rows: Vec<(String, What, &str)> = Vec::new();
    let mut blocks = Vec::new();
    for what in whats {
        let topic = topic_title(what);
        let lines = types_of(what)
            .into_iter()
            .map(|t| {
                let label = if topic.is_empty() { String::new() } else { format!("{topic}: ") };
                rows.push((label + type_title(t), what, t));
                let gap = view.gap(what, t, None);
                let remark = gap.figure().map_or_else(String::new, |g| {
                    format!("of {} ({})", people(g.out_of.estimate), range(g.out_of))
                });
                Line {
                    label: type_title(t).to_owned(),
                    remark,
                    trafficking_type: t,
                    plotted: Plotted::gap(gap),
                }
            })
            .collect();
        blocks.push(Block { title: topic, lines });
    }
    let drawn = Chart {
        label: format!("Chart: {}, by type of trafficking", measure.title()),
        subject: "Signs of trafficking",
        axis: Axis::Share,
        sortable: false,
        blocks,
    };
    html! {
        section {
            p .eyebrow { (measure.title()) }
            h2 { (measure_title(view, measure)) }
            (definition(view, measure))
            (chart(&drawn))
            (figures(view, &rows))
            p { small { (measure.caution()) } }
            p .links { a href=(view.csv(measure, None)) { "Download these figures (CSV)" } }
        }
    }
}

/// A section's title: a finding where the figures bear one.
fn measure_title(view: &CityView<'_>, measure: Measure) -> String {
    match measure.name() {
        "identification_gap" => identification_title(view),
        "recognized_type" => recognized_title(view),
        "cycling_without_help" => largest_share(
            view,
            measure,
            "came back to city systems again and again without the help they needed",
        ),
        "missed_contact" => largest_share(
            view,
            measure,
            "who were identified had been seen by another agency in the year before",
        ),
        "screening_coverage" => "Who was asked about exploitation, of those who had to be".to_owned(),
        "referral_completion" => "Referrals that led somewhere, of those whose end is known".to_owned(),
        _ => measure.title().to_owned(),
    }
}

/// A measure's definition, and when its people entered.
pub(crate) fn definition(view: &CityView<'_>, measure: Measure) -> Markup {
    html! {
        p { (measure.definition()) " " small { (entered(&view.cohorts(measure))) } }
    }
}

/// Which period the figures are about, and up to which day events count.
pub(crate) fn period_and_day(view: &CityView<'_>) -> String {
    let s = view.statement;
    let revised = if s.earlier.is_some() { " \u{b7} revised" } else { "" };
    format!("{} \u{b7} events up to {}{revised}", period_words(&s.period), day(s.report_date))
}

/// When people entered: most services share a cohort, those with another window may not.
pub(crate) fn entered(cohorts: &[(Option<Topic>, Cohort)]) -> String {
    let Some((_, usual)) = cohorts.last() else { return String::new() };
    let others = cohorts.iter().filter(|(_, cohort)| cohort != usual).map(|(topic, cohort)| {
        let service = topic.and_then(Topic::service);
        format!("; {}: {}", service.map_or("others", service_phrase), cohort_words(*cohort))
    });
    format!("Entered {}{}.", cohort_words(*usual), others.collect::<Vec<_>>().concat())
}

#[cfg(test)]
mod tests {
    use domain::Period;

    use super::*;

    #[test]
    fn a_service_with_a_shorter_window_may_have_a_later_cohort() {
        let day = "2026-03-01".parse().expect("a day");
        let cohort = |window_days| Period::Quarter(2025, 4).cohort(window_days, day);
        let of = |service| Some(Topic::Service(service));
        let cohorts = [(of(Service::EmergencyShelter), cohort(30)), (of(Service::Medical), cohort(90))];
        assert_eq!(
            entered(&cohorts),
            "Entered 1 July 2025 to 30 September 2025; emergency shelter: 1 October 2025 to 31 December 2025."
        );
    }
}
