//! The page: one self-contained file, for one city or for all.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::page_chart::{key, shapes};
use crate::page_city::{Choice, city_header, period_and_day, sections};
use crate::page_finding::{city_title, overview_title};
use crate::page_headline::headline;
use crate::page_overview::all_cities;
use crate::page_style::{SCRIPT, STYLE, policy};
use crate::page_text::{CAVEAT, ODDS, PRIVACY_NOTE, TYPES, joined};
use crate::page_view::CityView;
use crate::revised::revised;

/// Slug of the article over all cities in the page's address.
const ALL: &str = "all";

/// One city's page.
pub(crate) fn city_page(view: &CityView<'_>) -> String {
    let finding = headline(view);
    let choice = Choice::of(finding.as_ref(), view);
    let body = html! {
        (top(&[]))
        main #main data-state=(state(choice, None)) {
            article id=(view.statement.city) { (city(view, choice)) }
        }
    };
    document(&city_title(view, finding.as_ref()), view.statement.demo, &body)
}

/// The page over all cities: one article a view, of which the script shows one.
pub(crate) fn overview_page(views: &[CityView<'_>]) -> String {
    let title = overview_title(views);
    let choice = views.first().map(|view| Choice::of(headline(view).as_ref(), view));
    let names: Vec<&str> = views.iter().map(|v| v.statement.city_name.as_str()).collect();
    let body = html! {
        (top(views))
        main #main data-state=[choice.map(|c| state(c, Some(ALL)))] {
            article id=(ALL) data-if={ "city=" (ALL) } {
                p .eyebrow { (joined(&names)) @if let Some(when) = same(views) { " \u{b7} " (when) } }
                h1 { (title) }
                p .deck { "Cities differ in which agencies take part and in what they write down, so a difference between cities may be \
                    a difference between records. Where ranges overlap, no city is ahead of another." }
                (all_cities(views, choice.map_or(TYPES[0], |c| c.trafficking_type), &how_to_read(views)))
            }
            @if let Some(choice) = choice { @for view in views {
                article id=(view.statement.city) data-if={ "city=" (view.statement.city) } { (city(view, choice)) }
            } }
        }
    };
    document(&title, views.iter().any(|v| v.statement.demo), &body)
}

/// Period and day of all cities, where they are the same.
fn same(views: &[CityView<'_>]) -> Option<String> {
    let mut all = views.iter().map(period_and_day);
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

fn city(view: &CityView<'_>, choice: Choice) -> Markup {
    html! {
        (city_header(view, headline(view).as_ref()))
        (how_to_read(std::slice::from_ref(view)))
        (sections(view, choice))
    }
}

fn top(views: &[CityView<'_>]) -> Markup {
    html! {
        header .top {
            p { "What trafficked people need and do not get" }
            @if !views.is_empty() {
                nav .cities aria-label="Cities" {
                    ul {
                        li { a .city href={ "#" (ALL) } aria-current="page" { "All cities" } }
                        @for view in views { li { a .city href={ "#" (view.statement.city) } { (view.statement.city_name) } } }
                    }
                }
            }
        }
    }
}

fn state(choice: Choice, city: Option<&str>) -> String {
    let city = city.map_or_else(String::new, |city| format!("city={city}&"));
    format!("{city}type={}&sort=list&what={}&by={}", choice.trafficking_type, choice.what, choice.by)
}

fn document(title: &str, demo: bool, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { (title) }
                link rel="icon" href="data:,";
                style { (PreEscaped(STYLE)) }
            }
            body {
                a .skip href="#main" { "Skip to the figures" }
                (shapes())
                @if demo {
                    aside .demo aria-label="Fictitious data" { div .wrap { p {
                        strong { "Demonstration with fictitious data. " }
                        "Every person, record and figure is invented; nothing here describes a real city."
                    } } }
                }
                div .wrap {
                    noscript { p { "Choosing a city, a service or a group needs scripts, which are off. Every figure is in the CSV files." } }
                    (body)
                    footer {
                        p { (CAVEAT) }
                        @if demo { p { "All figures are fictitious." } }
                    }
                }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string()
}

fn how_to_read(views: &[CityView<'_>]) -> Markup {
    let revisions: Vec<(&str, String)> =
        views.iter().filter_map(|v| Some((v.statement.city_name.as_str(), revised(v.statement)?))).collect();
    html! {
        div .read {
            div {
                h2 { "What this counts" }
                p { (CAVEAT) }
            }
            div {
                h2 { "Private by design" }
                p { (PRIVACY_NOTE) }
            }
            div {
                h2 { "How to read a line" }
                p {
                    "The mark is the estimate. The line around it is where the true figure lies " (ODDS)
                    @if !revisions.is_empty() { ", unless it was revised" }
                    ". \u{25c7} stands for a figure that is not shown because it would be mostly noise; it is not a zero."
                }
                div .keys { @for t in TYPES { (key(t)) } }
            }
            @for (city, words) in &revisions {
                div .whole {
                    h2 { (city) ": revised figures" }
                    p { (words) }
                }
            }
        }
    }
}
