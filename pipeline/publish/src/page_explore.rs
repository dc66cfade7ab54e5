//! The explorer: one measure or service at a time, for one group at a time.

use domain::{Breakdown, Each, Measure, Topic, Word};
use maud::{Markup, html};

use crate::categories::{caution, group_title};
use crate::page_chart::{Axis, Block, Chart, Line, Plotted, axis_for, chart};
use crate::page_city::definition;
use crate::page_finding::apart;
use crate::page_text::{
    TYPES, people, sentence, service_phrase, signs_of, topic_title, type_label, type_title,
};
use crate::page_view::{
    CityView, Gap, PEOPLE, Shown, UNMET_NEED, What, has_several_levels, is_counted, types_of,
};

/// What can be chosen.
#[derive(Debug, Clone, Copy)]
enum Panel {
    /// One share or count for each type, and for each group.
    One(What),
    /// The share of each level for each type.
    Levels(What),
    /// People seen by both of each pair of systems.
    Pairs(Measure),
}

/// Controls and panels. `what` and `by` are shown until a reader chooses.
pub(crate) fn explore(view: &CityView<'_>, what: &str, by: &str) -> Markup {
    let panels = panels(view);
    let breakdowns = view.breakdowns();
    let id = &view.statement.city;
    html! {
        form .controls {
            div {
                label for={ "what-" (id) } { "Measure or service" }
                select id={ "what-" (id) } name="what" {
                    @for p in &panels { option value=(p.word()) selected[p.word() == what] { (p.choice()) } }
                }
            }
            div {
                label for={ "by-" (id) } { "Group" }
                select id={ "by-" (id) } name="by" {
                    @for b in &breakdowns {
                        option value=(b.word()) selected[b.word() == by] { (sentence(b.title())) }
                    }
                }
            }
        }
        @for p in &panels {
            div data-if={ "what=" (p.word()) } hidden[p.word() != what] {
                h3 { (p.title()) ": everybody" }
                @if !matches!(p, Panel::One(_)) {
                    (definition(view, p.measure()))
                    p { small { (p.measure().caution()) } }
                }
                (chart(&p.everybody(view)))
                @match p {
                    Panel::One(w) if breakdowns.iter().any(|b| view.has(*w, Some(*b))) => {
                        @for b in &breakdowns {
                            div .by data-if={ "by=" (b.word()) } hidden[b.word() != by] {
                                h3 { (p.title()) ", by " (b.title()) }
                                @if let Some(words) = caution(*b) { p { small { (words) } } }
                                (by_group(view, *p, *w, *b))
                            }
                        }
                    }
                    _ => p .links { a href=(view.csv(p.measure(), None)) { "Download these figures (CSV)" } },
                }
            }
        }
    }
}

/// Unmet need by service first, then what is crossed with groups or has no section of its own.
fn panels(view: &CityView<'_>) -> Vec<Panel> {
    let mut panels = Vec::new();
    for measure in view.measures() {
        if measure.each() == Each::System {
            panels.push(Panel::Pairs(measure));
            continue;
        }
        for what in view.whats(measure) {
            let crossed = || view.breakdowns().iter().any(|b| view.has(what, Some(*b)));
            if has_several_levels(measure) {
                panels.push(Panel::Levels(what));
            } else if is_counted(measure) || measure.name() == UNMET_NEED || crossed() {
                panels.push(Panel::One(what));
            }
        }
    }
    panels
}

impl Panel {
    fn measure(self) -> Measure {
        match self {
            Self::One((measure, _)) | Self::Levels((measure, _)) | Self::Pairs(measure) => measure,
        }
    }

    fn topic(self) -> Option<Topic> {
        match self {
            Self::One((_, topic)) | Self::Levels((_, topic)) => topic,
            Self::Pairs(_) => None,
        }
    }

    /// The written form in the page's address: a service of unmet need goes by its own word.
    fn word(self) -> String {
        let topic = self.topic().map_or_else(String::new, |topic| topic.words().join("_"));
        match (self.measure().name(), topic.is_empty()) {
            (UNMET_NEED, false) => topic,
            (name, true) => name.to_owned(),
            (name, false) => format!("{name}_{topic}"),
        }
    }

    fn choice(self) -> String {
        let topic = topic_title((self.measure(), self.topic())).to_lowercase();
        let measure = self.measure().title();
        if self.measure().name() == "recognized_type" {
            return sentence(&format!("{topic} recognized"));
        }
        if topic.is_empty() { measure.to_owned() } else { format!("{measure}: {topic}") }
    }

    fn title(self) -> String {
        match (self.measure().name(), self.topic()) {
            (UNMET_NEED, Some(Topic::Service(service))) => {
                format!("Needed {} and did not get it", service_phrase(service))
            }
            ("time_to_service", Some(Topic::Service(service))) => {
                format!("From the need of {} to its delivery", service_phrase(service))
            }
            ("identification_gap", _) => "Not identified within 180 days".to_owned(),
            ("systems_overlap", _) => "People whom both systems saw".to_owned(),
            _ => self.choice(),
        }
    }

