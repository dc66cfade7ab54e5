//! The quality report as one self-contained page: no script, no network, no value of a cell.

use domain::Severity;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::quality::{QualityFinding, QualityReport};
use crate::quality_counts::SourceCounts;
use crate::quality_rules::percent;

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8886; --high: #b00020; --error: #a34b00; --warning: #6b5900; }
@media (prefers-color-scheme: dark) { :root { --high: #ff8a80; --error: #ffb74d; --warning: #ffe082; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0; } .when { margin-top: 0; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); }
th.n, td.n { text-align: right; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
.tier { font-weight: 700; white-space: nowrap; } .high { color: var(--high); } .error { color: var(--error); } .warning { color: var(--warning); }
code, td.d { white-space: nowrap; } .note { border-left: .3rem solid var(--line); padding-left: .8rem; }
";

/// The page of a night. `before` is the latest earlier night of a source.
pub(crate) fn page<'a>(report: &QualityReport, before: &dyn Fn(&str) -> Option<&'a SourceCounts>) -> String {
    let title = format!("Quality of the night {}: {}", report.night, report.city);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { (report.city) ": quality of the night" }
                    p.when { (report.night) ", looking back from " (report.as_of) ". " (held_against(report)) }
                    p.note { strong { "For stewards alone." } " Exact counts of people's records; never to be published." }
                    (summary(report))
                    (findings(report))
                    (sources(report, before))
                    (identity(report, before))
                    (answers(report))
                }
            }
        }
    }
    .into_string()
}

fn held_against(report: &QualityReport) -> String {
    match report.held_against.as_slice() {
        [] => "No earlier night is kept: the next one will be held against this.".to_owned(),
        [one] => format!("Held against the night {one}."),
        [latest, .., first] => {
            format!("Held against {} nights, {first} to {latest}.", report.held_against.len())
        }
    }
}

fn summary(report: &QualityReport) -> Markup {
    let count = |tier| report.of(tier).count();
    let (high, error, warning) = (count(Severity::High), count(Severity::Error), count(Severity::Warning));
    html! {
        p {
            @if high + error + warning == 0 { "Nothing to look at." }
            @else { strong { (high) " high, " (error) " errors, " (warning) " warnings." } }
            @for unfit in &report.unfit {
                " " strong.high { "Nothing new may rest on " (unfit.source) ": it " (unfit.why) "." }
            }
        }
    }
}

pub(crate) fn tier_word(tier: Severity) -> &'static str {
    match tier {
        Severity::High => "high",
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn findings(report: &QualityReport) -> Markup {
    let row = |finding: &QualityFinding| {
        let tier = tier_word(finding.tier);
        html! {
            tr {
                td class={ "tier " (tier) } { (tier) }
                td { (finding.source) }
                td { code { (finding.field) } }
                td { code { (finding.rule) } }
                td { (finding.was) }
                td { (finding.is) }
                td { (finding.remedy) }
            }
        }
    };
    html! {
        @if !report.findings.is_empty() {
            h2 { "What to look at" }
            div.scroll tabindex="0" role="region" aria-label="What to look at" {
                table {
                    thead { tr { th { "tier" } th { "source" } th { "field" } th { "rule" } th { "was" } th { "is" } th { "what to do" } } }
                    tbody { @for finding in &report.findings { (row(finding)) } }
                }
            }
        }
    }
}

fn sources<'a>(report: &QualityReport, before: &dyn Fn(&str) -> Option<&'a SourceCounts>) -> Markup {
    let change = |now: u64, then: Option<u64>| match then {
        Some(then) if then > 0 => format!("{:+.1} %", 100.0 * (now as f64 / then as f64 - 1.0)),
        _ => "–".to_owned(),
    };
    html! {
        h2 { "Sources" }
        div.scroll tabindex="0" role="region" aria-label="Sources" {
            table {
                thead { tr {
                    th { "source" } th.n { "records" } th.n { "since the last night" } th.n { "may be linked" } th.n { "events" } th.n { "since the last night" }
                    th.n { "set aside here" } th.n { "set aside at the agency" } th { "events from" } th { "to" } th { "extract of" }
                } }
                tbody {
                    @for source in &report.sources {
                        @let then = before(&source.source);
                        tr {
                            td { (source.source) }
                            td.n { (source.records) }
                            td.n { (change(source.records, then.map(|t| t.records))) }
                            td.n { (source.linkable) }
                            td.n { (source.events) }
                            td.n { (change(source.events, then.map(|t| t.events))) }
                            td.n { (source.set_aside.values().sum::<u64>()) }
                            td.n { (source.agency_rows.1) }
                            td.d { (source.days.map_or_else(|| "–".to_owned(), |(first, _)| first.to_string())) }
                            td.d { (source.days.map_or_else(|| "–".to_owned(), |(_, last)| last.to_string())) }
                            td.d { (source.changed) }
                        }
                    }
                }
            }
        }
    }
}

fn identity<'a>(report: &QualityReport, before: &dyn Fn(&str) -> Option<&'a SourceCounts>) -> Markup {
    let mut fields: Vec<&String> = report.sources.iter().flat_map(|source| source.identity.keys()).collect();
    fields.sort_unstable();
    fields.dedup();
    let share = |source: &SourceCounts, field: &String| {
        (source.linkable > 0)
            .then(|| source.identity.get(field).copied().unwrap_or(0) as f64 / source.linkable as f64)
    };
    let cell = |source: &SourceCounts, field: &String| {
        let Some(now) = share(source, field) else { return "–".to_owned() };
        match before(&source.source).and_then(|then| share(then, field)) {
            Some(then) if (then - now).abs() >= 0.0005 => format!("{} (was {})", percent(now), percent(then)),
            _ => percent(now),
        }
    };
    html! {
        h2 { "Records with a token that rests on each identity field" }
        p { "Of the records that may be linked. What has no token links to nobody." }
        div.scroll tabindex="0" role="region" aria-label="Identity fields" {
            table {
                thead { tr { th { "field" } @for source in &report.sources { th.n { (source.source) } } } }
                tbody {
                    @for field in fields {
                        tr { td { code { (field) } } @for source in &report.sources { td.n { (cell(source, field)) } } }
                    }
                }
            }
        }
    }
}

/// Every field's categories, source by source, folded away.
fn answers(report: &QualityReport) -> Markup {
    html! {
        h2 { "Categories" }
        @for source in &report.sources {
            details {
                summary { (source.source) }
                table {
                    thead { tr { th { "field" } th { "category" } th.n { "rows" } th.n { "share" } } }
                    tbody {
                        @for (field, mix) in &source.mixes {
                            @let all = mix.values().sum::<u64>().max(1) as f64;
                            @for (category, count) in mix {
                                tr { td { code { (field) } } td { (category) } td.n { (count) } td.n { (percent(*count as f64 / all)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
