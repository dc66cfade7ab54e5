//! Which figure a title may tell: one that may be read by itself, and that no published range lies wholly above.

use std::collections::BTreeSet;

use domain::Service;
use release::{RateInterval, Reliability};

use crate::page_text::{TYPES, in_ten, likely_share, percent, sentence};
use crate::page_view::{CityView, Gap, What};

/// A rate whose interval is wider than this is told as `most`, and only where it surely is.
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

/// The unmet need that a page leads with, of those that [`lead`] lets stand; `None` where it lets none.
/// One of the widest gaps: the page never calls it the widest for having been picked.
pub(crate) fn headline(view: &CityView<'_>) -> Option<Finding> {
    let needs = needs(view);
    let asked: Vec<(What, &'static str)> =
        needs.iter().filter_map(|(service, t)| Some((view.unmet(*service)?, *t))).collect();
    let (at, gap) = lead(view, &asked)?;
    let (service, trafficking_type) = needs[at];
    Some(Finding { service, trafficking_type, gap })
}

/// Position and figure of the rate to tell: its row's count is no mere noise, no published interval of
/// those that are asked about lies wholly above it (shown on the page or not), its range is narrow or says
/// `most`; of several the one whose lower end is highest. Its range allows for the picking.
pub(crate) fn lead(view: &CityView<'_>, asked: &[(What, &'static str)]) -> Option<(usize, Gap)> {
    let published = asked.iter().filter_map(|(what, t)| view.interval(*what, t));
    let highest_low = published.map(|interval| interval.low).fold(0.0, f64::max);
    let figures = asked.iter().enumerate();
    figures
        .filter_map(|(at, (what, t))| Some((at, view.picked(*what, t)?)))
        .filter(|(_, gap)| {
            gap.reliability != Reliability::Low
                && gap.high >= highest_low
                && (gap.width() <= NARROW || gap.low > 0.5)
        })
        // Of equals the first in the public order stays.
        .reduce(|best, other| if other.1.low > best.1.low { other } else { best })
}

/// How many people, as far as the range bears it: `an estimated 7 in 10`, or `most`.
pub(crate) fn how_many(gap: &Gap) -> String {
    // "Nearly all" is not said of what may be three in four.
    let nearly_all = gap.rate >= 0.95 && gap.low < 0.9;
    if gap.width() <= NARROW && !nearly_all { in_ten(gap.rate) } else { "most".to_owned() }
}

/// Its share and range in words. Of a wide range the range alone: what was picked for being wide lies above the truth
/// more often than not.
pub(crate) fn share_and_range(gap: &Gap) -> String {
    let range = likely_share(gap.low, gap.high);
    if gap.width() <= NARROW { format!("{}, {range}", percent(gap.rate)) } else { sentence(&range) }
}

