//! One city: its finding, its measures, its explorer, its fine print.

use domain::{Breakdown, Cohort, Measure, Service, Word};
use maud::{Markup, html};

use crate::page_about::about;
use crate::page_chart::{Axis, Block, Chart, Line, Plotted, axis_for, chart, key, range};
use crate::page_explore::{explore, word};
use crate::page_figures::figures;
use crate::page_finding::{Finding, city_title, cycling_title, identification_title, widest_gaps};
use crate::page_text::{
    TYPES, cohort_words, day, likely_people, likely_share, people, percent, period_words, sentence,
    service_phrase, signs_of, type_title,
};
use crate::page_view::{CityView, Count, Shown};

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
        let what = service.map_or((Measure::People, None), |s| (Measure::UnmetNeed, Some(s)));
        let groups = view.breakdowns(Measure::People, None);
        let by = groups.iter().find(|b| **b == Breakdown::Immigrant).or(groups.first());
        Self {
            trafficking_type: finding.map_or(TYPES[0], |f| f.trafficking_type),
            what: word(what),
            by: by.map_or("", |b| b.word()),
        }
    }
}

/// The city's title with its range, and when it was.
pub(crate) fn city_header(view: &CityView<'_>, finding: Option<&Finding>) -> Markup {
    let s = view.statement;
    html! {
        p .eyebrow { (s.city_name) " \u{b7} " (period_words(&s.period)) " \u{b7} as of " (day(s.report_date)) }
        h1 { (city_title(view, finding)) }
        p .deck {
            @match finding {
                Some(f) => {
                    (percent(f.gap.rate)) ", " (likely_share(f.gap.low, f.gap.high)) ": about "
                    (people(f.gap.affected.estimate)) " of " (people(f.gap.out_of.estimate))
                    " people. One of the widest gaps that these figures can tell apart from noise."
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
        (measure_section(view, Measure::IdentificationGap, &identification_title(view)))
        (measure_section(view, Measure::CyclingWithoutHelp, &cycling_title(view)))
        section .explore {
            p .eyebrow { "By group" }
            h2 { "Look closer: one service, one group" }
            p { "Small groups carry the most noise, so many of their figures cannot be shown. Groups whose ranges overlap are not ranked." }
            (explore(view, choice.what, choice.by))
        }
        (about(view))
    }
}

fn people_section(view: &CityView<'_>) -> Markup {
    let types = ["sex_only", "labor_only", "both", "unknown"];
    let counts: Vec<(&'static str, Shown<Count>)> = types.iter().map(|t| (*t, view.count(t, None))).collect();
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
            (definition(view, Measure::People))
            (chart(&drawn))
            details {
                summary { "These figures in words" }
                ul .plain { @for (t, c) in &counts {
                    li { (type_title(t)) ": " (count_words(*c)) }
                } }
            }
            p .links { a href=(view.csv(Measure::People, None)) { "Download these figures (CSV)" } }
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
    html! {
        section {
            p .eyebrow { "Unmet need, by service" }
            h2 { "Who needed a service and did not get it" }
            (definition(view, Measure::UnmetNeed))
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
                    (figures(view, &services.iter().map(|s| (s.title(), Measure::UnmetNeed, Some(*s), t)).collect::<Vec<_>>()))
                }
            }
            p .links { a href=(view.csv(Measure::UnmetNeed, None)) { "Download these figures (CSV)" } }
        }
    }
}

fn need_chart(view: &CityView<'_>, services: &[Service], trafficking_type: &'static str) -> Chart {
    let lines = services
        .iter()
        .map(|service| {
            let gap = view.gap(Measure::UnmetNeed, Some(*service), trafficking_type, None);
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

fn measure_section(view: &CityView<'_>, measure: Measure, title: &str) -> Markup {
    let lines = TYPES
        .iter()
        .map(|t| {
            let gap = view.gap(measure, None, t, None);
            let remark = gap.figure().map_or_else(String::new, |g| {
                format!("of {} ({})", people(g.out_of.estimate), range(g.out_of))
            });
            Line { label: type_title(t).to_owned(), remark, trafficking_type: t, plotted: Plotted::gap(gap) }
        })
        .collect();
    let drawn = Chart {
        label: format!("Chart: {}, by type of trafficking", measure.title()),
        subject: "Signs of trafficking",
        axis: Axis::Share,
        sortable: false,
        blocks: vec![Block { title: String::new(), lines }],
    };
    html! {
        section {
            p .eyebrow { (measure.title()) }
            h2 { (title) }
            (definition(view, measure))
            (chart(&drawn))
            (figures(view, &TYPES.map(|t| (type_title(t), measure, None, t))))
            p .links { a href=(view.csv(measure, None)) { "Download these figures (CSV)" } }
        }
    }
}

fn definition(view: &CityView<'_>, measure: Measure) -> Markup {
    html! {
        p { (measure.definition()) " " small { (entered(&view.cohorts(measure))) } }
    }
}

/// When people entered: most services share a cohort, those with another window may not.
fn entered(cohorts: &[(Option<Service>, Cohort)]) -> String {
    let Some((_, usual)) = cohorts.last() else { return String::new() };
    let others = cohorts.iter().filter(|(_, cohort)| cohort != usual).map(|(service, cohort)| {
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
        let cohorts = [(Some(Service::EmergencyShelter), cohort(30)), (Some(Service::Medical), cohort(90))];
        assert_eq!(
            entered(&cohorts),
            "Entered 1 July 2025 to 30 September 2025; emergency shelter: 1 October 2025 to 31 December 2025."
        );
    }
}
