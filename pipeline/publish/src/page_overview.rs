//! All cities side by side.

use domain::{Measure, ScreeningQuestion, Topic};
use maud::{Markup, html};
use release::PICKED_AMONG;

use crate::page_chart::{Axis, Block, Chart, Line, Plotted, axis_for, chart, key};
use crate::page_city::{entered, period_and_day};
use crate::page_finding::identification_title;
use crate::page_headline::{headline, how_many, share_and_range};
use crate::page_text::{TYPES, sentence, service_phrase, signs_of, type_title};
use crate::page_view::{CityView, PEOPLE, Shown, UNMET_NEED};

/// The article over all cities; its own title is the page's.
pub(crate) fn all_cities(views: &[CityView<'_>], shown_type: &str, how_to_read: &Markup) -> Markup {
    html! {
        ul .cards { @for view in views { li { (card(view)) } } }
        (how_to_read)
        @if let Some(measure) = first(views, UNMET_NEED) {
            section {
                p .eyebrow { "Unmet need, city beside city" }
                h2 { "Who needed a service and did not get it" }
                p { (measure.definition()) " " small { (entered_in(views, measure)) } }
                form .controls {
                    fieldset {
                        legend { "People with signs of" }
                        div .choices { @for t in TYPES {
                            label { input type="radio" name="type" value=(t) checked[t == shown_type]; (key(t)) }
                        } }
                    }
                }
                @for t in TYPES {
                    div data-if={ "type=" (t) } hidden[t != shown_type] { (chart(&need(views, t))) }
                }
                (downloads(views, measure))
            }
        }
        (beside(views, "identification_gap", None, &TYPES, "Signs of trafficking that no agency answered"))
        (beside(
            views, "recognized_type", Some(Topic::Exploitation(ScreeningQuestion::Labor)), &["labor_only", "both"],
            "Labor trafficking that was recognized as such",
        ))
        (beside(views, "cycling_without_help", None, &TYPES, "Coming back again and again without help"))
        @if let Some(measure) = first(views, PEOPLE) {
            section {
                p .eyebrow { "People recorded, city beside city" }
                h2 { "How many people the agencies recorded" }
                p { (measure.definition()) " " small { (entered_in(views, measure)) } }
                (chart(&counts(views)))
                (downloads(views, measure))
            }
        }
    }
}

/// The measure of a name, as the first city that has it defines it.
fn first(views: &[CityView<'_>], name: &str) -> Option<Measure> {
    views.iter().find_map(|view| view.measure(name))
}

/// When people entered, once where it is the same in every city.
fn entered_in(views: &[CityView<'_>], measure: Measure) -> String {
    let told: Vec<(&str, String)> = views
        .iter()
        .filter_map(|view| {
            let own = view.measure(measure.name())?;
            Some((view.statement.city_name.as_str(), entered(&view.cohorts(own))))
        })
        .collect();
    match told.first() {
        Some((_, words)) if told.iter().all(|(_, other)| other == words) => words.clone(),
        _ => told.iter().map(|(city, words)| format!("{city}: {words}")).collect::<Vec<_>>().join(" "),
    }
}

/// Links to every city's file of a measure.
fn downloads(views: &[CityView<'_>], measure: Measure) -> Markup {
    html! {
        p .links {
            "Download (CSV): "
            @for (i, view) in views.iter().filter(|view| view.measure(measure.name()).is_some()).enumerate() {
                @if i > 0 { ", " }
                a href=(view.csv(measure, None)) { (view.statement.city_name) }
            }
        }
    }
}

fn card(view: &CityView<'_>) -> Markup {
    let s = view.statement;
    html! {
        h2 { (s.city_name) }
        p { small { (period_and_day(view)) } }
        @if let Some(f) = headline(view) {
            // In the card it stands alone, as a figure: "7 in 10", "Nearly all", "Most".
            p .big { (sentence(&how_many(&f.gap).replace("an estimated ", "").replace("nearly all of those", "nearly all"))) }
            p {
                "of the people with signs of " (signs_of(f.trafficking_type)) " who needed " (service_phrase(f.service)) " did not get it. "
                small {
                    (share_and_range(&f.gap))
                    "; a wider range than in the charts, for the figure was picked from among " (PICKED_AMONG) "."
                }
            }
        }
        p { (identification_title(view)) "." }
        p { a .city href={ "#" (s.city) } { "See " (s.city_name) } }
    }
}

fn need(views: &[CityView<'_>], trafficking_type: &'static str) -> Chart {
    let mut services: Vec<_> = views.iter().flat_map(CityView::services).collect();
    services.sort_unstable();
    services.dedup();
    let blocks = services
        .into_iter()
        .map(|service| Block {
            title: service.title().to_owned(),
            lines: views
                .iter()
                .map(|view| {
                    let gap = view
                        .unmet(service)
                        .map_or(Shown::NotReleased, |w| view.gap(w, trafficking_type, None));
                    line(view, trafficking_type, Plotted::gap(gap))
                })
                .collect(),
        })
        .collect();
    Chart {
        label: format!(
            "Chart: need that was not met, by service and city, people with signs of {}",
            signs_of(trafficking_type)
        ),
        subject: "Service and city",
        axis: Axis::Share,
        sortable: false,
        blocks,
    }
}

fn beside(
    views: &[CityView<'_>],
    name: &str,
    topic: Option<Topic>,
    types: &[&'static str],
    title: &str,
) -> Markup {
    let Some(measure) = first(views, name) else { return html! {} };
    let drawn = Chart {
        label: format!("Chart: {}, by type of trafficking and city", measure.title()),
        subject: "Signs and city",
        axis: Axis::Share,
        sortable: false,
        blocks: by_type(views, types, |view, t| {
            let what = view.measure(name).map(|measure| (measure, topic));
            Plotted::gap(what.map_or(Shown::NotReleased, |what| view.gap(what, t, None)))
        }),
    };
    html! {
        section {
            p .eyebrow { (measure.title()) ", city beside city" }
            h2 { (title) }
            p { (measure.definition()) " " small { (entered_in(views, measure)) } }
            (chart(&drawn))
            (downloads(views, measure))
        }
    }
}

fn counts(views: &[CityView<'_>]) -> Chart {
    let blocks = by_type(views, &TYPES, |view, t| Plotted::count(view.people(t, None)));
    let most = blocks.iter().flat_map(|b| &b.lines).map(|l| match l.plotted {
        Plotted::Mark { at, .. } => at[2],
        Plotted::Not(_) => 0.0,
    });
    Chart {
        label: "Chart: people recorded, by type of trafficking and city".to_owned(),
        subject: "Signs and city",
        axis: axis_for(most.fold(0.0, f64::max)),
        sortable: false,
        blocks,
    }
}

fn by_type(
    views: &[CityView<'_>],
    types: &[&'static str],
    plotted: impl Fn(&CityView<'_>, &'static str) -> Plotted,
) -> Vec<Block> {
    types
        .iter()
        .map(|t| Block {
            title: type_title(t).to_owned(),
            lines: views.iter().map(|view| line(view, t, plotted(view, t))).collect(),
        })
        .collect()
}

fn line(view: &CityView<'_>, trafficking_type: &'static str, plotted: Plotted) -> Line {
    Line { label: view.statement.city_name.clone(), remark: String::new(), trafficking_type, plotted }
}
