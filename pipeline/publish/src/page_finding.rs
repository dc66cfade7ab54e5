//! Findings in words, computed from published figures: what is said must be clear of the noise.

use domain::{Measure, ScreeningQuestion, Service, Topic};

use crate::page_text::{TYPES, in_ten, joined, percent, sentence, service_phrase, signs_of};
use crate::page_view::{CityView, Gap};

/// A rate whose interval is wider than this does not make a title.
const NARROW: f64 = 0.25;

/// The gap that a page's title tells.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Finding {
    /// The service.
    pub service: Service,
    /// The type of trafficking.
    pub trafficking_type: &'static str,
    /// The figures.
    pub gap: Gap,
}

/// The unmet need whose lower end is highest among those with a narrow interval; `None` where none
/// is narrow. One of the widest gaps: the page never calls it the widest for having been picked.
pub(crate) fn headline(view: &CityView<'_>) -> Option<Finding> {
    let mut best: Option<Finding> = None;
    for service in view.services() {
        for trafficking_type in TYPES {
            let gap = view.unmet(service).and_then(|what| view.gap(what, trafficking_type, None).figure());
            let Some(gap) = gap.filter(|g| g.width() <= NARROW) else { continue };
            // Of equals the first in the public order stays.
            if best.is_none_or(|b| gap.low > b.gap.low) {
                best = Some(Finding { service, trafficking_type, gap });
            }
        }
    }
    best
}

/// The city's title.
pub(crate) fn city_title(view: &CityView<'_>, finding: Option<&Finding>) -> String {
    let city = &view.statement.city_name;
    match finding {
        Some(Finding { service, trafficking_type, gap }) => format!(
            "Of the people in {city} with signs of {}, {} who needed {} did not get it",
            signs_of(trafficking_type),
            in_ten(gap.rate),
            service_phrase(*service),
        ),
        None => format!("In {city}, the recorded numbers are too small to name one gap with confidence"),
    }
}

/// The title over several cities: a need that most of those who have it surely go without in every
/// city; else what the page is about.
pub(crate) fn overview_title(views: &[CityView<'_>]) -> String {
    let mut best: Option<(f64, Service, &'static str)> = None;
    for service in views.iter().flat_map(CityView::services) {
        for trafficking_type in TYPES {
            let gaps: Option<Vec<Gap>> =
                views.iter().map(|v| v.gap(v.unmet(service)?, trafficking_type, None).figure()).collect();
            let Some(gaps) = gaps else { continue };
            let weakest = gaps.iter().map(|g| g.low).fold(1.0, f64::min);
            if weakest > 0.5 && best.is_none_or(|(low, ..)| weakest > low) {
                best = Some((weakest, service, trafficking_type));
            }
        }
    }
    let names: Vec<&str> = views.iter().map(|v| v.statement.city_name.as_str()).collect();
    match best {
        Some((_, service, trafficking_type)) => format!(
            "In {}, most people with signs of {} who needed {} did not get it",
            joined(&names),
            signs_of(trafficking_type),
            service_phrase(service),
        ),
        None => format!("Where trafficked people need help and do not get it: {}", joined(&names)),
    }
}

/// Which services have the widest gap for a type, as far as the ranges can tell.
pub(crate) fn widest_gaps(view: &CityView<'_>, trafficking_type: &str) -> String {
    let gaps: Vec<(Service, Gap)> = view
        .services()
        .into_iter()
        .filter_map(|s| Some((s, view.gap(view.unmet(s)?, trafficking_type, None).figure()?)))
        .collect();
    if gaps.is_empty() {
        return "Too few people to show any need without naming noise".to_owned();
    }
    let top_low = gaps.iter().map(|(_, g)| g.low).fold(0.0, f64::max);
    let top: Vec<&str> =
        gaps.iter().filter(|(_, g)| g.high >= top_low).map(|(s, _)| service_phrase(*s)).collect();
    match top.len() {
        1 if gaps.len() > 1 => format!("The widest gap is in {}", top[0]),
        1 => format!("Only {} has enough people to show", top[0]),
        2..=5 => format!("The widest gaps are among these: {}", joined(&top)),
        n => format!("The ranges of {n} services overlap at the top: none is clearly the widest gap"),
    }
}

/// Labor beside sex trafficking in the identification gap.
pub(crate) fn identification_title(view: &CityView<'_>) -> String {
    let gap = |t| view.gap((view.measure("identification_gap")?, None), t, None).figure();
    match (gap("sex_only"), gap("labor_only")) {
        (Some(sex), Some(labor)) if labor.low > sex.high => missed_more("Labor", &labor, "sex", &sex),
        (Some(sex), Some(labor)) if sex.low > labor.high => missed_more("Sex", &sex, "labor", &labor),
        (Some(_), Some(_)) => {
            "No clear difference between labor and sex trafficking in how often agencies miss the signs"
                .to_owned()
        }
        _ => "Too few people to compare labor with sex trafficking".to_owned(),
    }
}

/// Labor beside sex trafficking in being recognized as what it is, among people with signs of one.
pub(crate) fn recognized_title(view: &CityView<'_>) -> String {
    let share = |of, t| {
        let what = (view.measure("recognized_type")?, Some(Topic::Exploitation(of)));
        view.gap(what, t, None).figure()
    };
    match (share(ScreeningQuestion::Labor, "labor_only"), share(ScreeningQuestion::Sex, "sex_only")) {
        (Some(labor), Some(sex)) if labor.high < sex.low => format!(
            "Labor trafficking is recognized less often than sex trafficking: {} of people against {}",
            percent(labor.rate),
            percent(sex.rate),
        ),
        (Some(labor), Some(sex)) if sex.high < labor.low => format!(
            "Sex trafficking is recognized less often than labor trafficking: {} of people against {}",
            percent(sex.rate),
            percent(labor.rate),
        ),
        (Some(_), Some(_)) => {
            "No clear difference between labor and sex trafficking in how often each is recognized".to_owned()
        }
        _ => "Too few people to say how often labor trafficking is recognized".to_owned(),
    }
}

/// A measure told for the type whose share is surely largest.
pub(crate) fn largest_share(view: &CityView<'_>, measure: Measure, told: &str) -> String {
    let best = TYPES
        .iter()
        .filter_map(|t| Some((*t, view.gap((measure, None), t, None).figure()?)))
        .filter(|(_, g)| g.width() <= NARROW)
        .reduce(|a, b| if b.1.low > a.1.low { b } else { a });
    match best {
        Some((trafficking_type, gap)) => sentence(&format!(
            "{} people with signs of {} {told}",
            in_ten(gap.rate).replace("nearly all of those", "nearly all"),
            signs_of(trafficking_type),
        )),
        None => format!("{}: too few people to say", measure.title()),
    }
}

/// Two groups that the ranges tell apart: the one with the surely widest gap, the one with the
/// surely narrowest. `None` where all ranges overlap.
pub(crate) fn apart<'a>(gaps: &[(&'a str, Gap)]) -> Option<(&'a str, &'a str)> {
    let widest = gaps.iter().reduce(|a, b| if b.1.low > a.1.low { b } else { a })?;
    let narrowest = gaps.iter().reduce(|a, b| if b.1.high < a.1.high { b } else { a })?;
    (widest.1.low > narrowest.1.high).then_some((widest.0, narrowest.0))
}