    fn everybody(self, view: &CityView<'_>) -> Chart {
        let blocks = match self {
            Self::One(what) => {
                let lines = types_of(what).into_iter().map(|t| line(view, what, t, None)).collect();
                vec![Block { title: String::new(), lines }]
            }
            Self::Levels(what) => types_of(what).iter().map(|t| levels(view, what, t)).collect(),
            Self::Pairs(measure) => TYPES.iter().map(|t| pairs(view, measure, t)).collect(),
        };
        Chart {
            label: format!("Chart: {}, by type of trafficking", self.title()),
            subject: "Signs of trafficking",
            axis: axis(self.measure(), &blocks),
            sortable: false,
            blocks,
        }
    }
}

/// The share of each level of a type.
fn levels(view: &CityView<'_>, what: What, trafficking_type: &'static str) -> Block {
    let told = what.0.levels().iter().filter(|level| what.0.numerators().contains(level));
    let lines = told.filter_map(|level| {
        Some(Line {
            label: what.0.level(level)?.title.clone(),
            remark: String::new(),
            trafficking_type,
            plotted: Plotted::gap(view.share(what, level, trafficking_type, None)),
        })
    });
    block(trafficking_type, lines, ["All", "All others"])
}

/// The people of a type whom both systems of each pair saw.
fn pairs(view: &CityView<'_>, measure: Measure, trafficking_type: &'static str) -> Block {
    let seen = measure.rate_levels().map_or("", |(level, _)| level);
    let pairs =
        view.whats(measure).into_iter().filter(|(_, topic)| matches!(topic, Some(Topic::Systems(..))));
    let line = |what: What| Line {
        label: topic_title(what),
        remark: String::new(),
        trafficking_type,
        plotted: Plotted::count(view.count(what, seen, trafficking_type, None)),
    };
    block(trafficking_type, pairs.map(line), ["All pairs", "All other pairs"])
}

/// Lines of a type of which most may be small: those that can't be shown are one line, with one name
/// where no other is shown and another where some are.
fn block(
    trafficking_type: &'static str,
    lines: impl Iterator<Item = Line>,
    [alone, beside]: [&str; 2],
) -> Block {
    let (mut lines, not_shown): (Vec<Line>, Vec<Line>) =
        lines.partition(|line| matches!(line.plotted, Plotted::Mark { .. }));
    let name = if lines.is_empty() { alone } else { beside }.to_owned();
    let reason = not_shown.into_iter().next();
    lines.extend(reason.map(|first| Line { label: name, ..first }));
    Block { title: type_title(trafficking_type).to_owned(), lines }
}

fn by_group(view: &CityView<'_>, panel: Panel, what: What, breakdown: Breakdown) -> Markup {
    if !view.has(what, Some(breakdown)) {
        return html! {
            p .n { "\u{25c7} " (no_cross(breakdown)) }
        };
    }
    let blocks: Vec<Block> = breakdown
        .categories()
        .iter()
        .map(|category| Block {
            title: group_title(breakdown, category).to_owned(),
            lines: types_of(what)
                .into_iter()
                .map(|t| line(view, what, t, Some((breakdown, category))))
                .collect(),
        })
        .collect();
    let drawn = Chart {
        label: format!("Chart: {}, by {}", panel.title(), breakdown.title()),
        subject: "Group and signs",
        axis: axis(what.0, &blocks),
        sortable: false,
        blocks,
    };
    html! {
        @if !is_counted(what.0) { p .finding { (contrast(view, what, breakdown)) } }
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
    what: What,
    trafficking_type: &'static str,
    group: Option<(Breakdown, &str)>,
) -> Line {
    let label =
        if group.is_none() { type_title(trafficking_type) } else { type_label(trafficking_type) }.to_owned();
    if what.0.name() == PEOPLE {
        let plotted = Plotted::count(view.people(trafficking_type, group));
        return Line { label, remark: String::new(), trafficking_type, plotted };
    }
    let gap = view.gap(what, trafficking_type, group);
    let remark = match gap {
        Shown::Figure(gap) => format!("of {}", people(gap.out_of.estimate)),
        _ => String::new(),
    };
    Line { label, remark, trafficking_type, plotted: Plotted::gap(gap) }
}

fn axis(measure: Measure, blocks: &[Block]) -> Axis {
    if !is_counted(measure) {
        return Axis::Share;
    }
    let most = blocks.iter().flat_map(|b| &b.lines).map(|line| match line.plotted {
        Plotted::Mark { at, .. } => at[2],
        Plotted::Not(_) => 0.0,
    });
    axis_for(most.fold(0.0, f64::max))
}

/// Which groups the ranges tell apart, type by type.
fn contrast(view: &CityView<'_>, what: What, breakdown: Breakdown) -> String {
    let known = || breakdown.categories().iter().filter(|c| **c != breakdown.unknown());
    let mut told = Vec::new();
    let mut shown = 0;
    for trafficking_type in types_of(what) {
        let gaps: Vec<(&str, Gap)> = known()
            .filter_map(|c| {
                let gap = view.gap(what, trafficking_type, Some((breakdown, c))).figure()?;
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
