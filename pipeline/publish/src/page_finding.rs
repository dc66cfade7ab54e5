//! Findings in words, computed from published figures: what is said must be clear of the noise.

use domain::{Measure, ScreeningQuestion, Service, Topic};
use release::{Reliability, Verdict};

use crate::page_headline::{Finding, how_many, lead, shared_need};
use crate::page_text::{TYPES, joined, percent, sentence, service_phrase, signs_of};
use crate::page_view::{CityView, Gap, What};

/// The city's title.
pub(crate) fn city_title(view: &CityView<'_>, finding: Option<&Finding>) -> String {
    let city = &view.statement.city_name;
    match finding {
        Some(Finding { service, trafficking_type, gap }) => format!(
            "Of the people in {city} with signs of {}, {} who needed {} did not get it",
            signs_of(trafficking_type),
            how_many(gap),
            service_phrase(*service),
        ),
        None => format!("In {city}, the recorded numbers are too small to name one gap with confidence"),
    }
}

/// The title over several cities: a need that they share; else what the page is about.
pub(crate) fn overview_title(views: &[CityView<'_>]) -> String {
    let names: Vec<&str> = views.iter().map(|v| v.statement.city_name.as_str()).collect();
    match shared_need(views) {
        Some((service, trafficking_type)) => format!(
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
    // A range that is too wide to show may still lie above all that are shown.
    let not_shown = |s: &Service| gaps.iter().all(|(shown, _)| shown != s);
    let hidden = view.services().into_iter().filter(not_shown).any(|s| {
        let interval = view.unmet(s).and_then(|what| view.interval(what, trafficking_type));
        interval.is_some_and(|interval| interval.high >= top_low)
    });
    let the = if hidden { "Of the services that can be shown, the" } else { "The" };
    match top.len() {
        1 if gaps.len() > 1 => format!("{the} widest gap is in {}", top[0]),
        1 => format!("Only {} has enough people to show", top[0]),
        2..=5 => format!("{the} widest gaps are among these: {}", joined(&top)),
        n => format!("The ranges of {n} services overlap at the top: none is clearly the widest gap"),
    }
}

/// Labor beside sex trafficking in the identification gap.
pub(crate) fn identification_title(view: &CityView<'_>) -> String {
    let what = view.measure("identification_gap").map(|measure| (measure, None));
    match compared(view, what, what) {
        Some((labor, sex, Verdict::Higher)) => missed_more("Labor", &labor, "sex", &sex),
        Some((labor, sex, Verdict::Lower)) => missed_more("Sex", &sex, "labor", &labor),
        Some((.., Verdict::NoClearDifference)) => {
            "No clear difference between labor and sex trafficking in how often agencies miss the signs"
                .to_owned()
        }
        None => "Too few people to compare labor with sex trafficking".to_owned(),
    }
}

/// Labor beside sex trafficking in being recognized as what it is, among people with signs of one.
pub(crate) fn recognized_title(view: &CityView<'_>) -> String {
    let what = |of| view.measure("recognized_type").map(|measure| (measure, Some(Topic::Exploitation(of))));
    match compared(view, what(ScreeningQuestion::Labor), what(ScreeningQuestion::Sex)) {
        Some((labor, sex, Verdict::Lower)) => recognized_less("Labor", &labor, "sex", &sex),
        Some((labor, sex, Verdict::Higher)) => recognized_less("Sex", &sex, "labor", &labor),
        Some((.., Verdict::NoClearDifference)) => {
            "No clear difference between labor and sex trafficking in how often each is recognized".to_owned()
        }
        None => "Too few people to say how often labor trafficking is recognized".to_owned(),
    }
}

/// The rates of labor and of sex trafficking, each as far as it may be shown, and what their difference
/// comes to: the interval of the difference, not whether the two ranges overlap.
fn compared(view: &CityView<'_>, labor: Option<What>, sex: Option<What>) -> Option<(Gap, Gap, Verdict)> {
    let (labor, sex) = (labor?, sex?);
    let gap = |what, t| view.gap(what, t, None).figure();
    let verdict = view.labor_less_sex(labor, sex)?.verdict;
    Some((gap(labor, "labor_only")?, gap(sex, "sex_only")?, verdict))
}

/// A measure told for one of the types whose share is largest, as far as the ranges can tell.
pub(crate) fn largest_share(view: &CityView<'_>, measure: Measure, told: &str) -> String {
    let asked: Vec<(What, &'static str)> = TYPES.iter().map(|t| ((measure, None), *t)).collect();
    match lead(view, &asked) {
        Some((at, gap)) => sentence(&format!(
            "{} people with signs of {} {told}",
            how_many(&gap).replace("nearly all of those", "nearly all"),
            signs_of(asked[at].1),
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
    format!("{more} trafficking is missed more often than {less} trafficking{}", against(wide, narrow))
}

fn recognized_less(less: &str, narrow: &Gap, more: &str, wide: &Gap) -> String {
    format!("{less} trafficking is recognized less often than {more} trafficking{}", against(narrow, wide))
}

/// The two shares, unless one of them is of a row that is not to be read by itself.
fn against(one: &Gap, other: &Gap) -> String {
    if [one, other].iter().any(|gap| gap.reliability == Reliability::Low) {
        return String::new();
    }
    format!(": {} of people against {}", percent(one.rate), percent(other.rate))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Parts, parts, with_rates};
    use crate::page_view::Count;

    fn city(of: impl Fn(&str, &str) -> Option<[f64; 3]>) -> Parts {
        with_rates(|table, kind| of(table, kind).map(|rate| (rate, Reliability::High)))
    }

    fn view(parts: &Parts) -> CityView<'_> {
        CityView::new(&parts.statement, &parts.tables, "").expect("a view")
    }

    #[test]
    fn overlapping_ranges_are_not_ranked() {
        let same = city(|_, _| Some([0.5, 0.45, 0.55]));
        assert!(widest_gaps(&view(&same), "both").contains("16 services overlap"));
        let clear = city(|table, kind| match (table, kind) {
            ("unmet_need_medical", _) | ("identification_gap", "labor_only") => Some([0.7, 0.6, 0.8]),
            _ => Some([0.5, 0.45, 0.55]),
        });
        assert_eq!(widest_gaps(&view(&clear), "both"), "The widest gap is in medical care");
    }

    #[test]
    fn the_widest_gap_is_of_those_that_can_be_shown_where_a_hidden_one_may_be_wider() {
        let hidden = city(|table, _| match table {
            "unmet_need_medical" => Some([0.7, 0.6, 0.8]),
            "unmet_need_education" => Some([0.7, 0.4, 0.95]),
            _ => Some([0.3, 0.2, 0.4]),
        });
        assert_eq!(
            widest_gaps(&view(&hidden), "both"),
            "Of the services that can be shown, the widest gap is in medical care"
        );
    }

    #[test]
    fn labor_and_sex_trafficking_are_told_apart_by_the_interval_of_their_difference() {
        // Labor .71, sex .46 of hundreds; as many recognized as are not missed.
        let clear = parts("us-ga-atlanta", "Atlanta", 11, 1.0);
        let of = |parts: &Parts| identification_title(&view(parts));
        assert!(of(&clear).starts_with("Labor trafficking is missed more often than sex trafficking: "));
        let difference = |parts: &Parts| {
            let view = view(parts);
            let what = (view.measure("identification_gap").expect("the measure"), None);
            view.labor_less_sex(what, what)
        };
        assert_eq!(difference(&clear).expect("both shown").verdict, Verdict::Higher);
        let few = parts("us-ga-atlanta", "Atlanta", 11, 0.01);
        assert_eq!(of(&few), "Too few people to compare labor with sex trafficking");
        let gap = |rate, reliability| Gap { rate, reliability, ..like(0.2, 0.9) };
        assert_eq!(
            missed_more("Labor", &gap(0.7, Reliability::High), "sex", &gap(0.5, Reliability::High)),
            "Labor trafficking is missed more often than sex trafficking: 70% of people against 50%"
        );
        assert_eq!(
            recognized_less("Labor", &gap(0.1, Reliability::Low), "sex", &gap(0.5, Reliability::High)),
            "Labor trafficking is recognized less often than sex trafficking",
            "no share of a row that is not to be read by itself"
        );
    }

    fn like(low: f64, high: f64) -> Gap {
        let none = Count { estimate: 0.0, low: 0.0, high: 0.0 };
        Gap {
            rate: f64::midpoint(low, high),
            low,
            high,
            affected: none,
            out_of: none,
            reliability: Reliability::High,
        }
    }

    #[test]
    fn groups_are_apart_only_when_their_ranges_are() {
        let gap = like;
        assert_eq!(
            apart(&[("a", gap(0.6, 0.8)), ("b", gap(0.3, 0.5)), ("c", gap(0.2, 0.9))]),
            Some(("a", "b"))
        );
        assert_eq!(apart(&[("a", gap(0.5, 0.8)), ("b", gap(0.3, 0.5))]), None);
        assert_eq!(apart(&[]), None);
    }
}