/// The need that most of those who have it surely go without in every city: the one whose weakest lower
/// end is highest, unless another need's published intervals lie wholly above its own in every city.
pub(crate) fn shared_need(views: &[CityView<'_>]) -> Option<(Service, &'static str)> {
    let all: BTreeSet<(Service, &'static str)> = views.iter().flat_map(needs).collect();
    let intervals = |(service, t): &(Service, &'static str)| -> Option<Vec<RateInterval>> {
        views.iter().map(|view| view.interval(view.unmet(*service)?, t)).collect()
    };
    let published: Vec<Vec<RateInterval>> = all.iter().filter_map(intervals).collect();
    let mut best: Option<(f64, (Service, &'static str))> = None;
    for need in all {
        let figure = |view: &CityView<'_>| view.picked(view.unmet(need.0)?, need.1);
        let gaps: Option<Vec<Gap>> =
            views.iter().map(|view| figure(view).filter(|gap| gap.reliability != Reliability::Low)).collect();
        let Some(gaps) = gaps else { continue };
        let above = |other: &Vec<RateInterval>| other.iter().zip(&gaps).all(|(o, gap)| o.low > gap.high);
        let weakest = gaps.iter().map(|gap| gap.low).fold(1.0, f64::min);
        let best_low = best.map_or(0.5, |(low, _)| low);
        if weakest > best_low && !published.iter().any(above) {
            best = Some((weakest, need));
        }
    }
    best.map(|(_, need)| need)
}

/// Every need of every type that a page compares, in the public order.
fn needs(view: &CityView<'_>) -> Vec<(Service, &'static str)> {
    view.services().into_iter().flat_map(|service| TYPES.map(|t| (service, t))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Parts, with_rates};
    use crate::page_finding::{city_title, overview_title};

    type Rates = Option<([f64; 3], Reliability)>;

    fn city(of: impl Fn(&str, &str) -> Rates) -> Parts {
        with_rates(of)
    }

    fn view(parts: &Parts) -> CityView<'_> {
        CityView::new(&parts.statement, &parts.tables, "").expect("a view")
    }

    fn title(parts: &Parts) -> String {
        let view = view(parts);
        city_title(&view, headline(&view).as_ref())
    }

    const NO_TITLE: &str = "In Atlanta, the recorded numbers are too small to name one gap with confidence";

    /// The title used to tell the small gap, for its interval was the narrowest.
    #[test]
    fn a_title_never_tells_a_gap_that_a_published_range_lies_wholly_above() {
        let shelter = |of: [f64; 3]| {
            city(move |table, kind| match (table, kind) {
                ("unmet_need_emergency_shelter", "sex_only") => {
                    Some(([0.70, 0.57, 0.84], Reliability::Moderate))
                }
                ("unmet_need_emergency_shelter", "labor_only") => Some((of, Reliability::Moderate)),
                ("unmet_need_medical", "sex_only") => Some(([0.19, 0.07, 0.29], Reliability::Moderate)),
                _ => None,
            })
        };
        assert_eq!(
            title(&shelter([0.94, 0.64, 1.0])),
            "Of the people in Atlanta with signs of labor trafficking only, most who needed emergency shelter did not get it"
        );
        // Too wide for the page, and yet published.
        let hidden = city(|table, kind| match (table, kind) {
            ("unmet_need_emergency_shelter", "labor_only") => Some(([0.7, 0.31, 0.95], Reliability::Low)),
            ("unmet_need_medical", "sex_only") => Some(([0.19, 0.07, 0.29], Reliability::Moderate)),
            _ => None,
        });
        assert_eq!(title(&hidden), NO_TITLE);
    }

    #[test]
    fn a_title_never_tells_a_row_that_is_not_to_be_read_by_itself() {
        let medical = |reliability| {
            city(move |table, kind| {
                let told = table == "unmet_need_medical" && kind == "labor_only";
                told.then_some(([0.19, 0.07, 0.29], reliability))
            })
        };
        assert_eq!(title(&medical(Reliability::Low)), NO_TITLE);
        assert!(
            title(&medical(Reliability::Moderate)).contains("an estimated 2 in 10 who needed medical care")
        );
        let most = city(|table, kind| {
            (table == "unmet_need_medical" && kind == "both").then_some(([0.8, 0.7, 0.9], Reliability::Low))
        });
        assert!(overview_title(&[view(&most)]).starts_with("Where trafficked people need help"));
    }

    #[test]
    fn a_wide_range_says_most_or_nothing() {
        let wide = |range| {
            city(move |table, _| (table == "unmet_need_medical").then_some((range, Reliability::High)))
        };
        assert_eq!(title(&wide([0.6, 0.40, 0.8])), NO_TITLE);
        assert!(title(&wide([0.9, 0.65, 0.95])).contains(", most who needed medical care did not get it"));
        assert!(title(&wide([0.71, 0.64, 0.78])).contains(", an estimated 7 in 10 who needed medical care"));
        assert!(title(&wide([1.0, 0.78, 1.0])).contains(", most who needed medical care"), "not nearly all");
        assert!(title(&wide([0.98, 0.93, 1.0])).contains(", nearly all of those who needed medical care"));
    }

    #[test]
    fn a_wide_range_stands_without_a_share() {
        let told = |range| {
            let parts =
                city(move |table, _| (table == "unmet_need_medical").then_some((range, Reliability::High)));
            share_and_range(&headline(&view(&parts)).expect("a finding").gap)
        };
        assert_eq!(told([1.0, 0.6, 1.0]), "Likely between 60% and 100% (19 times in 20)");
        assert_eq!(told([0.71, 0.64, 0.78]), "71%, likely between 64% and 78% (19 times in 20)");
    }

    #[test]
    fn an_overview_says_most_only_where_every_city_surely_has_it_and_none_has_a_wider_one() {
        let with = |of: fn(&str) -> Option<[f64; 3]>| {
            city(move |table, kind| {
                let range = of(table).filter(|_| kind == "both");
                range.map(|range| (range, Reliability::High))
            })
        };
        let medical = with(|table| (table == "unmet_need_medical").then_some([0.7, 0.55, 0.8]));
        let half = with(|_| Some([0.5, 0.45, 0.55]));
        let other = with(|table| match table {
            "unmet_need_medical" => Some([0.7, 0.65, 0.75]),
            "unmet_need_education" => Some([0.95, 0.9, 1.0]),
            _ => None,
        });
        let of = |cities: &[&Parts]| overview_title(&cities.iter().map(|c| view(c)).collect::<Vec<_>>());
        assert!(of(&[&medical, &medical]).contains("most people with signs of both"));
        assert!(of(&[&medical, &half]).starts_with("Where trafficked people need help"));
        assert!(of(&[&other]).contains("help with education"));
        assert!(of(&[&medical, &other]).contains("medical care"), "the one that both cities have");
    }
}