fn missed_more(more: &str, wide: &Gap, less: &str, narrow: &Gap) -> String {
    format!(
        "{more} trafficking is missed more often than {less} trafficking: {} of people against {}",
        percent(wide.rate),
        percent(narrow.rate),
    )
}

#[cfg(test)]
mod tests {
    use release::RateInterval;

    use super::*;
    use crate::fixture::{Parts, parts};
    use crate::page_view::Count;

    /// A city in which the rates that `of` names (by table, type and place) are as given, and all
    /// others are withheld.
    fn city(of: impl Fn(&str, &str) -> Option<[f64; 3]>) -> Parts {
        let mut parts = parts("us-ga-atlanta", "Atlanta", 11, 1.0);
        for table in &mut parts.tables {
            let types = table.dimensions[0].categories.clone();
            for cell in &mut table.cells {
                let given = of(&table.name, &types[usize::from(cell.codes[0])]);
                if let Some(rate) = &mut cell.rate {
                    rate.value = given.map(|[rate, low, high]| RateInterval { rate, low, high });
                }
            }
        }
        parts
    }

    fn view(parts: &Parts) -> CityView<'_> {
        CityView::new(&parts.statement, &parts.tables, "").expect("a view")
    }

    #[test]
    fn a_title_needs_a_narrow_interval() {
        let wide = city(|table, _| (table == "unmet_need_medical").then_some([0.9, 0.65, 0.95]));
        assert_eq!(headline(&view(&wide)), None);
        let one = city(|table, kind| match (table, kind) {
            ("unmet_need_medical", "labor_only") => Some([0.71, 0.64, 0.78]),
            ("unmet_need_education", "both") => Some([0.9, 0.5, 0.95]),
            _ => None,
        });
        let one = view(&one);
        let title = city_title(&one, headline(&one).as_ref());
        assert_eq!(
            title,
            "Of the people in Atlanta with signs of labor trafficking only, an estimated 7 in 10 who needed medical care did not get it"
        );
    }

    #[test]
    fn overlapping_ranges_are_not_ranked() {
        let same = city(|_, _| Some([0.5, 0.45, 0.55]));
        assert!(widest_gaps(&view(&same), "both").contains("16 services overlap"));
        assert!(identification_title(&view(&same)).starts_with("No clear difference"));
        let clear = city(|table, kind| match (table, kind) {
            ("unmet_need_medical", _) | ("identification_gap", "labor_only") => Some([0.7, 0.6, 0.8]),
            _ => Some([0.5, 0.45, 0.55]),
        });
        assert_eq!(widest_gaps(&view(&clear), "both"), "The widest gap is in medical care");
        assert_eq!(
            identification_title(&view(&clear)),
            "Labor trafficking is missed more often than sex trafficking: 70% of people against 50%"
        );
    }

    #[test]
    fn an_overview_says_most_only_where_every_city_surely_has_it() {
        let most =
            city(|table, kind| (table == "unmet_need_medical" && kind == "both").then_some([0.7, 0.55, 0.8]));
        let half = city(|_, _| Some([0.5, 0.45, 0.55]));
        assert!(overview_title(&[view(&most), view(&most)]).contains("most people with signs of both"));
        assert!(overview_title(&[view(&most), view(&half)]).starts_with("Where trafficked people need help"));
    }

    #[test]
    fn groups_are_apart_only_when_their_ranges_are() {
        let none = Count { estimate: 0.0, low: 0.0, high: 0.0 };
        let gap = |low, high| Gap { rate: f64::midpoint(low, high), low, high, affected: none, out_of: none };
        assert_eq!(
            apart(&[("a", gap(0.6, 0.8)), ("b", gap(0.3, 0.5)), ("c", gap(0.2, 0.9))]),
            Some(("a", "b"))
        );
        assert_eq!(apart(&[("a", gap(0.5, 0.8)), ("b", gap(0.3, 0.5))]), None);
        assert_eq!(apart(&[]), None);
    }
}
